using System.Text;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;
using Unmask.WhiteBox;

namespace Unmask.Tests.WhiteBox;

/// <summary>Visual feedback against the methods that it is made of.</summary>
public sealed class VisualFeedbackTests
{
    private const string First = "first_relu_out";
    private const string Second = "maps_out";

    [Fact]
    public void A_channel_weighted_by_its_activation_gives_the_weighted_sum_of_its_units_maps()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var activity = FeatureActivity.Of(model, Features((First, 1, 1)), input, default);
        var recipe = new WhiteBoxRecipe(RuleSet.Gradient, Estimator.Point, Cut.Input, Aggregator.Multiplier);
        float[] found = new WhiteBoxRun(new InputGradient(model), input, () => activity.UnitsOf(First, [1]), recipe, null, default).Explain(System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty)[0].ToArray();
        var (values, _) = model.ValueOf(First, input, default);
        const int places = SmallNets.Side * SmallNets.Side;
        var units = new InputGradient(model).Explain(input, [.. Enumerable.Range(0, places).Select(place => Target.Unit(First, 1, place / SmallNets.Side, place % SmallNets.Side))]);
        float[] expected = new float[found.Length];
        foreach (var (place, unit) in units.Index())
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(unit.ToArray(), values[places + place], expected, expected);
        }

        Assert.Contains(expected, value => value != 0);
        Near.Equal(expected, found, 1e-4 * expected.Max(MathF.Abs), "weighted units");
    }

    [Fact]
    public void The_map_is_the_largest_of_the_features_maps_each_scaled_to_one()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var both = Explain(model, input, Features((First, 1, 2), (Second, 3, 3)));
        float[] one = Explain(model, input, Features((First, 1, 1))).ToArray(), other = Explain(model, input, Features((Second, 3, 1))).ToArray();
        Assert.Equal(1, one.Max());
        Assert.Equal(1, other.Max());
        Near.Equal([.. one.Zip(other, Math.Max)], both.ToArray(), 0, "maximum");
        Assert.Equal((MapKind.Pixels, 4L, 2L), (both.Kind, both.Cost.ForwardPasses, both.Cost.BackwardPasses));
    }

    [Fact]
    public void A_features_map_is_guided_backprop_of_half_its_squared_norm()
    {
        // The network with ½‖A‖² of the channel behind it, whose derivative at A is A.
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var builder = (SmallNets.Pooled(biases: true) with { Outputs = [] }).ToBuilder();
        string channel = builder.Add("Gather", [Second, builder.Constant([3L])], null, ("axis", 1L));
        string energy = builder.Add("Mul", [builder.Add("Mul", [channel, channel]), builder.Constant(0.5f)]);
        builder.OutputAs(builder.Add("ReduceSum", [builder.Add("Flatten", [energy]), builder.Constant([1L])]), "energy", ElementType.Float32, new Shape(Dimension.Named("N"), 1));
        using var squared = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Other });
        float[] guided = [.. new GuidedBackprop(squared).Explain(SmallNets.Input(squared), Target.Class(0)).ToMap().Cast<float>()];
        Near.Equal([.. guided.Select(value => value / guided.Max())], Explain(model, input, Features((Second, 3, 1))).ToArray(), 1e-5, "energy");
    }

    [Fact]
    public void The_strongest_features_by_weight_times_activity_are_shown_and_listed()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var features = Features((First, 0, 0.2), (First, 1, 2), (First, 2, -3), (Second, 1, 0.5), (Second, 4, 1));
        var (values, _) = model.ValueOf(First, input, default);
        double[] norms = [.. values.Chunk(SmallNets.Side * SmallNets.Side).Select(channel => Math.Sqrt(channel.Sum(value => (double)value * value)))];
        var explanation = new VisualFeedback(model, new() { Features = features, Most = 4 }).Explain(input, Target.Class(0));
        var found = explanation.Diagnostics.Features;
        Assert.Equal(found.OrderByDescending(use => use.Contribution), found);
        Assert.DoesNotContain(found, use => use.Weight < 0);
        Assert.Equal(norms[1] / norms.Sum(), found.First(use => use is { Layer: First, Channel: 1 }).Activity, 1e-6);
        Assert.Equal(found.ToArray(), ExplanationDocument.FromJson(ExplanationDocument.Of(model, explanation).ToJson()).Features!.Value.ToArray());
        Assert.Single(new VisualFeedback(model, new() { Features = features, Most = 1 }).Explain(input, Target.Class(0)).Diagnostics.Features);
    }

    [Fact]
    public void A_class_without_active_features_gives_zeros_and_says_so()
    {
        using var model = SmallNets.Load(biases: true);
        var explanation = Explain(model, SmallNets.Input(model), Features((First, 1, -1)));
        Assert.All(explanation.ToArray(), value => Assert.Equal(0, value));
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("zero everywhere", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_shown_is_refused_with_a_reason()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var features = Features((First, 1, 1));
        string Refused(ClassFeatures? given, Target target, string? named = null) =>
            Assert.ThrowsAny<UnmaskException>(() => new VisualFeedback(model, new() { Features = given, Class = named }).Explain(input, target)).Message;
        Assert.Contains("unmask train features", Refused(null, Target.Class(0)), StringComparison.Ordinal);
        Assert.Contains("no features of \"class 1\"", Refused(features, Target.Class(1)), StringComparison.Ordinal);
        Assert.Contains("There are: zero", Refused(features, Target.Class(0), "zeor"), StringComparison.Ordinal);
        Assert.Contains("contrast", Refused(features, Target.Contrast(0, 1)), StringComparison.Ordinal);
        Assert.Contains("not 9", Refused(features with { Layers = [new(First, 9), new(Second, 5)] }, Target.Class(0)), StringComparison.Ordinal);
        Assert.Contains("made for other.onnx", Refused(features with { Layers = [new("conv99", 4), new(First, 4)] }, Target.Class(0)), StringComparison.Ordinal);
        Assert.Single(new VisualFeedback(model, new() { Features = features, Class = "zero" }).Explain(input, Target.Class(1)).Diagnostics.Features);
    }

    [Fact]
    public void A_file_is_read_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var features = Features((First, 1, 0.25), (Second, 3, -0.125));
        File.WriteAllBytes(folder.File("f.json"), features.ToJson());
        var read = ClassFeatures.Read(folder.File("f.json"));
        Assert.Equal(folder.File("f.json"), read.File);
        Assert.Equal(features.ToJson(), read.ToJson());
        Assert.Equal(features.Classes[0].Features.ToArray(), read.Classes[0].Features.ToArray());
        Assert.Null(read.Classes[1].Index);
    }

    [Theory]
    [InlineData("{", "no class features")]
    [InlineData("null", "is empty")]
    [InlineData("{\"schema\": \"unmask.explanation/1\"}", "missing")]
    [InlineData("\"weight\": 0.25|\"weight\": \"much\"", "no class features")]
    [InlineData("\"channel\": 1,|", "channel")]
    [InlineData("\"channel\": 1,|\"channel\": 77,", "has 4 channels, and a feature is channel 77")]
    [InlineData("unmask.class-features/1|unmask.class-features/9", "unmask.class-features/9")]
    [InlineData("\"layer\": \"first_relu_out\"|\"layer\": \"elsewhere\"", "\"elsewhere\", which is not among its layers")]
    [InlineData("\"name\": \"maps_out\"|\"name\": \"first_relu_out\"", "listed twice")]
    [InlineData("\"pictures\": 40,|\"pictures\": null,", "no class features")]
    public void Files_that_are_broken_are_refused(string change, string reason)
    {
        string text = Encoding.UTF8.GetString(Features((First, 1, 0.25)).ToJson());
        string broken = change.Split('|') is [var before, var after] ? text.Replace(before, after, StringComparison.Ordinal) : change;
        Assert.NotEqual(text, broken);
        Assert.Contains(reason, Assert.Throws<UnmaskException>(() => ClassFeatures.FromJson(Encoding.UTF8.GetBytes(broken), "f.json")).Message, StringComparison.Ordinal);
    }

    private static Explanation Explain(Model model, ModelInput input, ClassFeatures features) => new VisualFeedback(model, new() { Features = features }).Explain(input, Target.Class(0));

    private static ClassFeatures Features(params (string Layer, int Channel, double Weight)[] features) => new()
    {
        Model = new("other.onnx"),
        Layers = [new(First, 4), new(Second, SmallNets.Channels)],
        Bound = 10,
        NonNegative = false,
        Constant = true,
        Pictures = 80,
        Classes =
        [
            new("zero", 40, 0.5, 0, [.. features.Select(feature => new ClassFeature(feature.Layer, feature.Channel, feature.Weight))], 0),
            new("elsewhere", 40, 0.5, 0, []),
        ],
    };
}

using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>What cannot be explained from inside says why, and what can be done.</summary>
public sealed class WhiteBoxErrorTests
{
    [Fact]
    public void A_function_has_no_graph()
    {
        using var model = Model.FromFunction(LinearModels.Function([LinearModels.Values(192, 1)], [0]), LinearModels.Layout(3, 8, 8), Unmask.Probing.OutputKind.Logits);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(192, 5), 1, 3, 8, 8))[0];
        var problem = Assert.Throws<UnmaskException>(() => new InputGradient(model).Explain(input));
        Assert.Contains("no graph", problem.Message, StringComparison.Ordinal);
        Assert.Contains("occlusion", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(Catalogue.Find("gradient").Obstacle(model));
    }

    [Fact]
    public void An_unknown_layer_names_the_nearest()
    {
        using var model = SmallNets.Load(biases: true);
        var problem = Assert.Throws<LayerNotFoundException>(() => new GradCam(model, new() { Layer = Cut.Layer("maps_ouz") }).Explain(SmallNets.Input(model)));
        Assert.Contains("\"maps_out\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_without_places_has_no_activation_map()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var problem = Assert.Throws<UnmaskException>(() => new GradCam(model, new() { Layer = Cut.Layer("Flatten_out") }).Explain(input));
        Assert.Contains("[5]", problem.Message, StringComparison.Ordinal);
        var vector = new InputGradient(model, new() { Layer = Cut.Layer("Flatten_out") }).Explain(input);
        Assert.False(vector.HasMap);
        Near.Equal(SmallNets.HeadWeights.AsSpan(vector.Target.Index * SmallNets.Channels, SmallNets.Channels), vector.ToArray(), 1e-6, "head");
        Assert.Contains("no places", Assert.Throws<UnmaskException>(vector.ToMap).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_without_an_embedding_say_what_to_do()
    {
        var builder = new GraphBuilder("ids");
        string ids = builder.Input("ids", ElementType.Int64, new Shape(Dimension.Named("N"), 4));
        string floats = builder.Add("Cast", [builder.Add("Add", [ids, builder.Constant([1L])])], null, ("to", (long)ElementType.Float32));
        builder.OutputAs(floats, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        using var model = Model.FromGraph(builder.Build());
        var input = model.Prepare(TensorData.FromBytes(ElementType.Int64, [1, 4], new byte[32]))[0];
        Assert.Contains("--layer", Assert.Throws<NotDifferentiableException>(() => new InputGradient(model).Explain(input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_is_nowhere_positive_says_so()
    {
        using var model = SmallNets.Load(biases: false);
        var input = SmallNets.Input(model);
        var explanation = new GradCam(model).Explain(input, [Target.Class(0), Target.Class(1), Target.Class(2)]).OrderBy(one => one.ToArray().Max()).First();
        Assert.Equal(explanation.ToArray().All(value => value <= 0), explanation.Diagnostics.Notes.Any(note => note.Contains("nowhere positive", StringComparison.Ordinal)));
    }
}

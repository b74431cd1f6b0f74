using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Guided Grad-CAM is the product of two methods that are tested for themselves.</summary>
public sealed class GuidedGradCamTests
{
    [Fact]
    public void Every_channel_of_guided_backprop_is_multiplied_by_the_map_that_grad_cam_shows()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        foreach (var layer in new[] { Cut.LastSpatial, Cut.Layer("first_relu_out") })
        {
            // Two targets in one call: the seeds of both rule sets are those of their item.
            var products = new GuidedGradCam(model, new() { Layer = layer }).Explain(input, [Target.Class(0), Target.Class(2)]);
            foreach (var product in products)
            {
                var target = Target.Class(product.Target.Index);
                float[] guided = new GuidedBackprop(model).Explain(input, target).ToArray();
                float[] map = [.. new GradCam(model, new() { Layer = layer }).Explain(input, target).ToMap().Cast<float>()];
                Near.Equal([.. guided.Select((value, i) => value * map[i % map.Length])], product.ToArray(), 1e-6, product.Target.Label);
                Assert.Equal((MapKind.Elements, 3L, 4L), (product.Kind, product.Cost.ForwardPasses, product.Cost.BackwardPasses));
            }
        }
    }

    [Fact]
    public void Channels_may_come_last()
    {
        using var model = SmallNets.Load(biases: true);
        using var turned = Model.FromGraph(Turned(), new() { OutputKind = OutputKind.Logits });
        float[] values = LinearModels.Values(3 * SmallNets.Side * SmallNets.Side, 1);
        int places = SmallNets.Side * SmallNets.Side;
        var last = turned.Prepare(TensorData.Adopt([.. Enumerable.Range(0, values.Length).Select(i => values[(i % 3 * places) + (i / 3)])], 1, SmallNets.Side, SmallNets.Side, 3))[0];
        float[] expected = new GuidedGradCam(model).Explain(SmallNets.Input(model), Target.Class(1)).ToArray();
        float[] found = new GuidedGradCam(turned).Explain(last, Target.Class(1)).ToArray();
        Assert.Contains(expected, value => value != 0);
        Near.Equal([.. Enumerable.Range(0, values.Length).Select(i => expected[(i % 3 * places) + (i / 3)])], found, 1e-6, "channels last");
    }

    [Fact]
    public void Several_layers_are_refused()
    {
        using var model = SmallNets.Load(biases: true);
        var problem = Assert.Throws<UnmaskException>(() => new GuidedGradCam(model, new() { Layer = Cut.Parse("maps_out,first_relu_out") }).Explain(SmallNets.Input(model), Target.Class(0)));
        Assert.Contains("one layer", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GuidedGradCam.Id)]
    [InlineData(RelevanceCam.Id)]
    public void Smoothgrad_without_noise_is_the_method_itself(string id)
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] expected = Catalogue.Find(id).Create(model, []).Explain(input, [Target.Class(1)])[0].ToArray();
        float[] found = new SmoothGrad(model, new() { Base = id, Level = 0, Samples = 2 }).Explain(input, Target.Class(1)).ToArray();
        Near.Equal(expected, found, 1e-5 * expected.Max(MathF.Abs), id);
    }

    [SharedFact]
    public void Agrees_with_captum() => Assert.Equal(10, ReferenceMaps.Compare(
        ReferenceMaps.Of("cams", "GuidedGradCam"),
        (model, test) => new GuidedGradCam(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)), Nearest = ReferenceMaps.Text(test, "interpolate_mode") == "nearest" })));

    private static Graph Turned()
    {
        var builder = new GraphBuilder("turned");
        string x = builder.Input("pixels", ElementType.Float32, new Shape(Dimension.Named("N"), SmallNets.Side, SmallNets.Side, 3));
        builder.OutputAs(builder.Add("Transpose", [x], null, ("perm", new NodeAttribute.Ints([0, 3, 1, 2]))), "planes", ElementType.Float32, new Shape(Dimension.Named("N"), 3, SmallNets.Side, SmallNets.Side));
        return JoinGraphs.Run(builder.Build(), SmallNets.Pooled(biases: true), new Dictionary<string, string> { ["x"] = "planes" });
    }
}

using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Autodiff;
using Unmask.Tests.Graphs.Passes;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Runtime;

/// <summary>The forms that run fastest compute the same.</summary>
public sealed class LoweringTests
{
    [Fact]
    public void The_gradient_of_a_network_takes_all_the_forms_and_stays_the_same()
    {
        var program = Gradient.Build(SmallNets.ConvNet("Relu"), "y", ["x"]).Graph;
        var lowered = Lowering.Run(program);
        Verifier.ThrowIfInvalid(lowered);
        Assert.DoesNotContain(lowered.Nodes, node => node.OpType is "Where" or "Greater" or "Expand");
        Assert.Contains(lowered.Nodes, node => node.OpType == "HardSigmoid");
        Assert.Single(lowered.Nodes, node => node.OpType == "ConvTranspose"); // the one with a stride
        Assert.Equal(2, lowered.Nodes.Count(node => node.OpType == "MaxPool"));
        Equivalence.AssertSame(program, lowered, 1e-5);
    }

    [Theory]
    [InlineData("Conv", 16, 32, 3, 1, 3)]
    [InlineData("Conv", 32, 16, 3, 2, 3)]
    [InlineData("Conv", 16, 16, 1, 1, 1)]
    [InlineData("Conv", 3, 16, 3, 1, 3)]
    [InlineData("ConvTranspose", 32, 16, 3, 1, 1)]
    [InlineData("ConvTranspose", 16, 32, 1, 1, 1)]
    public void Convolutions_with_weights_of_the_run_are_blocked(string opType, long from, long to, long kernel, long stride, long dilation)
    {
        var builder = new GraphBuilder("blocked");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(8, from, 15, 17)), bias = builder.Input("b", ElementType.Float32, Shape.Of(to));
        string w = builder.Input("w", ElementType.Float32, opType == "Conv" ? Shape.Of(to, from, kernel, kernel + 1) : Shape.Of(from, to, kernel, kernel + 1));
        string y = builder.Add(opType, [x, w, bias], "layer", ("strides", (long[])[stride, 1]), ("pads", (long[])[0, 1, kernel - 1, 0]), ("dilations", (long[])[1, dilation]));
        builder.Output(y, ElementType.Float32, null);
        var graph = ShapeInference.Run(builder.Build());
        var blocked = BlockedWeights.Run(graph);
        Assert.Equal(ChannelBlock.Size > 0, blocked.Nodes.Any(node => node.Domain == "com.microsoft.nchwc"));
        Assert.Same(graph, BlockedWeights.Run(graph, 0));
        AssertSameRuns(graph, blocked);
    }

    [Fact]
    public void Constant_weights_are_left_to_the_runtime()
    {
        var graph = ShapeInference.Run(Networks.ResNet(32, 10));
        Assert.Same(graph, BlockedWeights.Run(graph, 16));
    }

    [Fact]
    public void Results_go_into_memory_that_is_there()
    {
        var builder = new GraphBuilder("double");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2));
        builder.OutputAs(builder.Add("Add", [x, x]), "y", ElementType.Float32, Shape.Of(2));
        using var session = Session.FromGraph(builder.Build());
        float[] place = [9, 9];
        var outputs = new Dictionary<string, TensorData> { ["y"] = TensorData.Adopt(place, 2) };
        session.RunInto(new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(1f, 3f) }, outputs);
        Assert.Equal([2, 6], place);
        var wrong = new Dictionary<string, TensorData> { ["y"] = TensorData.Adopt(new float[3], 3) };
        Assert.Throws<RuntimeFailureException>(() => session.RunInto(new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(1f, 3f) }, wrong));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(8, 3)]
    [InlineData(1, 1)]
    public void A_transposed_convolution_of_stride_1_is_a_convolution(long groups, long kernel)
    {
        var builder = new GraphBuilder("turned");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 8, 6, 5));
        string y = builder.Add("ConvTranspose", [x, SmallNets.Weights(builder, "w", 1, 8, 16 / groups, kernel, kernel + 1), SmallNets.Weights(builder, "b", 2, 16)], "layer", ("group", groups), ("pads", (long[])[0, 1, kernel - 1, 0]), ("dilations", (long[])[1, 2]));
        builder.Output(y, ElementType.Float32, null);
        var graph = ShapeInference.Run(builder.Build());
        var lowered = Lowering.Run(graph);
        Assert.DoesNotContain(lowered.Nodes, node => node.OpType == "ConvTranspose");
        Equivalence.AssertSame(graph, lowered, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_derivative_of_a_clipped_rectifier_comes_from_its_result(bool boundsAreNodes)
    {
        var builder = new GraphBuilder("relu6");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 500));
        string scaled = builder.Add("Mul", [x, builder.Constant(5f, "five")]);
        string y = builder.Add("Clip", [scaled, Bound(0f, "low"), Bound(6f, "high")], "clip");
        builder.Output(y, ElementType.Float32, null);
        var program = Gradient.Build(builder.Build(), y, ["x"]).Graph;
        var lowered = Lowering.Run(program);
        Assert.DoesNotContain(lowered.Nodes, node => node.OpType == "Equal");
        Equivalence.AssertSame(program, lowered, 1e-6);

        string Bound(float value, string name) => boundsAreNodes ? builder.Add("Constant", [], name, ("value", TensorData.Scalar(value))) : builder.Constant(value, name);
    }

    [SharedFact]
    public void Real_networks_have_the_same_gradients()
    {
        foreach (string name in new[] { "mobilenet_v1_0.25_128", "squeezenet_v1.1_224", "resnet20_cifar10" })
        {
            var graph = RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Models, $"{name}.onnx")));
            var program = Gradient.Build(graph, graph.Outputs[0].Name, [graph.Inputs[0].Name]).Graph;
            var lowered = Lowering.Run(program);
            Assert.NotSame(program, lowered);
            Equivalence.AssertSame(program, lowered, 1e-4, optimize: true);
        }
    }

    /// <summary>The same numbers, of random inputs; without the runtime's rewriting on the left.</summary>
    private static void AssertSameRuns(Graph before, Graph after)
    {
        using var one = Session.FromGraph(before, new() { Optimize = false });
        using var other = Session.FromGraph(after, new() { Lower = false });
        var inputs = before.Inputs.ToDictionary(input => input.Name, input => Equivalence.Some(input));
        Equivalence.AssertClose([before.Outputs[0].Name], one.Run(inputs), other.Run(inputs), 1e-5);
    }
}

using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Autodiff;
using Unmask.Tests.Graphs.Passes;
using Unmask.Tests.Support;

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
}

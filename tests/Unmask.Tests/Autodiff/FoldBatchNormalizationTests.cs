using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Graphs.Passes;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

public sealed class FoldBatchNormalizationTests
{
    [Theory]
    [InlineData("Conv", 1)]
    [InlineData("Conv", 2)]
    [InlineData("ConvTranspose", 1)]
    [InlineData("ConvTranspose", 2)]
    public void Convolutions_take_the_normalisation_up(string opType, long groups)
    {
        var builder = new GraphBuilder("folded");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4, 5, 5));
        string h = builder.Add(opType, [x, opType == "Conv" ? SmallNets.Weights(builder, "w", 1, 6, 4 / groups, 3, 3) : SmallNets.Weights(builder, "w", 1, 4, 6 / groups, 3, 3), SmallNets.Weights(builder, "b", 2, 6)], "layer", ("group", groups));
        AssertFolds(builder, h);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_fully_connected_layer_takes_it_up(long transB)
    {
        var builder = new GraphBuilder("folded");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        string h = builder.Add("Gemm", [x, transB == 0 ? SmallNets.Weights(builder, "w", 1, 4, 6) : SmallNets.Weights(builder, "w", 1, 6, 4)], "layer", ("transB", transB), ("alpha", 0.5f));
        AssertFolds(builder, h);
    }

    [Fact]
    public void A_result_that_something_else_reads_stays()
    {
        var graph = ExposeValues.Run(SmallNets.ConvNet("Relu"), ["conv1_out"]);
        Assert.Contains(FoldBatchNormalization.Run(graph).Nodes, node => node.OpType == "BatchNormalization");
    }

    [SharedFact]
    public void A_real_network_computes_the_same()
    {
        var graph = RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Models, "resnet20_cifar10.onnx")));
        var folded = FoldBatchNormalization.Run(graph);
        Assert.DoesNotContain(folded.Nodes, node => node.OpType == "BatchNormalization");
        Equivalence.AssertSame(graph, folded, 1e-4);
    }

    private static void AssertFolds(GraphBuilder builder, string h)
    {
        string variance = builder.Constant(TensorData.Adopt(LinearModels.Values(6, 6).Select(value => 1.5f + value).ToArray(), 6), "variance");
        string y = builder.Add("BatchNormalization", [h, SmallNets.Weights(builder, "gamma", 3, 6), SmallNets.Weights(builder, "beta", 4, 6), SmallNets.Weights(builder, "mean", 5, 6), variance], "bn");
        builder.Output(y, ElementType.Float32, null);
        var graph = builder.Build();
        var folded = FoldBatchNormalization.Run(graph);
        Assert.Single(folded.Nodes);
        Equivalence.AssertSame(graph, folded, 1e-5);
    }
}

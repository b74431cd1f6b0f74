using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Support;
using Xunit.Abstractions;

namespace Unmask.Tests.Autodiff;

/// <summary>DeepLIFT's sum on whole networks: what the attributions miss of the difference is rounding.</summary>
[Trait("Category", "Slow")]
public sealed class DeepLiftNetworkTests(ITestOutputHelper output)
{
    private const double Allowed = 1e-4;

    [SharedTheory]
    [InlineData("mobilenet_v1_0.25_128")]
    [InlineData("mobilenet_v2_1.0_224")]
    [InlineData("squeezenet_v1.1_224")]
    [InlineData("resnet20_cifar10")]
    [InlineData("vit_cifar10")]
    [InlineData("deeplabv3_mnv2_dm05_voc_257")]
    [InlineData("yolo_fastestv2_coco_352")]
    public void Pretrained_networks_are_complete(string name) => AssertComplete(Path.Combine(Shared.Models, $"{name}.onnx"));

    [SharedFact]
    public void Reference_networks_are_complete()
    {
        // Convolutions, batch, instance, group and layer normalisation, attention, recurrent layers, every activation.
        string[] networks = [.. Directory.EnumerateFiles(Path.Combine(Shared.Reference, "models"), "*.onnx").Order(StringComparer.Ordinal)];
        Assert.Equal(20, networks.Length);
        Assert.All(networks, AssertComplete);
    }

    private void AssertComplete(string file)
    {
        var graph = ShapeInference.Run(RaiseOpset.Run(OnnxReader.Read(file)));
        string target = graph.Outputs[0].Name;
        bool text = !(graph.TypeOf(graph.Inputs[0].Name) as Unmask.Graphs.ValueType.Tensor)!.Element.IsFloat();
        string fed = text ? graph.Nodes.First(node => node.OpType == "Gather" && node.Inputs[1] == graph.Inputs[0].Name).Outputs[0] : graph.Inputs[0].Name;
        graph = text ? ShapeInference.Run(FeedValues.Run(graph, [fed])) : graph;
        long[] sizes = [.. graph.ShapeOf(fed)!.Select(axis => axis.Size ?? 1)];
        var x = SmallNets.Values(3, sizes);
        foreach (var rule in Enum.GetValues<DeepLiftRule>())
        {
            double residual = DeepLiftTests.Residual(graph, target, new() { [fed] = x }, new() { [fed] = TensorData.Adopt(new float[x.Count], sizes) }, RuleSet.DeepLift(rule), oneElement: true);
            output.WriteLine($"{Path.GetFileNameWithoutExtension(file)} {rule}: {residual:g3}");
            Assert.True(residual < Allowed, $"{Path.GetFileName(file)} {rule}: {residual:g3} of the difference is missing");
        }
    }
}

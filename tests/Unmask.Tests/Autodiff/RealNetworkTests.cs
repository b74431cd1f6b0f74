using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Gradients of pretrained networks against differences along the gradient, where the difference is largest.</summary>
public sealed class RealNetworkTests
{
    [SharedTheory]
    [Trait("Category", "Slow")]
    [InlineData("mobilenet_v1_0.25_128")]
    [InlineData("mobilenet_v2_1.0_224")]
    [InlineData("squeezenet_v1.1_224")]
    [InlineData("resnet20_cifar10")]
    [InlineData("vit_cifar10")]
    [InlineData("deeplabv3_mnv2_dm05_voc_257")]
    [InlineData("yolo_fastestv2_coco_352")]
    public void The_gradient_is_the_slope_along_itself(string name)
    {
        const double h = 0.02;
        var graph = RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Models, $"{name}.onnx")));
        var (input, target) = (graph.Inputs[0], graph.Outputs[0].Name);
        long[] sizes = [.. input.Shape!.Select(axis => axis.Size ?? 1)];
        var x = SmallNets.Values(3, sizes);
        using var forward = Session.FromGraph(graph);
        var seed = Derivative.Random(forward.Run(Feed(x), [target])[0], 5);
        var m = Derivative.Run(Gradient.Build(graph, target, [input.Name]), Feed(x), seed)[1].AsSpan<float>().ToArray();
        double length = Math.Sqrt(m.Sum(value => (double)value * value));
        double slope = (At(h) - At(-h)) / (2 * h);
        Assert.True(Math.Abs((slope / length) - 1) < 0.03, $"the slope is {slope:g5}, the gradient's length {length:g5}");

        double At(double by)
        {
            float[] moved = [.. x.AsSpan<float>().ToArray().Zip(m, (value, direction) => (float)(value + (by * direction / length)))];
            var y = forward.Run(Feed(TensorData.Adopt(moved, sizes)), [target])[0].AsSpan<float>().ToArray();
            return y.Zip(seed.AsSpan<float>().ToArray(), (value, weight) => (double)value * weight).Sum();
        }

        Dictionary<string, TensorData> Feed(TensorData value) => new() { [input.Name] = value };
    }
}

using System.Globalization;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;

namespace Unmask.Benchmarks;

/// <summary>What the gradient of all weights costs beside the forward pass: the speed of training. Processor time of one thread, which other programs hardly change.</summary>
internal static class WeightGradientTime
{
    private const int Rounds = 10;

    public static void Run(string path, string[] arguments)
    {
        int batch = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 64;
        var graph = FoldBatchNormalization.Run(RaiseOpset.Run(OnnxReader.Read(path)));
        var input = graph.Inputs[0];
        var sizes = input.Shape!.Select((axis, i) => i == 0 ? batch : axis.Size!.Value).ToArray();
        string[] weights = [.. graph.Nodes.Where(node => node.Is("Conv") || node.Is("Gemm")).SelectMany(node => node.Inputs.Skip(1)).Where(graph.Constants.ContainsKey).Distinct()];
        var values = weights.ToDictionary(name => name, name => graph.Constants[name]);
        graph = ShapeInference.Run(FeedValues.Run(graph, weights), new Dictionary<string, Shape> { [input.Name] = Shape.Of([.. sizes]) });
        var program = Gradient.Build(graph, graph.Outputs[0].Name, weights);
        using var forward = Session.FromGraph(graph, new() { Threads = 1 });
        using var backward = Session.FromGraph(program.Graph, new() { Threads = 1 });
        var feeds = new Dictionary<string, TensorData>(values) { [input.Name] = Random(sizes) };
        var seeded = new Dictionary<string, TensorData>(feeds) { [program.Seed] = Random([batch, graph.Outputs[0].Shape![1].Size!.Value]) };
        double alone = Best(() => forward.Run(feeds)), both = Best(() => backward.Run(seeded));
        var checks = backward.Run(seeded, program.Multipliers);
        double norm = Math.Sqrt(checks.Sum(tensor => tensor.AsSpan<float>().ToArray().Sum(value => (double)value * value)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}, batch {batch}, {weights.Length} weights: forward {alone:f1} ms, forward and gradients {both:f1} ms, {both / alone:f2} of forward (processor time, best of {Rounds}); norm {norm:g7}"));
    }

    private static double Best(Action run)
    {
        run();
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            run();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        return best;
    }

    private static TensorData Random(long[] sizes)
    {
        var random = new Random(1);
        float[] values = new float[sizes.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return TensorData.Adopt(values, sizes);
    }
}

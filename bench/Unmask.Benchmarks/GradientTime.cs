using System.Diagnostics;
using System.Globalization;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;

namespace Unmask.Benchmarks;

/// <summary>
/// What the gradient of one logit with respect to the picture costs beside the forward pass, and 50 steps of Integrated Gradients. As many
/// callers as cores share one-threaded sessions and run independent items; all sides take turns.
/// </summary>
internal static class GradientTime
{
    private const int Rounds = 8;
    private const int Steps = 50;
    private const int Class = 7;

    public static void Run(string path, string[] arguments)
    {
        int items = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 8;
        string? profile = arguments.Length > 1 ? arguments[1] : null;
        var graph = ShapeInference.Run(FoldBatchNormalization.Run(RaiseOpset.Run(OnnxReader.Read(path))));
        var program = Gradient.Build(graph, graph.Outputs[0].Name, [graph.Inputs[0].Name]);
        using var forward = Session.FromGraph(graph);
        using var lowered = Session.FromGraph(program.Graph, new() { ProfileTo = profile });
        using var plain = Session.FromGraph(program.Graph, new() { Lower = false });
        int callers = Environment.ProcessorCount;
        foreach (int batch in new[] { 1, 4 })
        {
            Report(Path.GetFileName(path), Math.Max(items, batch * callers), batch, [("forward", forward), ("forward + gradient", lowered), ("the same, not lowered", plain)]);
        }

        Integrate(forward, lowered, program.Multipliers[0]);
    }

    /// <summary>
    /// Milliseconds an item of each session: the fastest round, and the middle one in brackets. Processor time counts all threads together: it
    /// hardly changes when other programs take the cores.
    /// </summary>
    private static void Report(string name, int items, int batch, (string What, Session Session)[] sides)
    {
        double[][] wall = [.. sides.Select(_ => new double[Rounds])], processor = [.. sides.Select(_ => new double[Rounds])];
        for (int round = -1; round < Rounds; round++)
        {
            for (int side = 0; side < sides.Length; side++)
            {
                var before = Environment.CpuUsage.TotalTime;
                double spent = Seconds(() => RunItems(sides[side].Session, items, batch));
                if (round >= 0)
                {
                    wall[side][round] = 1000 * spent / items;
                    processor[side][round] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / items;
                }
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {Environment.ProcessorCount} callers, batch {batch}, {items} items"));
        for (int side = 0; side < sides.Length; side++)
        {
            Console.WriteLine($"  {sides[side].What}: {Times(wall[side], wall[0])}; processor time {Times(processor[side], processor[0])}");
        }
    }

    private static string Times(double[] rounds, double[] forward) => string.Create(
        CultureInfo.InvariantCulture,
        $"{rounds.Min():f1} ({rounds.Order().ElementAt(Rounds / 2):f1}) ms an item, {rounds.Min() / forward.Min():f2} of forward");

    /// <summary>Pictures between zeros and one picture at the nodes of Gauss and Legendre, their gradients weighted and summed, with the check that they add up.</summary>
    private static void Integrate(Session forward, Session gradient, string multiplier)
    {
        float[] picture = Picture(gradient.Inputs[0], 1);
        var (nodes, weights) = GaussLegendre(Steps);
        foreach (int batch in new[] { 1, 2, 4 })
        {
            double[] sum = new double[picture.Length];
            var before = Environment.CpuUsage.TotalTime;
            double spent = Seconds(() => AddGradients(gradient, multiplier, picture, nodes, weights, batch, sum));
            double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            double total = sum.Zip(picture, (mean, value) => mean * value).Sum();
            double risen = Logit(forward, picture) - Logit(forward, new float[picture.Length]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  Integrated Gradients, {Steps} steps in batches of {batch}: {spent:f2} s, processor time {processor:f2} s, sum {total:f3} for a rise of {risen:f3}"));
        }
    }

    private static void AddGradients(Session session, string multiplier, float[] picture, double[] nodes, double[] weights, int batch, double[] sum) =>
        Batcher.Run(
            nodes.Length,
            batch,
            Environment.ProcessorCount,
            (first, count) =>
            {
                float[] values = [.. Enumerable.Range(first, count).SelectMany(step => picture.Select(value => (float)(nodes[step] * value)))];
                return session.Run(Feeds(session, values, count), [multiplier])[0];
            },
            (first, gradients) =>
            {
                var span = gradients.AsSpan<float>();
                for (int i = 0; i < span.Length; i++)
                {
                    sum[i % picture.Length] += weights[first + (i / picture.Length)] * span[i];
                }

                return true;
            },
            default);

    /// <summary>Nodes and weights on 0 to 1: the roots of the Legendre polynomial by Newton's method, from its recurrence.</summary>
    private static (double[] Nodes, double[] Weights) GaussLegendre(int count)
    {
        double[] nodes = new double[count], weights = new double[count];
        for (int i = 0; i < count; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5)), slope = 1;
            for (int step = 0; step < 20; step++)
            {
                double before = 1, here = x;
                for (int degree = 2; degree <= count; degree++)
                {
                    (before, here) = (here, ((((2 * degree) - 1) * x * here) - ((degree - 1) * before)) / degree);
                }

                slope = count * ((x * here) - before) / ((x * x) - 1);
                x -= here / slope;
            }

            nodes[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - (x * x)) * slope * slope);
        }

        return (nodes, weights);
    }

    private static void RunItems(Session session, int items, int batch)
    {
        float[] values = Picture(session.Inputs[0], batch);
        Batcher.Run(items, batch, Environment.ProcessorCount, (_, count) => session.Run(Feeds(session, values[..(values.Length / batch * count)], count)), (_, _) => true, default);
    }

    private static double Logit(Session session, float[] picture) => session.Run(Feeds(session, picture, 1))[0].AsSpan<float>()[Class];

    /// <summary>The pictures, and for a program the seed that asks for one logit of each.</summary>
    private static Dictionary<string, TensorData> Feeds(Session session, float[] values, int count)
    {
        var feeds = new Dictionary<string, TensorData>(StringComparer.Ordinal) { [session.Inputs[0].Name] = TensorData.Adopt(values, [count, .. Sizes(session.Inputs[0])]) };
        if (session.Inputs.Length > 1)
        {
            int classes = (int)Sizes(session.Inputs[1]).Single();
            float[] seed = new float[count * classes];
            for (int i = 0; i < count; i++)
            {
                seed[(i * classes) + Class] = 1;
            }

            feeds[session.Inputs[1].Name] = TensorData.Adopt(seed, count, classes);
        }

        return feeds;
    }

    private static float[] Picture(Value input, int count)
    {
        var random = new Random(1);
        float[] values = new float[count * Sizes(input).Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() * 4) - 2;
        }

        return values;
    }

    private static IEnumerable<long> Sizes(Value input) => input.Shape!.Skip(1).Select(axis => axis.Size!.Value);

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}

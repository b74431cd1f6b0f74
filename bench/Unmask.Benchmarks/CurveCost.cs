using System.Diagnostics;
using System.Globalization;
using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Runtime;

namespace Unmask.Benchmarks;

/// <summary>What deletion and insertion cost beside as many plain forward passes, with one thread and with all. Both sides in turn, several times; the fastest of each counts.</summary>
internal static class CurveCost
{
    private const int Rounds = 5;

    public static void Run(string path, string[] arguments)
    {
        var preprocessing = Preprocessing.Named(arguments.Length > 0 ? arguments[0] : "imagenet");
        int maps = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        var one = Measure(path, preprocessing, maps, 1);
        var all = Measure(path, preprocessing, maps, Environment.ProcessorCount);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"speed-up of the curves from 1 to {Environment.ProcessorCount} threads: {one / all:f2}"));
    }

    private static double Measure(string path, Preprocessing preprocessing, int maps, int threads)
    {
        using var model = Model.Load(path, new() { Preprocessing = preprocessing, Throughput = new() { Threads = threads } });
        using var session = Session.FromFile(path);
        var input = model.Prepare(Demo.LoadPhoto());
        var subject = MetricSubject.Of(model, input);
        var curves = Curves(subject, maps);
        long passes = PerturbationCurve.RunTogether(subject, curves).Sum(value => value.ForwardPasses);
        Pass(session, input, (int)passes, threads);
        double plain = double.MaxValue, measured = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            plain = Math.Min(plain, Seconds(() => Pass(session, input, (int)passes, threads)));
            measured = Math.Min(measured, Seconds(() => PerturbationCurve.RunTogether(subject, curves)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}, {threads} threads, {maps} maps, {passes} passes: plain {1000 * plain:f1} ms, curves {1000 * measured:f1} ms, overhead {100 * ((measured / plain) - 1):f1} %"));
        return measured;
    }

    private static List<(PerturbationCurve Curve, float[] Map)> Curves(MetricSubject subject, int maps)
    {
        var curves = new List<(PerturbationCurve, float[])>();
        for (int i = 0; i < maps; i++)
        {
            float[] map = new RandomMap(subject.Model, new() { Seed = (ulong)i }).Explain(subject.Input).ToMeasuredMap();
            curves.Add((new Deletion().Curve, map));
            curves.Add((new Insertion().Curve, map));
        }

        return curves;
    }

    /// <summary>The same number of passes without masks, in batches of eight.</summary>
    private static void Pass(Session session, ModelInput input, int passes, int threads)
    {
        const int batch = 8;
        long[] sizes = [batch, .. input.Layout.Sizes.Select(size => (long)size)];
        float[] values = [.. Enumerable.Repeat(input.Values.ToArray(), batch).SelectMany(item => item)];
        Batcher.Run(
            passes,
            batch,
            threads,
            (_, count) => session.Run(new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                [session.Inputs[0].Name] = TensorData.Adopt(count == batch ? values : values[..(count * input.Layout.Count)], [count, .. sizes.AsSpan(1)]),
            }),
            (_, _) => true,
            default);
    }

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}

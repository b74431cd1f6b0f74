using System.Diagnostics;
using System.Globalization;
using Unmask.Imaging;
using Unmask.Runtime;

namespace Unmask.Benchmarks;

/// <summary>RISE in int8 against float32 on photos: the processor's time, and how far maps and scores agree. One thread, batches of 8, in turn on each photo.</summary>
internal static class Int8Probing
{
    public static void Run(string path, string folder, string[] arguments)
    {
        var preprocessing = Preprocessing.Named(arguments.Length > 0 ? arguments[0] : "imagenet");
        int masks = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1000;
        int count = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 8;
        string[] photos = [.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal)];
        using var model = Model.Load(path, new() { Preprocessing = preprocessing, Throughput = new ThroughputOptions { Threads = 1, BatchSize = 8 } });
        var options = RiseOptions.Paper with { Masks = masks };
        var ratios = new List<double>();
        var correlations = new List<double>();
        for (int i = 0; i < count; i++)
        {
            string photo = photos[(int)((long)i * photos.Length / count)];
            var input = model.Prepare(Image.Load(photo));
            var (exact, exactTime) = Timed(() => new Rise(model, options).Explain(input));
            var (int8, int8Time) = Timed(() => new Rise(model, options with { Precision = Precision.Int8 }).Explain(input));
            double correlation = Correlation(exact.ToArray(), int8.ToArray());
            if (i > 0)
            {
                // The first run of each compiles.
                ratios.Add(exactTime / int8Time);
            }

            correlations.Add(correlation);
            Line($"{Path.GetFileName(photo)}: float32 {exactTime:f2} s, int8 {int8Time:f2} s, maps correlate {correlation:f5}; {int8.Options.GetValueOrDefault("precision-used")}, check: correlation {int8.Options.GetValueOrDefault("int8-correlation")}, difference {int8.Options.GetValueOrDefault("int8-difference")}, {int8.Cost.ForwardPasses} passes; {exact.Target.Label} {exact.ScoreValue:f3}");
        }

        ratios.Sort();
        Line($"{Path.GetFileName(path)}: maps correlate {correlations.Average():f5} (least {correlations.Min():f5}); median speed-up {(ratios.Count > 0 ? ratios[ratios.Count / 2] : double.NaN):f2} with the check");
    }

    private static (Explanation Explanation, double Seconds) Timed(Func<Explanation> explain)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var explanation = explain();
        process.Refresh();
        return (explanation, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static double Correlation(float[] one, float[] other)
    {
        double a = one.Average(value => (double)value), b = other.Average(value => (double)value);
        double both = 0, squares = 0, otherSquares = 0;
        for (int i = 0; i < one.Length; i++)
        {
            both += (one[i] - a) * (other[i] - b);
            squares += (one[i] - a) * (one[i] - a);
            otherSquares += (other[i] - b) * (other[i] - b);
        }

        return both / Math.Sqrt(squares * otherSquares);
    }

    private static void Line(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}

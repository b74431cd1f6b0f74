using System.Diagnostics;
using System.Globalization;

namespace Unmask.Benchmarks;

/// <summary>How long RISE takes on one model, and the most memory that the process held.</summary>
internal static class RiseTime
{
    public static void Run(string path, string[] arguments)
    {
        int masks = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 4000;
        var preprocessing = Preprocessing.Named(arguments.Length > 1 ? arguments[1] : "imagenet");
        using var model = Model.Load(path, new() { Preprocessing = preprocessing });
        var photo = Demo.LoadPhoto();
        var input = model.Prepare(photo);
        new Rise(model, RiseOptions.Paper with { Masks = 32 }).Explain(input);
        var watch = Stopwatch.StartNew();
        var explanation = new Rise(model, RiseOptions.Paper with { Masks = masks }).Explain(input);
        double seconds = watch.Elapsed.TotalSeconds;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}: {masks} masks in {seconds:f2} s, {1000 * seconds / masks:f3} ms a mask, peak memory {process.PeakWorkingSet64 / 1048576.0:f0} MiB, {explanation.Target.Label}"));
    }
}

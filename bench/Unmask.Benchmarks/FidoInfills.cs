using System.Diagnostics;
using System.Globalization;
using Unmask.Graphs;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>
/// FIDO's claim in miniature: regions found with a generative in-fill against those with heuristic ones, on photos whose objects are located. Resumable: each item's lines are kept in a file
/// with its maps; lines that it lacks are measured and added.
/// </summary>
/// <remarks>
/// A third of the published steps at three times the rate, so that logits can go equally far: 100 steps of 4 draws are 400 forward and backward passes and in-fills a map. For SqueezeNet or MobileNetV2
/// of 224 pixels on one core that is ten to twenty seconds (an in-painter of 64 pixels adds as much), so that 50 items in five in-fills take about an hour; fewer steps take proportionally less.
/// </remarks>
internal static class FidoInfills
{
    /// <summary>The in-fill that is compared with the others.</summary>
    public const string Generative = "generative";

    // The region is what the map calls more likely kept than not, all of it.
    private static readonly SaliencyMetric Saliency = new(new() { Scale = MapScaling.None, Rule = RegionRule.Half, Part = RegionPart.All });

    // A class that the model does not see at all has no evidence to find.
    private const double UsualLeastProbability = 0.2;
    private const ulong Seed = 5;

    /// <summary>What is measured, in the order of a line; all but insertion are better when lower.</summary>
    public static readonly string[] Metrics = ["saliency metric", "deletion", "insertion", "region outside the object", "region's area", "neighbours that differ"];

    // Adam's rate falls evenly to 0: over the published 300 steps of 0.05 a logit can go 7.5, and so it shall over any number of steps.
    private const double Reach = 15;
    private const int UsualSteps = 100;

    public static void Run(string path, string folder, string cache, string inpainter, string[] arguments)
    {
        var preprocessing = Preprocessing.Named(arguments.Length > 0 ? arguments[0] : "imagenet");
        int count = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 50;
        int steps = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : UsualSteps;
        string sampling = arguments.Length > 2 ? arguments[2] : "pixels";
        double least = arguments.Length > 4 ? double.Parse(arguments[4], CultureInfo.InvariantCulture) : UsualLeastProbability;
        var options = FidoOptions.Paper with { Steps = steps, Rate = Reach / steps, WarmUp = steps / 10, Seed = Seed, Sampling = sampling == "cells" ? FidoSampling.Cells : FidoSampling.Pixels };
        (string Name, string Infill)[] infills = [(Generative, $"inpainter:{inpainter}"), ("local", "local"), ("blur", "blur"), ("noise", "noise"), ("constant", "mean")];
        using var model = Model.Load(path, new() { Preprocessing = preprocessing });
        using var photos = PhotoSet.Open(folder);
        string own = Path.Combine(cache, $"{Path.GetFileNameWithoutExtension(path)}-{sampling}-{steps}");
        Directory.CreateDirectory(own);
        var chosen = PhotoItems.Choose(model, photos, new() { Items = count, LeastProbability = least, Seed = Seed });
        foreach (var item in chosen.Items)
        {
            string stem = Path.Combine(own, item.Id.Replace(':', '.').Replace('/', '.')), lines = stem + ".csv";
            List<string> known = File.Exists(lines) ? [.. File.ReadAllLines(lines).Where(line => line.Length > 0)] : [];
            foreach (var (name, infill) in infills.Where(each => !known.Any(line => line.StartsWith(each.Name + ",", StringComparison.Ordinal))))
            {
                known.Add(Measure(model, item, name, options with { Infill = Infill.Parse(infill) }, stem));
                AtomicFile.WriteText(lines, string.Join('\n', known) + "\n");
            }

            Console.WriteLine($"{item.Id} done");
        }

        FidoInfillsTable.Print(own);
    }

    private static string Measure(Model model, EvaluationItem item, string name, FidoOptions options, string stem)
    {
        var input = item.Input(model);
        long began = Stopwatch.GetTimestamp();
        var explanation = new Fido(model, options).Explain(input, item.Target);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var (height, width) = input.Layout.Spatial;
        float[] map = explanation.ToTensorData().AsSpan<float>().ToArray();
        Npy.Write($"{stem}.{name}.npy", TensorData.Adopt(map, height, width));
        var subject = MetricSubject.Of(model, input, item.Target);
        bool[] inside = item.Truth!().OnModelPixels(input);
        int region = map.Count(value => value > 0.5f), outside = map.Where((value, place) => value > 0.5f && !inside[place]).Count();
        double[] values =
        [
            Saliency.Measure(subject, [map])[0].Value ?? double.NaN,
            new Deletion().Measure(subject, [map])[0].Value ?? double.NaN,
            new Insertion().Measure(subject, [map])[0].Value ?? double.NaN,
            region == 0 ? double.NaN : outside / (double)region,
            region / (double)map.Length,
            Roughness(map, width),
            seconds,
        ];
        return $"{name},{string.Join(',', values.Select(value => value.ToString("r", CultureInfo.InvariantCulture)))}";
    }

    /// <summary>Pairs of neighbours of which only one belongs to the region, as a part of the region's pixels: many for scattered specks, few for one whole.</summary>
    private static double Roughness(float[] map, int width)
    {
        int pairs = 0, region = map.Count(value => value > 0.5f);
        for (int place = 0; place < map.Length; place++)
        {
            bool here = map[place] > 0.5f;
            pairs += (place + 1) % width > 0 && here != map[place + 1] > 0.5f ? 1 : 0;
            pairs += place + width < map.Length && here != map[place + width] > 0.5f ? 1 : 0;
        }

        return region == 0 ? double.NaN : pairs / (double)region;
    }
}

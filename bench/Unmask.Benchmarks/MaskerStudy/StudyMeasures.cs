using System.Globalization;
using Unmask.Graphs;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>What is measured of a map, in the order of a line.</summary>
/// <param name="model">The explained classifier.</param>
/// <param name="other">One that no masker learnt from; <c>null</c>: none.</param>
/// <param name="isMask">Whether maps are masks, whose own values count; else they are stretched to 0 … 1.</param>
internal sealed class StudyMeasures(Model model, Model? other, bool isMask)
{
    // Area at which methods are compared whose maps are no masks.
    private const double EqualArea = 0.25;

    /// <summary>The measures: name, and whether higher is better (<c>null</c>: neither).</summary>
    public static readonly (string Name, bool? Higher)[] All =
    [
        ("area", null), ("kept: right", true), ("hidden: right", false), ("kept quarter: right", true), ("hidden quarter: right", false), ("deletion", false), ("insertion", true), ("saliency metric", false),
        ("IoU, own threshold", true), ("IoU, equal area", true), ("F1", true), ("average precision", true), ("weaker cue, own threshold", true), ("weaker cue, equal area", true),
        ("kept: right by another", true), ("hidden: right by another", false), ("seconds", null),
    ];

    private readonly SaliencyMetric _saliency = new(new() { Scale = Scaling(isMask) });
    private readonly MaskF1 _f1 = new(new() { Scale = Scaling(isMask), Against = MaskTruth.Mask });

    /// <summary>Measures a map.</summary>
    /// <returns>NaN where a measure cannot be taken.</returns>
    public double[] Of(StudyPhoto photo, ModelInput input, float[] map, double seconds)
    {
        var subject = MetricSubject.Of(model, input, Target.Class(photo.Class), photo.Truth);
        float[] mask = isMask ? map : Stretched(map), quarter = Top(map, EqualArea);
        double Metric(IMetric metric) => metric.Measure(subject, [map])[0].Value ?? double.NaN;
        double Right(Model asked, float[] kept, bool hidden) => IsRight(asked, photo, kept, hidden) ? 1 : 0;
        bool[]? inside = photo.Truth?.OnModelPixels(input);
        float[]? equal = inside is null ? null : Top(map, inside.Count(pixel => pixel) / (double)inside.Length);
        float[] own = Array.ConvertAll(mask, value => value > 0.5f ? 1f : 0);
        return
        [
            mask.Average(value => (double)value), Right(model, mask, false), Right(model, mask, true), Right(model, quarter, false), Right(model, quarter, true),
            Metric(new Deletion()), Metric(new Insertion()), Metric(_saliency),
            Overlap(own, inside), Overlap(equal, inside), inside is null ? double.NaN : Metric(_f1), inside is null ? double.NaN : Metric(new PixelAveragePrecision()),
            Weaker(own, photo.Cues), equal is null ? double.NaN : Weaker(equal, photo.Cues),
            other is null ? double.NaN : Right(other, mask, false), other is null ? double.NaN : Right(other, mask, true), seconds,
        ];
    }

    /// <summary>A line of a file.</summary>
    public static string Line(string id, double[] values) => $"{id},{string.Join(',', values.Select(value => value.ToString("r", CultureInfo.InvariantCulture)))}";

    private static MapScaling Scaling(bool isMask) => isMask ? MapScaling.None : MapScaling.MinMax;

    /// <summary>Whether the class is still first where only what a mask keeps is seen, or all but that; the rest is 0, the mean colour.</summary>
    private static bool IsRight(Model asked, StudyPhoto photo, float[] mask, bool hidden)
    {
        var input = asked.Prepare(photo.Picture);
        float[] values = input.Values.ToArray();
        for (int place = 0; place < values.Length; place++)
        {
            float kept = mask[place % mask.Length];
            values[place] *= hidden ? 1 - kept : kept;
        }

        var seen = asked.Prepare(TensorData.Adopt(values, [1, .. input.Layout.Sizes.Select(size => (long)size)]))[0];
        return asked.Predict(seen).Ranked[0] == photo.Class;
    }

    private static float[] Stretched(float[] map)
    {
        float low = map.Min(), range = map.Max() - low;
        return Array.ConvertAll(map, value => range > 0 ? (value - low) / range : 0);
    }

    /// <summary>The highest pixels, so many of all; equal ones in a random order.</summary>
    private static float[] Top(float[] map, double share)
    {
        var random = Rng.At(1, map.Length);
        var order = map.Select((value, place) => (Value: value, Chance: random.NextUInt32(), Place: place)).OrderByDescending(pixel => pixel.Value).ThenBy(pixel => pixel.Chance);
        float[] top = new float[map.Length];
        foreach (var (_, _, place) in order.Take((int)Math.Round(share * map.Length)))
        {
            top[place] = 1;
        }

        return top;
    }

    private static double Overlap(float[]? region, bool[]? inside)
    {
        if (region is null || inside is null)
        {
            return double.NaN;
        }

        int common = region.Where((value, place) => value > 0 && inside[place]).Count();
        return common / (double)(region.Count(value => value > 0) + inside.Count(pixel => pixel) - common);
    }

    /// <summary>How much of the cue that is covered less is covered.</summary>
    private static double Weaker(float[] region, byte[]? cues) => cues is null ? double.NaN
        : new byte[] { 1, 2 }.Min(cue => region.Where((value, place) => value > 0 && cues[place] == cue).Count() / (double)cues.Count(value => value == cue));
}

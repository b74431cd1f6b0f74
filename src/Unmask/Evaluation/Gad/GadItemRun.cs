using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>All measurements of one picture.</summary>
internal sealed class GadItemRun(GadEvaluation evaluation, GadNetworks networks, ClassPair pair, int number, GadItem item, CancellationToken cancel)
{
    private readonly ModelInput _input = item.Input(networks.Model);
    private readonly List<GadMeasurement> _measured = [];

    public IReadOnlyList<GadMeasurement> Run()
    {
        Target[] targets = [.. pair.Explained.Select(Target.Class)];
        foreach (var (at, (name, explainer, supports)) in networks.All.Index())
        {
            var originals = explainer.Explain(_input, targets, null, cancel);
            foreach (var (variant, explainers) in supports)
            {
                var others = explainers.Select(other => other.Explain(_input, targets, null, cancel)).ToList();
                for (int target = 0; target < targets.Length; target++)
                {
                    var maps = new GadMaps(originals[target], [.. others.Select(each => GadMaps.Flat(each[target]))]);
                    Measure(name, variant, pair.Explained[target], maps, at);
                }
            }
        }

        return _measured;
    }

    private void Measure(string method, string variant, int index, GadMaps maps, int at)
    {
        float[] original = maps.Thresholded(evaluation.Importance), refined = maps.Intersection(evaluation.Importance);
        Measure(method, variant, index, original, refined);
        // A number for each picture, method and class.
        long key = ((((long)number << 8) + at) << 24) + index;
        Measure(method, $"random:{variant}", index, original, RandomPart(original, refined.Count(value => value != 0), Rng.At(evaluation.Seed, key)));
    }

    private void Measure(string method, string variant, int index, float[] original, float[] refined)
    {
        int width = _input.Layout.Spatial.Width, before = original.Count(value => value != 0);
        var complexity = RegionComplexity.Of(original, refined, width, evaluation.Hull);
        bool[] supplementary = [.. complexity.Original.Mask.Zip(complexity.Refined.Mask, (there, here) => there && !here)];
        _measured.Add(new()
        {
            Item = item.Id,
            Side = item.Side,
            Class = index,
            Method = method,
            Variant = variant,
            Outcome = complexity.Outcome,
            Complexity = complexity.Ratio,
            RetainedComplexity = RegionComplexity.Of(original, refined, width, HullPixels.Retained).Ratio,
            KeptShare = before == 0 ? null : (double)refined.Count(value => value != 0) / before,
            Sensitivity = RegionSensitivity.Of(networks.Model, _input, index, complexity.Refined.Mask, evaluation.Occlusion, cancel),
            SupplementarySensitivity = RegionSensitivity.Of(networks.Model, _input, index, supplementary, evaluation.Occlusion, cancel),
            Logit = networks.Model.Evaluate(_input, WhiteBox.WhiteBoxRun.DefaultScore(networks.Model), cancel)[index],
        });
    }

    /// <summary>So many of the pixels that are not 0, each equally likely.</summary>
    internal static float[] RandomPart(float[] map, int count, Rng random)
    {
        int[] places = [.. Enumerable.Range(0, map.Length).Where(place => map[place] != 0)];
        float[] part = new float[map.Length];
        for (int i = 0; i < count; i++)
        {
            int drawn = i + random.NextInt32(places.Length - i);
            (places[i], places[drawn]) = (places[drawn], places[i]);
            part[places[i]] = map[places[i]];
        }

        return part;
    }
}

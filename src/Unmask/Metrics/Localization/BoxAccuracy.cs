using System.Numerics.Tensors;

namespace Unmask.Metrics;

/// <summary>Accuracy of boxes around what lies above a threshold, at the threshold that is best for the whole data set.</summary>
public abstract class BoxAccuracy : ThresholdMetric
{
    private const int Levels = 255;

    private readonly double[] _overlaps;
    private readonly bool _largestOnly;

    private protected BoxAccuracy(string id, ThresholdOptions options, double[] overlaps, bool largestOnly)
        : base(id, options) => (_overlaps, _largestOnly) = (overlaps, largestOnly);

    internal override bool UsesBoxes => true;

    /// <summary>The mean over the required overlaps of the share of right maps at the best threshold of each.</summary>
    /// <inheritdoc/>
    public override double Pool(ReadOnlySpan<double> totals, int maps)
    {
        double sum = 0;
        for (int overlap = 0; overlap < _overlaps.Length; overlap++)
        {
            sum += TensorPrimitives.Max(totals.Slice(overlap * Thresholds.Count, Thresholds.Count)) / maps;
        }

        return sum / _overlaps.Length;
    }

    /// <summary>For each overlap and each threshold: 1 where a predicted box overlaps one of the truth so far.</summary>
    private protected override double[]? Tally(float[] map, GroundTruth truth, ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        PixelBox[] objects = [.. PixelBox.Seen(truth, input).Select(box => box.Within(width, height))];
        if (objects.Length == 0)
        {
            return null;
        }

        var pieces = new ConnectedPieces(width, height, corners: true);
        byte[] levels = Array.ConvertAll(MapRegion.Scaled(map, MapScaling.MinMax), value => (byte)(value * Levels));
        double[] tally = new double[_overlaps.Length * Thresholds.Count];
        for (int threshold = 0; threshold < Thresholds.Count; threshold++)
        {
            int floor = (int)(threshold * Thresholds.Step * Levels);
            var found = pieces.Of(Array.ConvertAll(levels, level => level > floor));
            double best = Predicted(found).SelectMany(box => objects.Select(truthful => box.InclusiveOverlap(truthful, width, height))).DefaultIfEmpty().Max();
            for (int overlap = 0; overlap < _overlaps.Length; overlap++)
            {
                tally[(overlap * Thresholds.Count) + threshold] = best >= _overlaps[overlap] ? 1 : 0;
            }
        }

        return tally;
    }

    private IEnumerable<PixelBox> Predicted(List<RegionPiece> pieces) =>
        _largestOnly && pieces.Count > 0 ? [pieces.MaxBy(piece => piece.Size).Box] : pieces.Select(piece => piece.Box);
}

/// <summary>MaxBoxAcc: how often the box around the largest piece above a threshold fits an object, at the best threshold for all maps.</summary>
/// <remarks>
/// <para>Formula: max over thresholds τ of the share of maps whose box overlaps an object's box by at least ½. The box lies around the largest connected piece (neighbours share an edge or a corner) of ⌊255a⌋ &gt; ⌊255τ⌋, a the map stretched to
/// 0 … 1, τ = 0, 0.01, … 0.99.</para>
/// <para>Result: 0 to 1, higher is better. One threshold for the whole data set, chosen by the truth itself: optimistic, and more so for few items. A single map's value is 1 if any threshold is right. Undefined when the model sees nothing of any box.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: taken for what a user gets, who has no truth to choose a threshold by; objects are large or centred (rows <c>center</c>, <c>center-box</c>).</para>
/// <para>Source: Choe et al., «Evaluating weakly supervised object localization methods right», CVPR 2020. Differs from it in: the largest piece has most pixels, where theirs has the contour of the largest area; holes have no boxes.</para>
/// </remarks>
/// <param name="options">Default: thresholds 0.01 apart.</param>
public sealed class MaxBoxAccuracy(ThresholdOptions? options = null) : BoxAccuracy(MetricId, options ?? new(), [0.5], largestOnly: true)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "max-box-accuracy";
}

/// <summary>MaxBoxAccV2: the same with all pieces and three demands on the overlap.</summary>
/// <remarks>
/// <para>Formula: mean over δ = 0.3, 0.5, 0.7 of the max over thresholds of the share of maps of which some box overlaps some object's box by at least δ; boxes around all connected pieces, as for <see cref="MaxBoxAccuracy"/>.</para>
/// <para>Result: 0 to 1, higher is better; each δ has its own best threshold for the whole data set.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: maps fall into many pieces: one of them will fit.</para>
/// <para>Source: Choe et al., «Evaluation for weakly supervised object localization: protocol, metrics, and datasets», PAMI 2022. Differs from it in: holes have no boxes.</para>
/// </remarks>
/// <param name="options">Default: thresholds 0.01 apart.</param>
public sealed class MaxBoxAccuracyV2(ThresholdOptions? options = null) : BoxAccuracy(MetricId, options ?? new(), [0.3, 0.5, 0.7], largestOnly: false)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "max-box-accuracy-v2";
}

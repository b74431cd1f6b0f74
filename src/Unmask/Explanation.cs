using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask;

/// <summary>What a map's axes are.</summary>
public enum MapKind
{
    /// <summary>[height, width]: one number a pixel of the model's input.</summary>
    Pixels,

    /// <summary>One number for each element of the input, in the input's own shape.</summary>
    Elements,

    /// <summary>One number for each place of a layer, [height, width], or for each element of it: see <see cref="Explanation.Layer"/>.</summary>
    Layer,
}

/// <summary>How the attributions of a pixel's channels become one number.</summary>
public enum ChannelReduction
{
    /// <summary>Added: each channel was attributed for itself.</summary>
    Sum,

    /// <summary>Averaged: every channel carries the whole pixel's attribution.</summary>
    Mean,

    /// <summary>The largest absolute value: Simonyan's saliency. Without sign.</summary>
    AbsMax,

    /// <summary>The absolute values, added. Without sign.</summary>
    AbsSum,

    /// <summary>The square root of the sum of squares. Without sign.</summary>
    L2,
}

/// <summary>Names of reductions, as the command line and reports spell them.</summary>
internal static class ChannelReductions
{
    /// <summary>Every reduction with its name.</summary>
    public static IReadOnlyList<(string Name, ChannelReduction Value)> All { get; } =
        [("sum", ChannelReduction.Sum), ("mean", ChannelReduction.Mean), ("abs-max", ChannelReduction.AbsMax), ("abs-sum", ChannelReduction.AbsSum), ("l2", ChannelReduction.L2)];

    /// <summary>The name of a reduction.</summary>
    public static string Name(ChannelReduction reduction) => All.First(pair => pair.Value == reduction).Name;
}

/// <summary>An attribution with everything that one must know to read it, repeat it or doubt it.</summary>
public sealed record Explanation
{
    /// <summary>The attributions exactly as the method defines them: not scaled, not clipped. One item; see <see cref="Kind"/> for the axes.</summary>
    public required Tensor<float> Attributions { get; init; }

    /// <summary>The error bar of each attribution, one standard deviation, in the same shape and unit; <c>null</c> for methods that do not know it.</summary>
    public Tensor<float>? StandardDeviations { get; init; }

    /// <summary>What the axes are.</summary>
    public required MapKind Kind { get; init; }

    /// <summary>What was explained.</summary>
    public required ResolvedTarget Target { get; init; }

    /// <summary>The method's id.</summary>
    public required string Method { get; init; }

    /// <summary>The options, by their names on the command line.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>The space in which the score was read.</summary>
    public required Score Score { get; init; }

    /// <summary>The target's score on the unmasked input.</summary>
    public required double ScoreValue { get; init; }

    /// <summary>What replaced hidden parts; <c>null</c> for methods that hide nothing.</summary>
    public string? Infill { get; init; }

    /// <summary>What a mask's 1 means; always «1 = keep».</summary>
    public string Polarity { get; init; } = "1 = keep";

    /// <summary>Whether negative values mean evidence against the target (rather than merely less).</summary>
    public required bool Signed { get; init; }

    /// <summary>How the channels of <see cref="MapKind.Elements"/> become one map.</summary>
    public ChannelReduction ChannelReduction { get; init; } = ChannelReduction.Sum;

    /// <summary>Whether maps for pictures and metrics (<see cref="ToMap"/>) keep only what is positive. Default <c>false</c>; the attributions keep everything.</summary>
    public bool Rectified { get; init; }

    /// <summary>
    /// The percentile of the map's numbers (of their magnitudes, if signed) that gets the end of the colours on pictures. Default 100, the largest; 99 for gradients
    /// pixel by pixel, of which a few are far larger than all others.
    /// </summary>
    public double DisplayPercentile { get; init; } = 100;

    /// <summary>The layer that <see cref="MapKind.Layer"/> is about; <c>null</c> for other kinds.</summary>
    public ExplainedLayer? Layer { get; init; }

    /// <summary>Whether there is a map over the model's pixels: the input is a picture, and the layer, if one was explained, has places.</summary>
    public bool HasMap => Input.Layout.IsSpatial && (Kind != MapKind.Layer || Layer?.Grid is not null);

    /// <summary>Whether negative values of the map (<see cref="ToMap"/>) mean evidence against the target.</summary>
    public bool MapIsSigned => Signed && !Rectified && (ChannelReduction is ChannelReduction.Sum or ChannelReduction.Mean || Attributions.Rank == 2);

    /// <summary>What a value is measured in.</summary>
    public required string Unit { get; init; }

    /// <summary>The seed of the random numbers; <c>null</c> for methods without any.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What it cost.</summary>
    public required Cost Cost { get; init; }

    /// <summary>What one should know before trusting it.</summary>
    public Diagnostics Diagnostics { get; init; } = new();

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The explained input.</summary>
    public required ModelInput Input { get; init; }

    /// <summary>
    /// The attributions as one map over the model's pixels: channels are reduced (<see cref="ChannelReduction"/>), negative values dropped if
    /// <see cref="Rectified"/>, a layer's grid resized bilinearly.
    /// </summary>
    /// <exception cref="UnmaskException">The input is not a picture, or the layer has no places (see <see cref="HasMap"/>).</exception>
    public float[,] ToMap()
    {
        var (height, width) = Input.Layout.Spatial;
        return AttributionMap.Of(this, height, width);
    }

    /// <summary>A copy of the attributions, the last axis innermost.</summary>
    public float[] ToArray()
    {
        float[] values = new float[(int)Attributions.FlattenedLength];
        Attributions.FlattenTo(values);
        return values;
    }

    /// <summary>The attributions as a tensor of one item, its first axis 1: for <c>.npy</c> files.</summary>
    public TensorData ToTensorData()
    {
        float[] values = new float[(int)Attributions.FlattenedLength];
        Attributions.FlattenTo(values);
        return TensorData.Adopt(values, [1, .. Attributions.Lengths.ToArray().Select(size => (long)size)]);
    }
}

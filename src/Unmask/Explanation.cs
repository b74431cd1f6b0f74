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
}

/// <summary>How the attributions of a pixel's channels become one number.</summary>
public enum ChannelReduction
{
    /// <summary>Added: each channel was attributed for itself.</summary>
    Sum,

    /// <summary>Averaged: every channel carries the whole pixel's attribution.</summary>
    Mean,
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

    /// <summary>The attributions as one map over the model's pixels: elements of several channels are added or averaged (<see cref="ChannelReduction"/>).</summary>
    /// <exception cref="UnmaskException">The input is not a picture.</exception>
    public float[,] ToMap()
    {
        var layout = Input.Layout;
        var (height, width) = layout.Spatial;
        float[] values = new float[(int)Attributions.FlattenedLength];
        Attributions.FlattenTo(values);
        float[,] map = new float[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                map[y, x] = Kind == MapKind.Pixels ? values[(y * width) + x] : OverChannels(values, layout, y, x);
            }
        }

        return map;
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

    private float OverChannels(float[] values, InputLayout layout, int y, int x)
    {
        float sum = 0;
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            sum += values[layout.IndexOf(channel, y, x)];
        }

        return ChannelReduction == ChannelReduction.Mean ? sum / layout.Channels : sum;
    }
}

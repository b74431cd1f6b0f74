using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Maskers.Engine;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>See <see cref="MaskerNetwork.UNet"/>.</summary>
/// <code>
///   s5 ─ ⟨·, E_c⟩ ─ a ┬ mean → exists
///    └─ × σ(a − confidence) ─ up ─ up ─ up ─ 1×1 ─ (a, b) ─ |a| ÷ (|a| + |b|) → mask
///                             s4   s3   s2
/// </code>
internal sealed record UNetNetwork(int Width, double Confidence) : MaskerNetwork
{
    private const string SelectorPrefix = "selector/";

    // Where both of the last numbers are 0 the mask is, too.
    private const float Least = 1e-6f;

    /// <inheritdoc/>
    public override bool IsClassConditional => true;

    /// <inheritdoc/>
    internal override ImmutableArray<string> SelectorWeights(Graph masker) => [.. TrainableWeights.Of(masker).Where(name => name.StartsWith(SelectorPrefix, StringComparison.Ordinal))];

    /// <inheritdoc/>
    internal override ImmutableArray<Tap> Choose(ImmutableArray<Tap> stages, (int Height, int Width) input) => FromQuarter(stages, input);

    /// <inheritdoc/>
    internal override Graph Build(ImmutableArray<Tap> taps, (int Height, int Width) input, int classes, ulong seed)
    {
        var builder = new NetworkBuilder("masker", seed);
        Layer[] read = [.. taps.Select(tap => builder.Input(tap.Name, tap.Channels, tap.Height, tap.Width))];
        var (x, exists) = Selected(builder, read[^1], classes);
        for (int finer = read.Length - 2; finer >= 0; finer--)
        {
            builder.Prefix = $"up{finer + 1}/";
            x = Up(x, read[finer], Width << finer);
        }

        builder.Prefix = "mask/";
        return builder.Build((Share(builder, x.Conv(2, 1, bias: true, weights: Initialization.Xavier)), MaskerNames.Mask), (exists, MaskerNames.Exists));
    }

    /// <inheritdoc/>
    internal override Graph ForUse(Graph masker, RelaxedLaw law) =>
        base.ForUse(masker with { Constants = masker.Constants.SetItem(MaskerNames.Confidence, TensorData.Vector((float)Confidence)) }, law);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"U-net of {Width} maps with a selector of classes, confidence {Confidence}");

    /// <summary>What the coarsest features have of the class, place by place, gates them.</summary>
    private static (Layer Gated, Layer Exists) Selected(NetworkBuilder builder, Layer coarsest, int classes)
    {
        builder.Prefix = SelectorPrefix;
        var vector = builder.Tokens(MaskerNames.Class, 1).Embedding(classes, (int)coarsest.Channels, padding: null).Reshape(coarsest.Channels, 1, 1);
        var products = coarsest.Multiply(vector);
        long[] one = [1, coarsest.ItemShape[1], coarsest.ItemShape[2]];
        var alike = builder.Add("ReduceSum", "alike", [products.Name, builder.Given("axis", [1L])], one, ("keepdims", 1L));
        var exists = alike.GlobalAveragePool().Flatten();
        builder.Prefix = "";
        string confidence = builder.Given(MaskerNames.Confidence, TensorData.Vector(0f));
        builder.Prefix = SelectorPrefix;
        var gate = builder.Add("Sub", "sure", [alike.Name, confidence], one).Sigmoid();
        return (coarsest.Multiply(gate), exists);
    }

    /// <summary>Twice as fine, with the features of that stage, through a bottleneck with a residual connection.</summary>
    private static Layer Up(Layer x, Layer skip, int channels)
    {
        var finer = x.Conv(4 * channels, 3).BatchNorm().Relu().PixelShuffle();
        var (height, width) = ((int)skip.ItemShape[1], (int)skip.ItemShape[2]);
        // Stages of odd sizes are not exactly half.
        finer = (finer.ItemShape[1], finer.ItemShape[2]) == (height, width) ? finer : finer.Resize(height, width);
        var joined = finer.Concat(skip);
        int narrow = Math.Max(1, channels / 4);
        var branch = joined.Conv(narrow, 1).BatchNorm().Relu().Conv(narrow, 3).BatchNorm().Relu().Conv(channels, 1).BatchNorm();
        return branch.Add(joined.Conv(channels, 1, bias: true)).Relu();
    }

    /// <summary>|a| ÷ (|a| + |b|).</summary>
    private static Layer Share(NetworkBuilder builder, Layer pair)
    {
        long[] one = [1, pair.ItemShape[1], pair.ItemShape[2]];
        var a = builder.Add("Abs", "a", [pair.Slice(0, 0, 1).Name], one);
        var b = builder.Add("Abs", "b", [pair.Slice(0, 1, 1).Name], one);
        var sum = builder.Add("Add", "sum", [a.Add(b).Name, builder.Given("least", TensorData.Vector(Least))], one);
        return builder.Add("Div", "share", [a.Name, sum.Name], one);
    }
}

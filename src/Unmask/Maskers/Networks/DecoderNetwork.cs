using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Maskers.Engine;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>See <see cref="MaskerNetwork.Decoder"/>.</summary>
internal sealed record DecoderNetwork(int Taps, int Width, int ClassFeatures) : MaskerNetwork
{
    /// <inheritdoc/>
    public override bool IsClassConditional => ClassFeatures > 0;

    /// <inheritdoc/>
    internal override ImmutableArray<Tap> Choose(ImmutableArray<Tap> stages, (int Height, int Width) input) => Taps == 0 ? FromQuarter(stages, input) : [.. stages.TakeLast(Taps)];

    /// <inheritdoc/>
    internal override Graph Build(ImmutableArray<Tap> taps, (int Height, int Width) input, int classes, ulong seed)
    {
        var builder = new NetworkBuilder("masker", seed);
        Layer[] read = [.. taps.Select(tap => builder.Input(tap.Name, tap.Channels, tap.Height, tap.Width))];
        builder.Prefix = "class/";
        var asked = IsClassConditional ? builder.Tokens(MaskerNames.Class, 1).Embedding(classes, ClassFeatures, padding: null).Reshape(ClassFeatures, 1, 1) : null;
        int height = Math.Max(Quarter(input.Height), taps.Max(tap => tap.Height)), width = Math.Max(Quarter(input.Width), taps.Max(tap => tap.Width));
        List<Layer> parts = [];
        foreach (var (index, tap) in read.Index())
        {
            builder.Prefix = $"tap{index + 1}/";
            var (down, across) = ((int)tap.ItemShape[1], (int)tap.ItemShape[2]);
            var seen = asked is null ? tap : tap.Concat(asked.Resize(down, across, Upsampling.Nearest));
            bool asItIs = (down, across) == (height, width) && tap.Channels <= Width && taps.Length > 1 && asked is null;
            var part = asItIs ? seen : seen.Conv(Width, 1).BatchNorm().Relu();
            parts.Add((down, across) == (height, width) ? part : part.Resize(height, width));
        }

        builder.Prefix = "mask/";
        var joined = parts.Count == 1 ? parts[0] : parts[0].Concat([.. parts.Skip(1)]);
        return builder.Build(joined.Conv(1, 3, bias: true, weights: Initialization.Xavier).Sigmoid(), MaskerNames.Mask);
    }

    /// <inheritdoc/>
    public override string ToString() => $"decoder of {Width} maps a tap{(IsClassConditional ? $", {ClassFeatures} numbers a class" : "")}";
}

using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>How active the channels of some layers are at an input: ‖A_k‖₂ of every channel, as a share of its layer's sum. Oramas et al. 2019.</summary>
internal sealed class ChannelNorms
{
    private ChannelNorms(ImmutableArray<(float[] Values, ImmutableArray<int> Sizes)> layers, float[] shares) => (Layers, Shares) = (layers, shares);

    /// <summary>The layers' own values.</summary>
    public ImmutableArray<(float[] Values, ImmutableArray<int> Sizes)> Layers { get; }

    /// <summary>One number a channel, the layers end to end; of each layer they add up to 1, or are 0 where it is off.</summary>
    public float[] Shares { get; }

    /// <summary>Measures an input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">Layers of which one item has its channels on the first axis.</param>
    /// <param name="input">The input.</param>
    /// <param name="cancel">Ends the run.</param>
    /// <exception cref="LayerNotFoundException">There is no such layer.</exception>
    /// <exception cref="UnmaskException">A layer has no channels.</exception>
    public static ChannelNorms Of(Model model, ImmutableArray<string> layers, ModelInput input, CancellationToken cancel)
    {
        var found = model.ValuesOf(layers, input, cancel);
        return new(found, [.. found.SelectMany((layer, i) => SharesOf(layers[i], layer.Values, layer.Sizes))]);
    }

    private static float[] SharesOf(string layer, float[] values, ImmutableArray<int> sizes)
    {
        if (sizes is not ([_] or [_, _, _]))
        {
            throw new UnmaskException($"One item of the layer \"{layer}\" is [{string.Join(", ", sizes)}]: class features are channels of feature maps, [channels, height, width], or of vectors. Name other layers; `unmask inspect` lists them.");
        }

        int places = values.Length / sizes[0];
        double[] norms = [.. Enumerable.Range(0, sizes[0]).Select(channel => (double)TensorPrimitives.Norm<float>(values.AsSpan(channel * places, places)))];
        double sum = norms.Sum();
        return [.. norms.Select(norm => (float)(sum == 0 ? 0 : norm / sum))];
    }
}

using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Maskers;

/// <summary>How a masker is built upon the taps of a classifier. Slot «feature space».</summary>
public abstract record MaskerNetwork
{
    private protected MaskerNetwork()
    {
    }

    /// <summary>
    /// A light decoder: of each tap a 1 × 1 convolution to <paramref name="width"/> maps, normalised and rectified, resized to the mask's grid; all side by side, one 3 × 3
    /// convolution and a sigmoid.
    /// </summary>
    /// <param name="taps">How many of the classifier's coarsest stages are read where none are named; 0: all from a quarter of the input's size on.</param>
    /// <param name="width">Maps of each tap, at least 1. Default 64. A tap of the mask's own grid with no more maps than these is taken as it is.</param>
    /// <param name="classFeatures">Numbers that stand for the class asked about, beside every tap; 0 (default): the mask is the same for every class.</param>
    /// <remarks>Source: Zolna, Geras, Cho, CVIU 2020, and Phang, Park, Geras 2020, in their released code. Differs from it in: the last convolution is drawn so small that no mask begins saturated.</remarks>
    public static MaskerNetwork Decoder(int taps = 2, int width = 64, int classFeatures = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(classFeatures);
        return new DecoderNetwork(taps, width, classFeatures);
    }

    /// <summary>
    /// A U-net whose way down is the classifier itself, and that is asked about a class: the coarsest features, gated by what they have of the class (the selector), are made finer stage by stage, with the
    /// stage's own features.
    /// </summary>
    /// <param name="width">Maps of the finest stage, at least 1; each coarser has twice as many. Default 64.</param>
    /// <param name="confidence">
    /// What the selector subtracts in the finished masker; while learning 0. Default 0; released was 6, for a selector that had learnt from a million pictures: one that has learnt from few is never so sure,
    /// and its masks would be empty.
    /// </param>
    /// <remarks>Source: Dabkowski and Gal, «Real time image saliency for black box classifiers», NIPS 2017, §4, in its released code.</remarks>
    public static MaskerNetwork UNet(int width = 64, double confidence = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        return new UNetNetwork(width, confidence);
    }

    /// <summary>Whether a mask is of one class, so that the masker has an input of classes.</summary>
    public abstract bool IsClassConditional { get; }

    /// <summary>The weights that are trained first, by themselves, to say whether a class is on the picture: output <c>exists</c>. Default: none.</summary>
    internal virtual ImmutableArray<string> SelectorWeights(Graph masker) => [];

    /// <summary>The taps that are read where none are named.</summary>
    /// <param name="stages">The last feature maps of each of the classifier's stages, finest first.</param>
    /// <param name="input">Height and width of the classifier's input.</param>
    internal abstract ImmutableArray<Tap> Choose(ImmutableArray<Tap> stages, (int Height, int Width) input);

    /// <summary>The network with drawn weights: inputs by the taps' names, output <c>mask</c> [N, 1, height, width].</summary>
    /// <param name="taps">Finest first.</param>
    /// <param name="input">Height and width of the classifier's input.</param>
    /// <param name="classes">The classifier's classes.</param>
    /// <param name="seed">Of the weights.</param>
    internal abstract Graph Build(ImmutableArray<Tap> taps, (int Height, int Width) input, int classes, ulong seed);

    /// <summary>The trained network as it is used: of a hard law the mask is hard, and nothing is drawn.</summary>
    internal virtual Graph ForUse(Graph masker, RelaxedLaw law)
    {
        if (!law.IsHard)
        {
            return masker;
        }

        // A draw is above ½ exactly as often as the mask says; the likelier of both is taken.
        string mask = masker.Outputs[0].Name;
        var producer = masker.Producers()[mask];
        var builder = (masker with { Outputs = masker.Outputs.RemoveAt(0), Nodes = masker.Nodes.Remove(producer) }).ToBuilder();
        const string Soft = "mask/soft";
        builder.AddNode(producer with { Outputs = [.. producer.Outputs.Select(output => output == mask ? Soft : output)] });
        string hard = builder.Add("Greater", [Soft, builder.Constant(0.5f)], "mask/kept");
        builder.AddNode(new Node(builder.Fresh("mask/made_hard"), "Cast", [hard], [mask]).With("to", (long)ElementType.Float32));
        var built = builder.Build();
        return built with { Outputs = built.Outputs.Insert(0, masker.Outputs[0]) };
    }

    /// <summary>The stages from a quarter of the input's size on; the two coarsest where there are fewer.</summary>
    private protected static ImmutableArray<Tap> FromQuarter(ImmutableArray<Tap> stages, (int Height, int Width) input) =>
        [.. stages.Where(tap => (tap.Height <= Quarter(input.Height) && tap.Width <= Quarter(input.Width)) || stages.IndexOf(tap) >= stages.Length - 2)];

    private protected static int Quarter(int size) => Math.Max(1, (size + 3) / 4);
}

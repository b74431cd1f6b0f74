using System.Globalization;

namespace Unmask;

/// <summary>
/// What replaces the hidden part of an input (x̂ in Φ(x, m) = m⊙x + (1 − m)⊙x̂). All in-fills act in the model's input space, after
/// preprocessing. Slot «infill».
/// </summary>
public abstract class Infill
{
    /// <summary>0 in the model's input space: the mean grey of ImageNet for models that subtract the mean; black for models that do not.</summary>
    public static Infill Zero { get; } = new ConstantInfill(0, "zero");

    /// <summary>The tensor that a black pixel becomes by the model's preprocessing.</summary>
    public static Infill Black { get; } = new LevelInfill(0, "black");

    /// <summary>The tensor that a mid-grey pixel (127.5) becomes by the model's preprocessing.</summary>
    public static Infill Grey { get; } = new LevelInfill(127.5f, "grey");

    /// <summary>The tensor that a white pixel (255) becomes by the model's preprocessing.</summary>
    public static Infill White { get; } = new LevelInfill(255, "white");

    /// <summary>The input's own mean: of each channel for pictures, of all elements otherwise.</summary>
    public static Infill Mean { get; } = new MeanInfill();

    /// <summary>The input's own smallest element, everywhere.</summary>
    public static Infill Min { get; } = new ExtremeInfill(largest: false);

    /// <summary>The input's own largest element, everywhere.</summary>
    public static Infill Max { get; } = new ExtremeInfill(largest: true);

    /// <summary>The mean colour of the segment that a pixel is in: for methods that hide segments.</summary>
    public static Infill SegmentMean { get; } = new SegmentMeanInfill();

    /// <summary>How the in-fill is written in options and results; <see cref="Parse"/> understands it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the in-fill is 0 everywhere, whatever the input.</summary>
    internal virtual bool IsZero => false;

    /// <summary>One value everywhere, in the units of the model's input.</summary>
    public static Infill Constant(float value) => value == 0 ? Zero : new ConstantInfill(value, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The picture itself, blurred by a Gaussian.</summary>
    /// <param name="sigmaPixels">Standard deviation in pixels of the model's input, above 0.</param>
    public static Infill Blur(float sigmaPixels) => new BlurInfill(sigmaPixels);

    /// <summary>The picture itself, blurred by a Gaussian that is cut off at a distance.</summary>
    /// <param name="sigmaPixels">Standard deviation in pixels of the model's input, above 0.</param>
    /// <param name="radiusPixels">Where the kernel ends, in pixels, at least 1: one much below σ makes it nearly a box.</param>
    public static Infill Blur(float sigmaPixels, int radiusPixels) => new BlurInfill(sigmaPixels, radiusPixels);

    /// <summary>The picture itself, blurred as in RISE's insertion game: 11 × 11 pixels, nearly a box; the rim fades to 0.</summary>
    public static Infill RiseBlur { get; } = new RiseBlurInfill();

    /// <summary>One uniform colour with normal noise of standard deviation 0.2 (of black to white) on it, drawn anew for each mask; or each pixel and channel uniform.</summary>
    /// <param name="uniform">The latter. Default <c>false</c>.</param>
    public static Infill Noise(bool uniform = false) => new NoiseInfill(uniform);

    /// <summary>Half of the time the picture itself blurred, else one colour with noise, drawn anew for each mask: what the maskers of real-time-saliency learn with.</summary>
    public static Infill Mixed { get; } = new MixedInfill();

    /// <summary>The input's own pixels in random order, drawn anew for each mask.</summary>
    public static Infill Shuffled { get; } = new ShuffledInfill();

    /// <summary>The mean of the kept pixels in a square window around each, 0 where there are none.</summary>
    /// <param name="side">The window's side in pixels, odd. Default 15.</param>
    /// <exception cref="FormatException">The side is even or below 1.</exception>
    public static Infill Local(int side = LocalInfill.PaperSide) => new LocalInfill(side);

    /// <summary>Each hidden pixel the weighted mean of its eight neighbours: the smoothest picture that agrees with what is kept (ROAD's imputation).</summary>
    /// <param name="noise">Standard deviation of what is added, in parts of the range from black to white; at least 0. Default 0. ROAD's is 0.01.</param>
    public static Infill Harmonic(double noise = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(noise);
        return new HarmonicInfill(noise);
    }

    /// <summary>Hidden parts put together from patches of what is kept (PatchMatch).</summary>
    public static Infill Exemplar { get; } = new ExemplarInfill();

    /// <summary>A given tensor, of the shape of one item.</summary>
    public static Infill Given(float[] values, string name) => new GivenInfill(values, name);

    /// <summary>What <see cref="Parse"/> understands, in words.</summary>
    internal const string Known = InfillText.Known;

    /// <summary>
    /// Reads <c>zero</c>, <c>black</c>, <c>grey</c>, <c>white</c>, <c>mean</c>, <c>min</c>, <c>max</c>, <c>segment-mean</c>, <c>blur</c> (σ = 10), <c>blur:SIGMA</c>, <c>blur:SIGMA:RADIUS</c>, <c>rise-blur</c>,
    /// <c>noise</c>, <c>noise:uniform</c>, <c>mixed</c>, <c>shuffled</c>, <c>local</c>, <c>local:SIDE</c>, <c>harmonic</c>, <c>harmonic:NOISE</c>, <c>exemplar</c>, <c>local-gaussian</c>,
    /// <c>dataset-mean:PATH</c>, <c>inpainter:FILE</c>, <c>onnx:FILE</c>, a number, or the path of a <c>.npy</c> file with one item. docs/infills.md has them all, with their settings.
    /// </summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    /// <exception cref="UnmaskException">A setting is unknown or out of range, or a file cannot be used; the message says what is possible.</exception>
    public static Infill Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return InfillText.Parse(text);
    }

    /// <summary>The replacement for one input.</summary>
    /// <returns>A tensor of the input's shape; it may be shared, so it must not be changed.</returns>
    public abstract float[] For(ModelInput input);

    /// <summary>The input with what a mask hides replaced: Φ(x, m) = x̂ + m ⊙ (x − x̂), as methods show it to a model.</summary>
    /// <param name="input">A picture.</param>
    /// <param name="mask">One number for each pixel, row by row: 1 = kept, 0 = hidden; what lies between mixes, and counts as kept from ½ on where the in-fill looks at the mask.</param>
    /// <param name="seed">Of in-fills that are drawn at random. Default 0.</param>
    /// <param name="draw">Which draw. Default 0.</param>
    /// <returns>A tensor of the input's shape.</returns>
    /// <exception cref="ArgumentException">The mask has another number of pixels than the input.</exception>
    /// <exception cref="UnmaskException">The input is no picture, or the in-fill cannot be made of it.</exception>
    public float[] Apply(ModelInput input, ReadOnlySpan<float> mask, ulong seed = 0, long draw = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (height, width) = input.Layout.Spatial;
        if (mask.Length != height * width)
        {
            throw new ArgumentException($"A mask of this input has {height} × {width} numbers; {mask.Length} were given.", nameof(mask));
        }

        float[] keep = new float[mask.Length];
        for (int place = 0; place < keep.Length; place++)
        {
            keep[place] = mask[place] >= Probing.MaskFills.Kept ? 1 : 0;
        }

        float[] masked = [.. Fill(input, keep, seed, draw)];
        for (int i = 0; i < masked.Length; i++)
        {
            int place = input.Layout.Order == AxisOrder.ChannelsFirst ? i % keep.Length : i / input.Layout.Channels;
            masked[i] += mask[place] * (input.Values[i] - masked[i]);
        }

        return masked;
    }

    /// <summary>Whether what is filled in depends on what is kept: then it is made anew for each mask.</summary>
    internal virtual bool DependsOnMask => false;

    /// <summary>Whether what is filled in is drawn at random: then it is drawn anew for each mask.</summary>
    internal virtual bool IsStochastic => false;

    /// <summary>Whether each mask has an in-fill of its own.</summary>
    internal bool ChangesWithMask => DependsOnMask || IsStochastic;

    /// <summary>The replacement under one mask: a pure function of its arguments.</summary>
    /// <param name="input">The input.</param>
    /// <param name="keep">One number a place, row by row: 1 = kept, 0 = hidden. May be empty for in-fills that do not depend on it.</param>
    /// <param name="seed">The seed of what is drawn.</param>
    /// <param name="draw">Which draw: the mask's number.</param>
    /// <returns>A tensor of the input's shape, which must not be changed. What it holds at kept places matters only where a mask is neither 1 nor 0.</returns>
    internal virtual float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw) => For(input);

    /// <summary>The in-fill once the segments of an input are known; most do not depend on them.</summary>
    internal virtual Infill On(Segments segments, ModelInput input) => this;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The height and width of the picture that is filled in.</summary>
    /// <exception cref="UnmaskException">The input is no picture.</exception>
    private protected (int Height, int Width) PictureOf(ModelInput input) => input.Layout.IsSpatial
        ? input.Layout.Spatial
        : throw new UnmaskException($"\"{Name}\" is for pictures; the model's input [{string.Join(", ", input.Layout.Sizes)}] has no height and width. Name what stands for its elements: zero, mean, a number, or a .npy file (--set baselines=zero).");
}

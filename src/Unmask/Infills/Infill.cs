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

    /// <summary>A given tensor, of the shape of one item.</summary>
    public static Infill Given(float[] values, string name) => new GivenInfill(values, name);

    /// <summary>Reads <c>zero</c>, <c>black</c>, <c>grey</c>, <c>white</c>, <c>mean</c>, <c>min</c>, <c>max</c>, <c>segment-mean</c>, <c>blur</c> (σ = 10), <c>blur:SIGMA</c>, <c>blur:SIGMA:RADIUS</c>, <c>rise-blur</c>, a number, or the path of a <c>.npy</c> file with one item.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Infill Parse(string text) => text switch
    {
        "zero" => Zero,
        "black" => Black,
        "grey" or "gray" => Grey,
        "white" => White,
        "mean" => Mean,
        "min" => Min,
        "max" => Max,
        "segment-mean" => SegmentMean,
        "blur" => Blur(10),
        "rise-blur" => RiseBlur,
        _ when text.StartsWith("blur:", StringComparison.Ordinal) && text[5..].Split(':') is [var sigma, var radius] =>
            Blur(float.Parse(sigma, CultureInfo.InvariantCulture), int.Parse(radius, CultureInfo.InvariantCulture)),
        _ when text.StartsWith("blur:", StringComparison.Ordinal) => Blur(float.Parse(text.AsSpan(5), CultureInfo.InvariantCulture)),
        _ when float.TryParse(text, CultureInfo.InvariantCulture, out float value) => Constant(value),
        _ when text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) => Given(Npy.ReadFloats(text).Values, text),
        _ => throw new FormatException($"\"{text}\" is no in-fill. Known: zero, black, grey, white, mean, min, max, segment-mean, blur, blur:SIGMA, rise-blur, a number, a .npy file."),
    };

    /// <summary>The replacement for one input.</summary>
    /// <returns>A tensor of the input's shape; it may be shared, so it must not be changed.</returns>
    public abstract float[] For(ModelInput input);

    /// <summary>Whether the replacement depends on what is kept.</summary>
    internal virtual bool DependsOnMask => false;

    /// <summary>Whether the replacement is drawn, anew at each draw.</summary>
    internal virtual bool IsStochastic => false;

    /// <summary>The replacement for one input and one mask.</summary>
    /// <param name="input">The input.</param>
    /// <param name="keep">One number a place, row by row: 1 is kept, 0 is replaced.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="draw">Which draw.</param>
    /// <returns>A tensor of the input's shape; it may be shared, so it must not be changed.</returns>
    internal virtual float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw) => For(input);

    /// <summary>The in-fill once the segments of an input are known; most do not depend on them.</summary>
    internal virtual Infill On(Segments segments, ModelInput input) => this;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

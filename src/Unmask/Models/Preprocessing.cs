using System.Collections.Immutable;
using System.Globalization;

namespace Unmask;

/// <summary>How a picture is brought to the model's size.</summary>
public enum Fit
{
    /// <summary>The shorter side is resized to <see cref="Preprocessing.ResizeTo"/>, then the centre is cropped.</summary>
    Crop,

    /// <summary>Resized to the model's size, whatever the picture's proportions.</summary>
    Stretch,

    /// <summary>Resized to fit inside, the rest filled with mid-grey.</summary>
    Pad,
}

/// <summary>Order of the colour channels.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red (OpenCV, Caffe).</summary>
    Bgr,
}

/// <summary>
/// How a photo becomes the model's input: resized and cropped, then <c>value = (byte ÷ Scale − Mean) ÷ Std</c>, a channel at a time.
/// </summary>
public sealed record Preprocessing
{
    private const double ImageNetMargin = 0.875;

    /// <summary>ImageNet's: shorter side to size ÷ 0.875, centre crop; mean (0.485, 0.456, 0.406) and deviation (0.229, 0.224, 0.225) of bytes ÷ 255.</summary>
    public static Preprocessing ImageNet { get; } = new() { Name = "imagenet", Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] };

    /// <summary>TensorFlow's: x ÷ 127.5 − 1, cropped like <see cref="ImageNet"/>.</summary>
    public static Preprocessing TensorFlow { get; } = new() { Name = "tf", Scale = 127.5f, Mean = [1, 1, 1] };

    /// <summary>x ÷ 255, cropped like <see cref="ImageNet"/>.</summary>
    public static Preprocessing Unit { get; } = new() { Name = "unit" };

    /// <summary>Bytes as they are (0 to 255), cropped like <see cref="ImageNet"/>: for models that normalise inside.</summary>
    public static Preprocessing Raw { get; } = new() { Name = "raw", Scale = 1 };

    /// <summary>The presets.</summary>
    public static IReadOnlyList<Preprocessing> Presets { get; } = [ImageNet, TensorFlow, Unit, Raw];

    /// <summary>The name under which results record it; <c>custom</c> when given in full.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>Default <see cref="Fit.Crop"/>.</summary>
    public Fit Fit { get; init; } = Fit.Crop;

    /// <summary>Height and width of the model's input; <c>null</c> (default): what the model states.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Pixels that the shorter side is resized to before the crop; <c>null</c> (default): the crop's size ÷ 0.875. Only for <see cref="Fit.Crop"/>.</summary>
    public int? ResizeTo { get; init; }

    /// <summary>What bytes are divided by, above 0. Default 255.</summary>
    public float Scale { get; init => field = Require.Positive(value); } = 255;

    /// <summary>Subtracted from each channel after the division, in the model's channel order. Default 0. One number serves all channels.</summary>
    public ImmutableArray<float> Mean { get; init; } = [0];

    /// <summary>Each channel is divided by this last; not 0. Default 1. One number serves all channels.</summary>
    public ImmutableArray<float> Std { get; init; } = [1];

    /// <summary>Default <see cref="ChannelOrder.Rgb"/>.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>The preset of a name.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists them.</exception>
    public static Preprocessing Named(string name) => Presets.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException($"There is no preprocessing \"{name}\". Known: {string.Join(", ", Presets.Select(preset => preset.Name))}; or give --mean, --std and --scale.", nameof(name));

    /// <summary>All of it in one line, by which a training is known again.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Name} ({Fit} to {Size?.ToString() ?? "the model's size"} of {ResizeTo?.ToString(CultureInfo.InvariantCulture) ?? "÷ 0.875"}, {ChannelOrder}; ÷ {Scale}, − {Text(Mean)}, ÷ {Text(Std)})");

    /// <summary>What a byte of a channel becomes.</summary>
    /// <param name="level">0 to 255.</param>
    /// <param name="channel">In the model's channel order.</param>
    public float Normalize(float level, int channel) => ((level / Scale) - Of(Mean, channel)) / Of(Std, channel);

    /// <summary>The byte that became a value of a channel: the inverse of <see cref="Normalize"/>; not rounded.</summary>
    internal float LevelOf(float value, int channel) => ((value * Of(Std, channel)) + Of(Mean, channel)) * Scale;

    /// <summary>The side that the shorter side of a picture is resized to before it is cropped to <paramref name="crop"/> pixels.</summary>
    internal int ResizeFor(int crop) => ResizeTo ?? (int)Math.Round(crop / ImageNetMargin);

    private static string Text(ImmutableArray<float> values) => string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    private static float Of(ImmutableArray<float> values, int channel) => values.Length == 1 ? values[0] : values[channel];
}

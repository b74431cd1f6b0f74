using System.Globalization;
using Unmask.Imaging;

namespace Unmask;

/// <summary>Explanations as pictures.</summary>
public static class ExplanationFigures
{
    /// <summary>The map in its units, at its place on the user's picture.</summary>
    /// <exception cref="UnmaskException">The input is not a picture.</exception>
    public static Heatmap ToHeatmap(this Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        float[,] map = explanation.ToMap();
        float[] values = new float[map.Length];
        Buffer.BlockCopy(map, 0, values, 0, values.Length * sizeof(float));
        return new Heatmap(map.GetLength(1), map.GetLength(0), values, new HeatmapOptions
        {
            Units = explanation.Unit,
            Signed = explanation.MapIsSigned,
            Percentile = explanation.DisplayPercentile,
            Placement = explanation.Input.Placement is { } place ? new Region(place.Left, place.Top, place.Width, place.Height) : null,
        });
    }

    /// <summary>
    /// The composed picture: the photo with a frame around what the model saw, the map over it, a colour bar, and what was explained, how and at
    /// what cost. A tensor without a photo is shown stretched to the range of its own values.
    /// </summary>
    /// <exception cref="UnmaskException">The input is not a picture.</exception>
    public static Figure ToFigure(this Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        return new Figure
        {
            Picture = explanation.Input.Picture ?? TensorPicture.Of(explanation.Input),
            Map = explanation.ToHeatmap(),
            Title = TitleOf(explanation.Target),
            Subtitle = SubtitleOf(explanation),
            Note = explanation.Diagnostics.Notes is [var note, ..] ? note : "",
        };
    }

    /// <summary>
    /// The changed input that a method found (<see cref="OptimizedMask.Perturbed"/>; of several the first), as a picture of the model's size; <c>null</c> when it found none, or the input is no picture of three channels.
    /// </summary>
    public static Image? ToChangedPicture(this Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        var (input, layout) = (explanation.Input, explanation.Input.Layout);
        if (!layout.IsSpatial || layout.Channels != 3 || explanation.Perturbed() is not { } changed)
        {
            return null;
        }

        var (height, width) = layout.Spatial;
        byte[] pixels = new byte[3 * width * height];
        bool reversed = input.Preprocessing.ChannelOrder == ChannelOrder.Bgr;
        for (int at = 0; at < pixels.Length; at++)
        {
            int channel = reversed ? 2 - (at % 3) : at % 3, place = at / 3;
            float level = input.Preprocessing.LevelOf(changed[layout.IndexOf(channel, place / width, place % width)], channel);
            pixels[at] = (byte)Math.Round(Math.Clamp(level, 0, 255));
        }

        return Image.FromPixels(width, height, pixels);
    }

    /// <summary>The changed input; <c>null</c> when the method found none.</summary>
    internal static float[]? Perturbed(this Explanation explanation) => explanation.Diagnostics.Optimized is [{ Perturbed: { IsEmpty: false } changed }, ..] ? [.. changed] : null;

    private static string TitleOf(ResolvedTarget target) => target.Probability is { } probability
        ? string.Create(CultureInfo.InvariantCulture, $"{target.Label} · {100 * probability:0.0} %")
        : target.Label;

    private static string SubtitleOf(Explanation explanation)
    {
        string name = Catalogue.All.FirstOrDefault(method => method.Id == explanation.Method)?.Name ?? explanation.Method;
        string backward = explanation.Cost.BackwardPasses == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" + {explanation.Cost.BackwardPasses:N0} backward");
        string certainty = explanation.Diagnostics.Uncertainty is { } uncertainty
            ? string.Create(CultureInfo.InvariantCulture, $" · expected correlation with the exact map {uncertainty.ExpectedCorrelation:0.00}")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{name} · {explanation.Model} · {explanation.Cost.ForwardPasses:N0}{backward} passes · {explanation.Cost.Elapsed.TotalSeconds:0.0} s{certainty}");
    }
}

/// <summary>Shows a tensor that came without a picture.</summary>
internal static class TensorPicture
{
    /// <summary>Its smallest value becomes black, its largest white; one, two or four channels are averaged to grey.</summary>
    public static Image Of(ModelInput input)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        byte[] pixels = new byte[3 * width * height];
        var (low, range) = RangeOf(input.Values);
        for (int at = 0; at < width * height; at++)
        {
            for (int color = 0; color < 3; color++)
            {
                pixels[(3 * at) + color] = (byte)Math.Round(255 * (ValueAt(input, color, at / width, at % width) - low) / range);
            }
        }

        return Image.FromPixels(width, height, pixels);
    }

    private static float ValueAt(ModelInput input, int color, int y, int x)
    {
        var layout = input.Layout;
        if (layout.Channels == 3)
        {
            return input.Values[layout.IndexOf(color, y, x)];
        }

        float sum = 0;
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            sum += input.Values[layout.IndexOf(channel, y, x)];
        }

        return sum / layout.Channels;
    }

    private static (float Low, float Range) RangeOf(ReadOnlySpan<float> values)
    {
        float low = System.Numerics.Tensors.TensorPrimitives.Min(values), high = System.Numerics.Tensors.TensorPrimitives.Max(values);
        return (low, high > low ? high - low : 1);
    }
}

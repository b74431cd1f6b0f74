using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>The smallest and largest value that preprocessing can make of a pixel, a channel at a time: the box of z-box.</summary>
internal static class PictureBounds
{
    private const float White = 255;

    /// <summary>Fills in bounds that a composite leaves open.</summary>
    /// <exception cref="UnmaskException">The model takes no pictures.</exception>
    public static Composite Fill(Composite composite, Model? model)
    {
        if (!composite.NeedsBounds || model is null)
        {
            return composite;
        }

        if (!model.IsPicture)
        {
            throw new UnmaskException($"The rule zbox needs the bounds of what the first layer reads. {model.Name} takes no picture, of which they would be known: "
                + $"state them, as in --set composite=\"{composite.Text.Replace("zbox", "zbox(0,1)", StringComparison.Ordinal)}\", or choose a composite without a box.");
        }

        int channels = Math.Max(model.Preprocessing.Mean.Length, model.Preprocessing.Std.Length);
        double[] black = [.. Enumerable.Range(0, channels).Select(channel => (double)(decimal)model.Preprocessing.Normalize(0, channel))];
        double[] white = [.. Enumerable.Range(0, channels).Select(channel => (double)(decimal)model.Preprocessing.Normalize(White, channel))];
        return composite.WithBounds([.. black.Zip(white, Math.Min)], [.. black.Zip(white, Math.Max)]);
    }
}

namespace Unmask;

/// <summary>Segments made elsewhere: a <c>.npy</c> file of whole numbers, [height, width] or in the shape of the model's input. Axes of 1 in front do not matter.</summary>
/// <remarks>The numbers are renamed 0, 1, 2 … in their order. When all channels of every pixel carry the same number, the segments are those of pixels.</remarks>
/// <param name="File">The file's path.</param>
public sealed record GivenSegments(string File) : Segmenter
{
    /// <inheritdoc/>
    public override string Name => File;

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public override Segments Segment(ModelInput input, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var layout = input.Layout;
        var (values, dimensions) = Npy.ReadFloats(File);
        int broken = Array.FindIndex(values, value => !float.IsInteger(value) || Math.Abs(value) > 1 << 24);
        if (broken >= 0)
        {
            throw new UnmaskException($"{File} holds {values[broken]} at position {broken}: segments are named by whole numbers, at most 16,777,216.");
        }

        int[] labels = Array.ConvertAll(values, value => (int)value), whole = [.. layout.Sizes];
        int[] sizes = [.. dimensions.SkipWhile(size => size == 1).Select(size => checked((int)size))];
        if (layout.IsSpatial && Fits(sizes, [layout.Spatial.Height, layout.Spatial.Width]))
        {
            return Segments.Of([layout.Spatial.Height, layout.Spatial.Width], labels);
        }

        return Fits(sizes, whole)
            ? OfItem(labels, layout)
            : throw new UnmaskException($"{File} has the shape [{string.Join(", ", dimensions)}]; the segments of {layout} need "
                + $"{(layout.IsSpatial ? $"[{layout.Spatial.Height}, {layout.Spatial.Width}] or " : "")}[{string.Join(", ", whole)}].");
    }

    private static bool Fits(int[] sizes, int[] wanted) => sizes.AsSpan().SequenceEqual(wanted.SkipWhile(size => size == 1).ToArray());

    private static Segments OfItem(int[] labels, InputLayout layout)
    {
        if (!layout.IsSpatial)
        {
            return Segments.Of(layout.Sizes.AsSpan(), labels);
        }

        var (height, width) = layout.Spatial;
        int[] ofPixels = new int[height * width];
        for (int p = 0; p < ofPixels.Length; p++)
        {
            ofPixels[p] = labels[layout.IndexOf(0, p / width, p % width)];
            for (int channel = 1; channel < layout.Channels; channel++)
            {
                if (labels[layout.IndexOf(channel, p / width, p % width)] != ofPixels[p])
                {
                    return Segments.Of(layout.Sizes.AsSpan(), labels);
                }
            }
        }

        return Segments.Of([height, width], ofPixels);
    }
}

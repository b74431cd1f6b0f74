namespace Unmask;

/// <summary>How an input is divided into segments. Slot «feature space». Records: change one with <c>with</c>.</summary>
/// <remarks>Pictures are divided as the model sees them: at its size, with its crop, in colours before they were normalised.</remarks>
public abstract record Segmenter
{
    /// <summary>How the segmenter is written in options and results, with all its settings; <see cref="Parse"/> understands it.</summary>
    public abstract string Name { get; }

    /// <summary>Divides an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="seed">The seed of segmenters that break ties at random; the same seed gives the same segments.</param>
    /// <exception cref="UnmaskException">The input cannot be divided in this way; the message says why.</exception>
    public abstract Segments Segment(ModelInput input, ulong seed = 0);

    /// <summary>
    /// Reads <c>quickshift</c>, <c>slic</c>, <c>felzenszwalb</c>, <c>grid</c>, <c>elements</c> or the path of a <c>.npy</c> file of labels. Settings follow a
    /// colon: <c>slic:segments=50,compactness=20</c>.
    /// </summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    /// <exception cref="UnmaskException">A setting is unknown or out of range; the message says what is possible.</exception>
    public static Segmenter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return new GivenSegments(text);
        }

        var (name, settings) = text.Split(':', 2) is [var before, var after] ? (before, after) : (text, "");
        return name switch
        {
            "quickshift" => Quickshift.Table.Parse(new Quickshift(), settings, name),
            "slic" => Slic.Table.Parse(new Slic(), settings, name),
            "felzenszwalb" => Felzenszwalb.Table.Parse(new Felzenszwalb(), settings, name),
            "grid" => GridSegments.Table.Parse(new GridSegments(), settings, name),
            "elements" when settings.Length == 0 => new ElementSegments(),
            _ => throw new FormatException($"\"{text}\" is no segmenter. Known: quickshift, slic, felzenszwalb, grid, elements, a .npy file of labels."),
        };
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

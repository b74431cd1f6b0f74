using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask;

/// <summary>A file that an explanation can be written to.</summary>
public enum ExplanationFormat
{
    /// <summary>A composed picture; only for inputs that are pictures. One file an item. Where a method found a changed input (<see cref="OptimizedMask.Perturbed"/>), a second one shows it: <c>.changed.png</c>.</summary>
    Png,

    /// <summary>The attributions exactly as the method defines them, the items on the first axis.</summary>
    Npy,

    /// <summary>An <see cref="ExplanationDocument"/>.</summary>
    Json,

    /// <summary>NumPy's archive with the arrays <c>attributions</c>, <c>input</c>, <c>document</c> (the JSON's bytes) and, where the method knows them, <c>standard_deviations</c> and <c>perturbed</c> (the changed inputs).</summary>
    Npz,
}

/// <summary>Writes explanations to files; each file appears whole or not at all.</summary>
public static class ExplanationFiles
{
    /// <summary>Writes the files of one or several explained items.</summary>
    /// <param name="path">Folder and name without extension.</param>
    /// <param name="items">One explanation an item; all of one shape.</param>
    /// <param name="document">What the JSON says.</param>
    /// <param name="formats">Which files.</param>
    /// <returns>The paths, in the order of the formats.</returns>
    /// <exception cref="UnmaskException">The folder cannot be written to, the disk is full, or a PNG of something that is no picture is asked for.</exception>
    public static IReadOnlyList<string> Write(string path, IReadOnlyList<Explanation> items, ExplanationDocument document, IEnumerable<ExplanationFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(formats);
        List<string> written = [];
        foreach (var format in formats)
        {
            written.AddRange(Write(path, items, document, format));
        }

        return written;
    }

    /// <summary>The attributions of several items as one tensor, the items on the first axis.</summary>
    /// <exception cref="ArgumentException">The items differ in shape.</exception>
    public static TensorData Stack(IReadOnlyList<Explanation> items)
    {
        ArgumentOutOfRangeException.ThrowIfZero(items.Count);
        var sizes = items[0].Attributions.Lengths.ToArray();
        if (items.Any(item => !item.Attributions.Lengths.SequenceEqual(sizes)))
        {
            throw new ArgumentException("The items differ in shape, so they cannot be stacked.", nameof(items));
        }

        float[] values = [.. items.SelectMany(item => item.ToArray())];
        return TensorData.Adopt(values, [items.Count, .. sizes.Select(size => (long)size)]);
    }

    private static IEnumerable<string> Write(string path, IReadOnlyList<Explanation> items, ExplanationDocument document, ExplanationFormat format)
    {
        switch (format)
        {
            case ExplanationFormat.Png:
                return [.. items.SelectMany((item, index) => WritePngs(items.Count == 1 ? path : $"{path}.{index}", item))];
            case ExplanationFormat.Npy:
                Npy.Write($"{path}.npy", Stack(items));
                return [$"{path}.npy"];
            case ExplanationFormat.Json:
                AtomicFile.Write($"{path}.json", stream => stream.Write(document.ToJson()));
                return [$"{path}.json"];
            case ExplanationFormat.Npz:
                AtomicFile.Write($"{path}.npz", stream => WriteNpz(stream, items, document));
                return [$"{path}.npz"];
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, null);
        }
    }

    private static IEnumerable<string> WritePngs(string path, Explanation explanation)
    {
        yield return WritePng($"{path}.png", explanation);
        if (explanation.ToChangedPicture() is { } changed)
        {
            byte[] png = changed.Encode(ImageFormat.Png);
            AtomicFile.Write($"{path}.changed.png", stream => stream.Write(png));
            yield return $"{path}.changed.png";
        }
    }

    private static string WritePng(string path, Explanation explanation)
    {
        var figure = explanation.ToFigure();
        Dictionary<string, string> text = new(StringComparer.Ordinal) { ["Software"] = "Unmask", ["Title"] = figure.Title, ["Description"] = figure.Subtitle };
        byte[] png = figure.Render().Encode(ImageFormat.Png, text);
        AtomicFile.Write(path, stream => stream.Write(png));
        return path;
    }

    private static void WriteNpz(Stream stream, IReadOnlyList<Explanation> items, ExplanationDocument document)
    {
        float[] inputs = [.. items.SelectMany(item => item.Input.Values.ToArray())];
        byte[] json = document.ToJson();
        List<(string Name, TensorData Array)> arrays =
        [
            ("attributions", Stack(items)),
            ("input", TensorData.Adopt(inputs, [items.Count, .. items[0].Input.Layout.Sizes.Select(size => (long)size)])),
            ("document", TensorData.Adopt(json, [json.Length])),
        ];
        if (items.All(item => item.StandardDeviations is not null))
        {
            arrays.Add(("standard_deviations", Stack([.. items.Select(item => item with { Attributions = item.StandardDeviations! })])));
        }

        if (items.All(item => item.Perturbed() is not null))
        {
            float[] changed = [.. items.SelectMany(item => item.Perturbed()!)];
            arrays.Add(("perturbed", TensorData.Adopt(changed, [items.Count, .. items[0].Input.Layout.Sizes.Select(size => (long)size)])));
        }

        Npz.Write(stream, [.. arrays]);
    }
}

using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask;

/// <summary>What a ground truth is made of.</summary>
public enum TruthKind
{
    /// <summary>The most exact that there is: masks, else polygons, else boxes.</summary>
    Best,

    /// <summary>A picture of the categories: each pixel's value is a category.</summary>
    Masks,

    /// <summary>Outlines.</summary>
    Polygons,

    /// <summary>Rectangles.</summary>
    Boxes,
}

/// <summary>One photo of a <see cref="PhotoSet"/>, read when it is wanted.</summary>
public sealed class Photo
{
    private readonly DataFiles _files;
    private readonly PhotoTruths? _truths;

    internal Photo(DataFiles files, string file, string id, PhotoTruths? truths)
    {
        (_files, File, Id, _truths) = (files, file, id, truths);
    }

    /// <summary>Unique within the set: the file's name without extension, with its folder where that is needed.</summary>
    public string Id { get; }

    /// <summary>The file within the set.</summary>
    public string File { get; }

    /// <summary>What the photo shows, in the words of the data; <c>null</c>: the data does not say, or says <see cref="Categories"/>.</summary>
    public string? Label { get; internal set; }

    /// <summary>The model's class that the data gives as a number; <c>null</c>: it does not.</summary>
    public int? ClassIndex { get; internal set; }

    /// <summary>The kinds of object that the data locates on the photo, each once; empty when it locates none.</summary>
    /// <exception cref="UnmaskException">The file that says so is damaged.</exception>
    public IReadOnlyList<string> Categories => _truths?.Categories ?? [];

    /// <summary>Reads the picture.</summary>
    /// <exception cref="ImageFormatException">It is damaged.</exception>
    public Image Load() => _files.ReadPicture(File);

    /// <summary>Where the objects of a category are, in pixels of the picture: all of one category together.</summary>
    /// <param name="category">One of <see cref="Categories"/>.</param>
    /// <param name="kind">Of what it is made.</param>
    /// <returns><c>null</c> when the data does not locate the category in this way.</returns>
    /// <exception cref="UnmaskException">The file that says so is damaged.</exception>
    public GroundTruth? TruthOf(string category, TruthKind kind = TruthKind.Best) => _truths?.Of(category, kind, Load);
}

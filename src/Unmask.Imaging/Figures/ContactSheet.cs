namespace Unmask.Imaging;

/// <summary>One picture of a <see cref="ContactSheet"/>.</summary>
/// <param name="Picture">The picture, shown as large as its cell allows.</param>
/// <param name="Caption">The line below it; cut with «…» where it is too long.</param>
/// <param name="Detail">A paler second line; empty: none.</param>
public sealed record ContactSheetCell(Image Picture, string Caption, string Detail = "");

/// <summary>Many pictures side by side with captions, for comparing.</summary>
public sealed record ContactSheet
{
    /// <summary>The pictures, filled in row by row; at least one.</summary>
    public required IReadOnlyList<ContactSheetCell> Cells { get; init; }

    /// <summary>The line above them. Default empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>A paler second line. Default empty.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>Pictures in a row. Default null: about a third more than there are rows · 1 or more.</summary>
    public int? Columns
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Columns must be at least 1.");
    }

    /// <summary>The longer side of each picture, in pixels; text grows with it. Default 320 · pixels · 64 to 2000.</summary>
    public int CellPixels
    {
        get;
        init => field = value is >= 64 and <= 2000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "CellPixels must lie between 64 and 2000.");
    } = 320;

    /// <summary>Draws it.</summary>
    /// <exception cref="InvalidOperationException">There are no pictures.</exception>
    public Image Render() =>
        Cells.Count > 0 ? new ContactSheetLayout(this).Draw() : throw new InvalidOperationException("A contact sheet needs at least one picture; Cells is empty.");

    /// <summary>Draws it and writes it.</summary>
    /// <param name="path">Ends with .png, .jpg, .jpeg or .webp.</param>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failing.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing there is not allowed.</exception>
    public void Save(string path) => Render().Save(path, new Dictionary<string, string> { ["Software"] = "Unmask" });
}

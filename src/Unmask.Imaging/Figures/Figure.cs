namespace Unmask.Imaging;

/// <summary>
/// A finished illustration: the picture with a frame around what the model saw, the map over it, and a colour bar with units, under a title. To
/// be saved as a PNG and shown.
/// </summary>
public sealed record Figure
{
    /// <summary>The picture that was explained.</summary>
    public required Image Picture { get; init; }

    /// <summary>The map; its <see cref="HeatmapOptions.Placement"/> is in pixels of <see cref="Picture"/>.</summary>
    public required Heatmap Map { get; init; }

    /// <summary>The first line: what was explained («Siamese cat 87 %»). Default empty; cut with «…» where it is too long.</summary>
    public string Title { get; init; } = "";

    /// <summary>The second line: how («RISE · 4,000 masks»). Default empty; cut with «…» where it is too long.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>A remark below the pictures. Default empty. A map of one number everywhere, which shows nothing, is remarked on in any case.</summary>
    public string Note { get; init; } = "";

    /// <summary>How the map is laid over the picture.</summary>
    public OverlayOptions Overlay { get; init; } = new();

    /// <summary>Whether the picture is also shown as it is, beside the map. Default true.</summary>
    public bool ShowPicture { get; init; } = true;

    /// <summary>
    /// The longer side of each panel, in pixels; text and margins grow with it. Default 720 · pixels · 160 to 4000. A picture that is enlarged
    /// to four times its size or more shows its pixels as squares and may fill less.
    /// </summary>
    public int PanelPixels
    {
        get;
        init => field = value is >= 160 and <= 4000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "PanelPixels must lie between 160 and 4000.");
    } = 720;

    /// <summary>Draws it.</summary>
    public Image Render() => new FigureLayout(this).Draw();

    /// <summary>Draws it and writes it; a PNG file also keeps title and subtitle as text.</summary>
    /// <param name="path">Ends with .png, .jpg, .jpeg or .webp.</param>
    /// <exception cref="ArgumentException">The extension is none of these.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failing.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing there is not allowed.</exception>
    public void Save(string path)
    {
        Dictionary<string, string> text = new() { ["Software"] = "Unmask" };
        if (Title.Length > 0) text["Title"] = Title;
        if (Subtitle.Length > 0) text["Description"] = Subtitle;
        Render().Save(path, text);
    }
}

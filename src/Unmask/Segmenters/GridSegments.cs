namespace Unmask;

/// <summary>A regular grid of rectangles whose sides differ by at most one pixel. Knows nothing of the picture's content.</summary>
public sealed record GridSegments : Segmenter
{
    /// <summary>Rows, at least 1. Default 8. No more than the picture has.</summary>
    public int Rows { get; init => field = Require.Positive(value); } = 8;

    /// <summary>Columns, at least 1. Default 8. No more than the picture has.</summary>
    public int Columns { get; init => field = Require.Positive(value); } = 8;

    /// <inheritdoc/>
    public override string Name => $"grid:{Table.Text(this)}";

    internal static SettingTable<GridSegments> Table { get; } = new SettingTable<GridSegments>(new())
        .Add("rows", "Rows; at least 1.", o => SettingText.Of(o.Rows), (o, text) => o with { Rows = SettingText.Int(text) })
        .Add("columns", "Columns; at least 1.", o => SettingText.Of(o.Columns), (o, text) => o with { Columns = SettingText.Int(text) });

    /// <inheritdoc/>
    public override Segments Segment(ModelInput input, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (height, width) = input.Layout.Spatial;
        if (Rows > height || Columns > width)
        {
            throw new UnmaskException($"A grid of {Rows} × {Columns} cells does not fit the model's {height} × {width} pixels: ask for fewer.");
        }

        int[] labels = new int[height * width];
        for (int p = 0; p < labels.Length; p++)
        {
            labels[p] = ((int)((long)(p / width) * Rows / height) * Columns) + (int)((long)(p % width) * Columns / width);
        }

        return Segments.Of([height, width], labels);
    }
}

namespace Unmask;

/// <summary>What an in-painter's file does not say of itself.</summary>
internal sealed record InpainterSettings
{
    private static readonly (string Name, bool Value)[] Masks = [("hole", false), ("keep", true)], Kinds = [("sample", true), ("mean", false)];

    private static readonly (string Name, Preprocessing Value)[] Ranges = [.. Preprocessing.Presets.Select(preset => (preset.Name, preset))];

    /// <summary>The space of the pictures that it takes; <c>null</c> (default): what the file says, else <c>unit</c>.</summary>
    public Preprocessing? Range { get; init; }

    /// <summary>The space of the pictures that it gives; <c>null</c> (default): as <see cref="Range"/>.</summary>
    public Preprocessing? Output { get; init; }

    /// <summary>Whether 1 means kept in its masks, or hidden; <c>null</c> (default): what the file says, else hidden.</summary>
    public bool? MaskIsKept { get; init; }

    /// <summary>Height and width at which it paints; <c>null</c> (default): what the file says, else those of the explained model.</summary>
    public int? Size
    {
        get;
        init
        {
            if (value is { } size)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Of one that gives a distribution: whether values are drawn (default) or the means taken.</summary>
    public bool Draws { get; init; } = true;

    public static SettingTable<InpainterSettings> Table { get; } = new SettingTable<InpainterSettings>(new())
        .Add("range", "The space of the pictures that it takes: unit (0 to 1), raw (0 to 255), tf (−1 to 1) or imagenet. Default: what the file says, else unit.", o => NameOf(o.Range), (o, text) => o with { Range = SettingText.Choice(text, Ranges) })
        .Add("output", "The space of the pictures that it gives, in the same words. Default: that of those it takes.", o => NameOf(o.Output), (o, text) => o with { Output = SettingText.Choice(text, Ranges) })
        .Add("mask", "What 1 means in its masks: hole or keep. Default: what the file says, else hole.", o => o.MaskIsKept is { } kept ? SettingText.NameOf(kept, Masks) : "", (o, text) => o with { MaskIsKept = SettingText.Choice(text, Masks) })
        .Add("size", "Height and width at which it paints, where its file leaves them open; at least 1.", o => o.Size is { } size ? SettingText.Of(size) : "", (o, text) => o with { Size = SettingText.Int(text) })
        .Add("draw", "Of one that gives a distribution: sample, or mean.", o => SettingText.NameOf(o.Draws, Kinds), (o, text) => o with { Draws = SettingText.Choice(text, Kinds) });

    private static string NameOf(Preprocessing? range) => range?.Name ?? "";
}

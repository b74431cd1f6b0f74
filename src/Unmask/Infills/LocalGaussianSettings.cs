namespace Unmask;

/// <summary>How the in-fill <c>local-gaussian</c> draws.</summary>
internal sealed record LocalGaussianSettings
{
    /// <summary>Pictures that the distribution is estimated of; empty (default): the input itself.</summary>
    public string Data { get; init; } = "";

    /// <summary>The side of the squares that are filled one after the other, in pixels, at least 1. Default 10.</summary>
    public int Window { get; init => field = Require.Positive(value); } = 10;

    /// <summary>How far around a square its surroundings reach, in pixels, at least 1. Default 2.</summary>
    public int Padding { get; init => field = Require.Positive(value); } = 2;

    /// <summary>Whether values are drawn (default) or the conditional means taken.</summary>
    public bool Draws { get; init; } = true;

    private static readonly (string Name, bool Value)[] Kinds = [("sample", true), ("mean", false)];

    public static SettingTable<LocalGaussianSettings> Table { get; } = new SettingTable<LocalGaussianSettings>(new())
        .Add("data", "A picture, or a folder or .zip of pictures, that the distribution is estimated of. Default: the input itself.", o => o.Data, (o, text) => o with { Data = text })
        .Add("window", "Side of the squares that are filled one after the other; at least 1.", o => SettingText.Of(o.Window), (o, text) => o with { Window = SettingText.Int(text) })
        .Add("padding", "Pixels around a square that it depends on; at least 1.", o => SettingText.Of(o.Padding), (o, text) => o with { Padding = SettingText.Int(text) })
        .Add("draw", "sample, or mean.", o => SettingText.NameOf(o.Draws, Kinds), (o, text) => o with { Draws = SettingText.Choice(text, Kinds) });

    /// <summary>What differs from the defaults, as it is written behind the in-fill's name.</summary>
    public string Text => InfillText.Changed(Table, this);
}

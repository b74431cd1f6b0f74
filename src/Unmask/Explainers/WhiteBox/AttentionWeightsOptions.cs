namespace Unmask;

/// <summary>Which attention is shown.</summary>
public sealed record AttentionWeightsOptions
{
    /// <summary>The attention map. Default <see cref="Cut.LastAttention"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastAttention;

    /// <summary>How the heads become one. Default <see cref="HeadFusion.Mean"/>.</summary>
    public HeadFusion Heads { get; init; } = HeadFusion.Mean;

    /// <summary>Whose attention is read. Default <see cref="TokenRow.Found"/>: the queries of the last attention that reach the score.</summary>
    public TokenRow Row { get; init; } = TokenRow.Found;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of attention on the command line.</summary>
internal static class AttentionWeightsSettings
{
    public static SettingTable<AttentionWeightsOptions> Table { get; } = new SettingTable<AttentionWeightsOptions>(new())
        .Add("layer", WhiteBoxSettings.AttentionText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("heads", "How heads become one: mean, max or min.", o => SettingText.NameOf(o.Heads, HeadFusions.All), (o, text) => o with { Heads = SettingText.Choice(text, HeadFusions.All) })
        .Add("row", WhiteBoxSettings.RowText, o => o.Row.Name, (o, text) => o with { Row = TokenRow.Parse(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

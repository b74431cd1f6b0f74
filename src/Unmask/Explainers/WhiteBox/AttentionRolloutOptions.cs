namespace Unmask;

/// <summary>How attention is followed.</summary>
public sealed record AttentionRolloutOptions
{
    /// <summary>How the heads become one. Default <see cref="HeadFusion.Mean"/>.</summary>
    public HeadFusion Heads { get; init; } = HeadFusion.Mean;

    /// <summary>The share of the smallest weights of a block that counts as 0; from 0 to below 1. Default 0.</summary>
    public double Discard { get; init => field = Require.NotNegativeBelow(value, 1); }

    /// <summary>The first attention map that counts, from 0. Default 0: all.</summary>
    public int StartBlock { get; init => field = Require.NotNegative(value); }

    /// <summary>Whose attention is read. Default <see cref="TokenRow.Found"/>: the queries of the last attention that reach the score.</summary>
    public TokenRow Row { get; init; } = TokenRow.Found;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of attention-rollout on the command line.</summary>
internal static class AttentionRolloutSettings
{
    public static SettingTable<AttentionRolloutOptions> Table { get; } = new SettingTable<AttentionRolloutOptions>(new())
        .Add("heads", "How heads become one: mean, max or min.", o => SettingText.NameOf(o.Heads, HeadFusions.All), (o, text) => o with { Heads = SettingText.Choice(text, HeadFusions.All) })
        .Add("discard", "The share of the smallest weights of a block that counts as 0; from 0 to below 1.", o => SettingText.Of(o.Discard), (o, text) => o with { Discard = SettingText.Double(text) })
        .Add("start-block", "The first attention map that counts, from 0.", o => SettingText.Of(o.StartBlock), (o, text) => o with { StartBlock = SettingText.Int(text) })
        .Add("row", WhiteBoxSettings.RowText, o => o.Row.Name, (o, text) => o with { Row = TokenRow.Parse(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

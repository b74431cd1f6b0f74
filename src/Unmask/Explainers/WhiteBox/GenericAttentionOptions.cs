namespace Unmask;

/// <summary>How attention is followed.</summary>
public sealed record GenericAttentionOptions
{
    /// <summary>Whose attention is read. Default <see cref="TokenRow.Found"/>: the queries of the last attention that reach the score.</summary>
    public TokenRow Row { get; init; } = TokenRow.Found;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of generic-attention on the command line.</summary>
internal static class GenericAttentionSettings
{
    public static SettingTable<GenericAttentionOptions> Table { get; } = new SettingTable<GenericAttentionOptions>(new())
        .Add("row", WhiteBoxSettings.RowText, o => o.Row.Name, (o, text) => o with { Row = TokenRow.Parse(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

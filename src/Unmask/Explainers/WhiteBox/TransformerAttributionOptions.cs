using Unmask.Graphs;

namespace Unmask;

/// <summary>How relevance is followed.</summary>
public sealed record TransformerAttributionOptions
{
    /// <summary>By which rules relevance reaches the attention weights. Default <see cref="Composites.TransformerAttribution"/>: the paper's.</summary>
    public Composite Composite { get; init; } = Composites.TransformerAttribution;

    /// <summary>
    /// Whether the rows of each block's matrix are divided by their sums, as in the authors' code. Default <c>false</c>: the paper's formula.
    /// </summary>
    public bool Normalize { get; init; }

    /// <summary>The first attention map that counts, from 0. Default 0: all.</summary>
    public int StartBlock { get; init => field = Require.NotNegative(value); }

    /// <summary>Whose attention is read. Default <see cref="TokenRow.Found"/>: the queries of the last attention that reach the score.</summary>
    public TokenRow Row { get; init; } = TokenRow.Found;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of transformer-attribution on the command line.</summary>
internal static class TransformerAttributionSettings
{
    public static SettingTable<TransformerAttributionOptions> Table { get; } = new SettingTable<TransformerAttributionOptions>(new())
        .Add("composite", "By which rules relevance reaches the attention weights: a name or rows, as for lrp.", o => o.Composite.ToString(), (o, text) => o with { Composite = Composite.Parse(text) })
        .Add("normalize", "true or false: whether the rows of each block's matrix are divided by their sums, as in the authors' code.", o => SettingText.Of(o.Normalize), (o, text) => o with { Normalize = SettingText.Bool(text) })
        .Add("start-block", "The first attention map that counts, from 0.", o => SettingText.Of(o.StartBlock), (o, text) => o with { StartBlock = SettingText.Int(text) })
        .Add("row", WhiteBoxSettings.RowText, o => o.Row.Name, (o, text) => o with { Row = TokenRow.Parse(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

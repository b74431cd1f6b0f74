namespace Unmask;

/// <summary>Which attention Grad-CAM weighs.</summary>
public sealed record AttentionGradCamOptions
{
    /// <summary>The attention map. Default <see cref="Cut.LastAttention"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastAttention;

    /// <summary>Whether pictures and metrics show only what speaks for the target. Default <c>true</c>. The array always keeps the negative part.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>Whose attention is read. Default <see cref="TokenRow.Found"/>: the queries of the last attention that reach the score.</summary>
    public TokenRow Row { get; init; } = TokenRow.Found;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of attention-grad-cam on the command line.</summary>
internal static class AttentionGradCamSettings
{
    public static SettingTable<AttentionGradCamOptions> Table { get; } = new SettingTable<AttentionGradCamOptions>(new())
        .Add("layer", WhiteBoxSettings.AttentionText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("relu", "true or false: whether pictures and metrics show only what speaks for the target. The array keeps everything.", o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("row", WhiteBoxSettings.RowText, o => o.Row.Name, (o, text) => o with { Row = TokenRow.Parse(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

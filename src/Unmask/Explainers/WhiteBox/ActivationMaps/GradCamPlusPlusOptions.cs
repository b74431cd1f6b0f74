namespace Unmask;

/// <summary>Which feature maps Grad-CAM++ weighs, and how α is scaled.</summary>
public sealed record GradCamPlusPlusOptions
{
    /// <summary>The layer with places. Default <see cref="Cut.LastSpatial"/>: found by itself. Of several (<see cref="Cut.Several"/>) the maps are joined as of <see cref="GradCamOptions.Layer"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Whether the α of a channel are divided by their sum over places of positive gradient, as in the authors' repository. Default <c>false</c>, the paper's formula.</summary>
    public bool NormalizeAlpha { get; init; }

    /// <summary>Added to the denominator of α, at least 0, in units of squared gradients. Default 0; pytorch-grad-cam adds 1e-6, which matters where gradients are small.</summary>
    public double Epsilon { get; init => field = Require.NotNegative(value); }

    /// <summary>Whether pictures and metrics show only what speaks for the target. Default <c>true</c>. The array keeps the negative part.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Grad-CAM++'s settings on the command line.</summary>
internal static class GradCamPlusPlusSettings
{
    public const string NormalizeText = "true or false: the α of a channel are divided by their sum, as in the authors' repository.";

    public static SettingTable<GradCamPlusPlusOptions> Table { get; } = new SettingTable<GradCamPlusPlusOptions>(new())
        .Add("layer", GradCamSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("normalize-alpha", NormalizeText, o => SettingText.Of(o.NormalizeAlpha), (o, text) => o with { NormalizeAlpha = SettingText.Bool(text) })
        .Add("epsilon", "Added to the denominator of α; 0 or more (pytorch-grad-cam: 1e-6).", o => SettingText.Of(o.Epsilon), (o, text) => o with { Epsilon = SettingText.Double(text) })
        .Add("relu", GradCamSettings.ReluText, o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

namespace Unmask;

/// <summary>Which feature maps Grad-CAM and its kin (<see cref="CamFormula"/>) weigh.</summary>
public sealed record GradCamOptions
{
    /// <summary>
    /// The layer with places: feature maps, or tokens of a picture. Default <see cref="Cut.LastSpatial"/>: found by itself. Of several (<see cref="Cut.Several"/>) each map
    /// is rectified, scaled to 0 … 1 and resized to the model's pixels, and the mean is the result.
    /// </summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Whether pictures and metrics show only what speaks for the target, as in the paper. Default <c>true</c>. The array always keeps the negative part, unless several layers were joined.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of Grad-CAM and its kin on the command line.</summary>
internal static class GradCamSettings
{
    public const string LayerText = "The layer with places: last-spatial, or the name of a layer (`unmask inspect` lists them); several, separated by commas, are joined.";

    public const string ReluText = "true or false: whether pictures and metrics show only what speaks for the target. The array keeps everything.";

    public static SettingTable<GradCamOptions> Table { get; } = new SettingTable<GradCamOptions>(new())
        .Add("layer", LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("relu", ReluText, o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

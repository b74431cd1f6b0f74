namespace Unmask;

/// <summary>How the scores of masked inputs become weights of feature maps.</summary>
public enum ScoreCamWeights
{
    /// <summary>By a softmax over channels: the paper's algorithm.</summary>
    Softmax,

    /// <summary>They are the weights; maps that are the same everywhere have none: the authors' repository.</summary>
    Score,
}

/// <summary>Which feature maps serve as masks, and what becomes of the scores.</summary>
public sealed record ScoreCamOptions
{
    /// <summary>The paper's algorithm 1: softmax over the channels' logits.</summary>
    public static ScoreCamOptions Paper { get; } = new();

    /// <summary>The authors' repository: the class's probability under each mask is the weight.</summary>
    public static ScoreCamOptions Code { get; } = new() { Preset = "code", Weights = ScoreCamWeights.Score, Score = Unmask.Score.Probability };

    /// <summary>The preset that these options started from. Default <c>paper</c>.</summary>
    public string Preset { get; init; } = "paper";

    /// <summary>The layer with places. Default <see cref="Cut.LastSpatial"/>: found by itself. Of several (<see cref="Cut.Several"/>) the maps are joined as of <see cref="GradCamOptions.Layer"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>How scores become weights. Default <see cref="ScoreCamWeights.Softmax"/>.</summary>
    public ScoreCamWeights Weights { get; init; } = ScoreCamWeights.Softmax;

    /// <summary>What replaces what a mask hides. Default <see cref="Infill.Zero"/>: the input is multiplied by the mask.</summary>
    public Infill Infill { get; init; } = Infill.Zero;

    /// <summary>Whether the outer cells' centres are put on the outer pixels' when maps are resized to masks, as pytorch-grad-cam does. Default <c>false</c>.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>Whether pictures and metrics show only the positive part of the map. Default <c>true</c>.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Score-CAM's settings on the command line.</summary>
internal static class ScoreCamSettings
{
    private static readonly (string Name, ScoreCamOptions Value)[] Presets = [("paper", ScoreCamOptions.Paper), ("code", ScoreCamOptions.Code)];

    private static readonly (string Name, ScoreCamWeights Value)[] Weights = [("softmax", ScoreCamWeights.Softmax), ("score", ScoreCamWeights.Score)];

    public static SettingTable<ScoreCamOptions> Table { get; } = new SettingTable<ScoreCamOptions>(new())
        .Add("preset", "Replaces all other settings: paper, or code (the authors' repository). Put it first.", o => o.Preset, (_, text) => SettingText.Choice(text, Presets))
        .Add("layer", GradCamSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("weights", "How scores become weights: softmax (over channels) or score (as they are).", o => SettingText.NameOf(o.Weights, Weights), (o, text) => o with { Weights = SettingText.Choice(text, Weights) })
        .Add("infill", "What replaces what a mask hides: zero, black, grey, mean, blur, blur:SIGMA, a number or a .npy file.", o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("align-corners", "true or false: the outer cells' centres are put on the outer pixels' when maps become masks (pytorch-grad-cam: true).", o => SettingText.Of(o.AlignCorners), (o, text) => o with { AlignCorners = SettingText.Bool(text) })
        .Add("relu", GradCamSettings.ReluText, o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

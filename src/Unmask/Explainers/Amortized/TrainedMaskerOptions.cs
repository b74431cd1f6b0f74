using Unmask.Maskers;

namespace Unmask;

/// <summary>Which masker explains.</summary>
public sealed record TrainedMaskerOptions
{
    /// <summary>The masker, which must be given; it belongs to one classifier. Default <c>null</c>: none.</summary>
    public Masker? Masker { get; init; }

    /// <summary>
    /// What the selector of a masker of the recipe real-time-saliency subtracts: lower shows whatever is a little like the class, higher only what is most. Default <c>null</c>: the masker's own. Ignored by
    /// none: other maskers have no selector, and that is an error.
    /// </summary>
    public double? Confidence { get; init; }

    /// <summary>The space of the score that is reported beside the mask. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of masker on the command line.</summary>
internal static class TrainedMaskerSettings
{
    public static SettingTable<TrainedMaskerOptions> Table { get; } = new SettingTable<TrainedMaskerOptions>(new())
        .Add("masker", "The .onnx file of the masker; `unmask train masker` makes it.", o => o.Masker is null ? "" : o.Masker.File ?? "given", (o, text) => o with { Masker = Masker.Load(text) })
        .Add("confidence", "What the selector of a masker of the recipe real-time-saliency subtracts: the higher, the less is shown. Default: the masker's own.", o => o.Confidence is { } confidence ? SettingText.Of(confidence) : "", (o, text) => o with { Confidence = SettingText.Double(text) })
        .Add("score", "The space of the score that is reported beside the mask: probability, logit, log-probability, sigmoid or output. Default: logit where the model shows it.", o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

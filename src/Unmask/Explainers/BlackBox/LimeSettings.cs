namespace Unmask;

/// <summary>LIME's settings on the command line.</summary>
internal static class LimeSettings
{
    private const string Automatic = "auto";

    private static readonly (string Name, LimeOptions Value)[] Presets =
        [("code", LimeOptions.Code), ("captum", LimeOptions.Captum), ("xplique", LimeOptions.Xplique)];

    private static readonly (string Name, Similarity Value)[] Similarities =
    [
        ("coalition-cosine", Similarity.CoalitionCosine), ("input-cosine", Similarity.InputCosine), ("input-euclidean", Similarity.InputEuclidean),
    ];

    private static readonly (string Name, LinearFit Value)[] Fits =
        [("ridge", LinearFit.Ridge), ("lasso", LinearFit.Lasso), ("least-squares", LinearFit.LeastSquares)];

    private static readonly (string Name, bool Value)[] YesNo = [("true", true), ("false", false)];

    public static SettingTable<LimeOptions> Table { get; } = new SettingTable<LimeOptions>(LimeOptions.Code)
        .Add("preset", "Replaces all other settings: code (the lime package), captum or xplique. Put it first.", o => o.Preset, (o, text) => SettingText.Choice(text, Presets) with { Seed = o.Seed })
        .Add("samples", "Number of masked inputs, one forward pass each; at least 1.", o => SettingText.Of(o.Samples), (o, text) => o with { Samples = SettingText.Int(text) })
        .Add("segmenter", "quickshift, slic, felzenszwalb, grid, elements or a .npy file of labels, with settings after a colon: slic:segments=50,compactness=20. auto: quickshift for pictures, elements otherwise.", o => o.Segmenter?.Name ?? Automatic, (o, text) => o with { Segmenter = text == Automatic ? null : Segmenter.Parse(text) })
        .Add("infill", $"What replaces hidden segments: segment-mean, {Infill.Known}. auto: segment-mean for pictures, zero otherwise.", o => o.Infill?.Name ?? Automatic, (o, text) => o with { Infill = text == Automatic ? null : Infill.Parse(text) })
        .Add("similarity", "Which distance weighs samples: coalition-cosine, input-cosine or input-euclidean.", o => SettingText.NameOf(o.Similarity, Similarities), (o, text) => o with { Similarity = SettingText.Choice(text, Similarities) })
        .Add("kernel-width", "Standard deviation of the kernel in units of its distance; above 0.", o => SettingText.Of(o.KernelWidth), (o, text) => o with { KernelWidth = SettingText.Double(text) })
        .Add("fit", "ridge, lasso or least-squares.", o => SettingText.NameOf(o.Fit, Fits), (o, text) => o with { Fit = SettingText.Choice(text, Fits) })
        .Add("alpha", "The penalty's weight; at least 0.", o => SettingText.Of(o.Alpha), (o, text) => o with { Alpha = SettingText.Double(text) })
        .Add("selection", "Which segments enter the fit: none (all), highest-weights:K or forward:K.", o => o.Selection.ToString(), (o, text) => o with { Selection = FeatureSelection.Parse(text) })
        .Add("enumerate", "Whether all 2^n coalitions are tried when n is at most 12 and the samples suffice: true or false.", o => SettingText.NameOf(o.Enumerate, YesNo), (o, text) => o with { Enumerate = SettingText.Choice(text, YesNo) })
        .Add("paired", "Whether samples come as pairs of complements: true or false.", o => SettingText.NameOf(o.Paired, YesNo), (o, text) => o with { Paired = SettingText.Choice(text, YesNo) })
        .Add("score", "probability, logit, log-probability, sigmoid or output.", o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("seed", "Seed of the segmentation and the samples; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}

namespace Unmask;

/// <summary>RISE's settings on the command line.</summary>
internal static class RiseSettings
{
    private static readonly (string Name, GridUpsampling Value)[] Upsamplings =
        [("paper", GridUpsampling.Paper), ("code", GridUpsampling.Code), ("torchray", GridUpsampling.TorchRay)];

    private static readonly (string Name, MaskNormalization Value)[] Normalizations =
    [
        ("expected-coverage", MaskNormalization.ExpectedCoverage), ("empirical-coverage", MaskNormalization.EmpiricalCoverage),
        ("mean-subtracted", MaskNormalization.MeanSubtracted), ("count", MaskNormalization.Count),
    ];

    private static readonly (string Name, MaskDesign Value)[] Designs = [("hadamard", MaskDesign.Hadamard), ("independent", MaskDesign.Independent)];

    private static readonly (string Name, RiseEstimator Value)[] Estimators = [("regression", RiseEstimator.Regression), ("mean", RiseEstimator.Mean)];

    private static readonly (string Name, RiseOptions Value)[] Presets =
        [("fast", RiseOptions.Fast), ("paper", RiseOptions.Paper), ("code", RiseOptions.Code), ("torchray", RiseOptions.TorchRay)];

    public static SettingTable<RiseOptions> Table { get; } = new SettingTable<RiseOptions>(RiseOptions.Fast)
        .Add("preset", "Replaces all other settings: fast, paper, code (the authors' repository) or torchray. Put it first.", o => o.Preset, (o, text) => SettingText.Choice(text, Presets) with { Seed = o.Seed })
        .Add("masks", "The most masks that are spent, one forward pass each; at least 1.", o => SettingText.Of(o.Masks), (o, text) => o with { Masks = SettingText.Int(text) })
        .Add("tolerance", "Relative error of the map at which no more masks are drawn (regression only); 0: all are spent.", o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) })
        .Add("design", "How grids are drawn: hadamard (balanced; keep-probability 0.5) or independent.", o => SettingText.NameOf(o.Design, Designs), (o, text) => o with { Design = SettingText.Choice(text, Designs) })
        .Add("estimator", "How masks and scores become a map: regression or mean (the paper's).", o => SettingText.NameOf(o.Estimator, Estimators), (o, text) => o with { Estimator = SettingText.Choice(text, Estimators) })
        .Add("warm-start", "true: the first 32 masks are drawn on a coarse grid (regression only).", o => o.WarmStart ? "true" : "false", (o, text) => o with { WarmStart = bool.Parse(text) })
        .Add("cells", "Cells a side of a mask's grid; 1 to 64.", o => SettingText.Of(o.Cells), (o, text) => o with { Cells = SettingText.Int(text) })
        .Add("keep-probability", "Probability that a cell is kept; above 0, at most 1.", o => SettingText.Of(o.KeepProbability), (o, text) => o with { KeepProbability = SettingText.Double(text) })
        .Add("upsampling", "From grid to mask: paper, code or torchray.", o => SettingText.NameOf(o.Upsampling, Upsamplings), (o, text) => o with { Upsampling = SettingText.Choice(text, Upsamplings) })
        .Add("normalization", "expected-coverage (÷ N·p), empirical-coverage (÷ ΣM), mean-subtracted or count (÷ N).", o => SettingText.NameOf(o.Normalization, Normalizations), (o, text) => o with { Normalization = SettingText.Choice(text, Normalizations) })
        .Add("infill", $"What replaces hidden pixels: {Infill.Known}.", o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("score", "probability, logit, log-probability, sigmoid or output.", o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("precision", "float32, or int8: faster, checked against float32 on every input, float32 where they disagree.", o => o.Precision.Name(), (o, text) => o with { Precision = SettingText.Choice(text, Precisions.All) })
        .Add("seed", "Seed of the masks; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) })
        .Add("grids-file", "A .npy file [N, s, s] of grids drawn elsewhere; needs shifts-file.", o => o.GridsFile ?? "", (o, text) => o with { GridsFile = text })
        .Add("shifts-file", "A .npy file [N, 2] of shifts (down, across) drawn elsewhere; needs grids-file.", o => o.ShiftsFile ?? "", (o, text) => o with { ShiftsFile = text });
}

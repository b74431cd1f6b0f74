using System.Collections.Immutable;

namespace Unmask;

/// <summary>What extremal perturbation asks of a mask.</summary>
public enum ExtremalVariant
{
    /// <summary>That what it keeps has a high score.</summary>
    Preserve,

    /// <summary>That what it does not mark has a low score.</summary>
    Delete,

    /// <summary>Both.</summary>
    Dual,
}

/// <summary>How extremal perturbation finds its masks. Start from a preset and change it with <c>with</c>.</summary>
public sealed record ExtremalPerturbationOptions
{
    /// <summary>The authors' library: one area of a tenth.</summary>
    public static ExtremalPerturbationOptions Code { get; } = new();

    /// <summary>The paper's figures: areas of 5 to 80 %, of which the smallest that suffices is the extremal one.</summary>
    public static ExtremalPerturbationOptions Paper { get; } = new() { Preset = "paper", Area = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8] };

    /// <summary>The authors' pointing game on PASCAL VOC: four areas, and a Gaussian over the sum of their masks.</summary>
    public static ExtremalPerturbationOptions Pointing { get; } = new() { Preset = "pointing", Area = [0.025, 0.05, 0.1, 0.2], Smoothing = 0.09 };

    /// <summary>The authors' pointing game on COCO, whose objects are smaller.</summary>
    public static ExtremalPerturbationOptions PointingCoco { get; } = Pointing with { Preset = "pointing-coco", Area = [0.018, 0.025, 0.05, 0.1] };

    /// <summary>The preset that it started from. Default <c>code</c>.</summary>
    public string Preset { get; init; } = "code";

    /// <summary>Areas as fractions of the picture, each above 0 and below 1; each has a mask of its own, and the map is their mean. Default 0.1.</summary>
    public ImmutableArray<double> Area
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfZero(value.Length);
            foreach (double area in value)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(area);
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(area, 1);
            }

            field = value;
        }
    }

    = [0.1];

    /// <summary>
    /// q: the smallest of the areas whose mask keeps this fraction of the score (<c>delete</c>: takes it away) is marked in the result; above 0, at most 1. Default 0.5; the paper leaves it open.
    /// </summary>
    public double Fraction { get; init => field = Require.PositiveUpTo(value, 1); } = 0.5;

    /// <summary>What is asked of a mask. Default <see cref="ExtremalVariant.Preserve"/>.</summary>
    public ExtremalVariant Variant { get; init; } = ExtremalVariant.Preserve;

    /// <summary>Steps, at least 1. Default 800.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 800;

    /// <summary>Pixels between the nodes of the mask, at least 1. Default 7.</summary>
    public int NodeStep { get; init => field = Require.Positive(value); } = 7;

    /// <summary>σ of the discs in pixels, above 0: the mask cannot be rougher. Default 21. Work grows with the square of this ÷ <see cref="NodeStep"/>.</summary>
    public double Sigma { get; init => field = Require.Positive(value); } = 21;

    /// <summary>What hides: <c>blur-pyramid</c> (a mask's level is how sharp the picture is seen), or an in-fill that is blended in; <c>zero</c> is the authors' fading. Default <c>null</c>: the pyramid.</summary>
    public Infill? Infill { get; init; }

    /// <summary>σ of the strongest blur of the pyramid in pixels, above 0. Default 20; ignored with an <see cref="Infill"/>.</summary>
    public double MaxBlur { get; init => field = Require.Positive(value); } = 20;

    /// <summary>λ, the weight of the area at the first step, 0 or more. Default 300.</summary>
    public double AreaWeight { get; init => field = Require.NotNegative(value); } = 300;

    /// <summary>What each step multiplies that weight by, above 0. Default 1.0035.</summary>
    public double AreaGrowth { get; init => field = Require.Positive(value); } = 1.0035;

    /// <summary>The rate of gradient descent with momentum 0.9 (dampened by 0.9), above 0. Default 0.01.</summary>
    public double Rate { get; init => field = Require.Positive(value); } = 0.01;

    /// <summary>How the picture moves. Default <see cref="Jitter.Flip"/>.</summary>
    public Jitter Jitter { get; init; } = Jitter.Flip;

    /// <summary>Where the nodes start. Default ones.</summary>
    public MaskStart Start { get; init; } = MaskStart.Ones;

    /// <summary>Standard deviation of a Gaussian over the map, as a fraction of the shorter side; 0 or more. Default 0: none; the pointing game took 0.09.</summary>
    public double Smoothing { get; init => field = Require.NotNegative(value); }

    /// <summary>The layer whose channels are masked instead of the picture's pixels; <c>null</c> (default): the picture.</summary>
    public string? Layer { get; init; }

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }

    /// <summary>Seed of random starts and shifts. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The settings of extremal-perturbation on the command line.</summary>
internal static class ExtremalPerturbationSettings
{
    private const string PyramidText = "blur-pyramid";

    private static readonly (string Name, ExtremalPerturbationOptions Value)[] Presets =
        [.. new[] { ExtremalPerturbationOptions.Code, ExtremalPerturbationOptions.Paper, ExtremalPerturbationOptions.Pointing, ExtremalPerturbationOptions.PointingCoco }.Select(preset => (preset.Preset, preset))];

    private static readonly (string Name, ExtremalVariant Value)[] Variants = [("preserve", ExtremalVariant.Preserve), ("delete", ExtremalVariant.Delete), ("dual", ExtremalVariant.Dual)];

    public static SettingTable<ExtremalPerturbationOptions> Table { get; } = new SettingTable<ExtremalPerturbationOptions>(ExtremalPerturbationOptions.Code)
        .Add("preset", "Replaces all other settings: code, paper (areas of 5 to 80 %), pointing or pointing-coco (the pointing game on VOC, on COCO). Put it first.", o => o.Preset, (o, text) => SettingText.Choice(text, Presets) with { Seed = o.Seed })
        .Add("area", "Areas as fractions of the picture, separated by commas; each above 0 and below 1.", o => OptimizedSettings.Of(o.Area), (o, text) => o with { Area = OptimizedSettings.Areas(text) })
        .Add("fraction", "The smallest area that keeps this fraction of the score (delete: takes it away) is marked; above 0, at most 1.", o => SettingText.Of(o.Fraction), (o, text) => o with { Fraction = SettingText.Double(text) })
        .Add("variant", "preserve (what the mask keeps has a high score), delete (what it does not mark has a low one) or dual.", o => SettingText.NameOf(o.Variant, Variants), (o, text) => o with { Variant = SettingText.Choice(text, Variants) })
        .Add("steps", "Steps, one forward and one backward pass an area each; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("node-step", "Pixels between the nodes of the mask; at least 1.", o => SettingText.Of(o.NodeStep), (o, text) => o with { NodeStep = SettingText.Int(text) })
        .Add("sigma", "σ of the mask's discs in pixels; above 0.", o => SettingText.Of(o.Sigma), (o, text) => o with { Sigma = SettingText.Double(text) })
        .Add("infill", "blur-pyramid, or what is blended in: zero (the authors' fading), blur:SIGMA, mean, grey, a number or a .npy file.", o => o.Infill?.Name ?? PyramidText, (o, text) => o with { Infill = text == PyramidText ? null : Infill.Parse(text) })
        .Add("max-blur", "σ of the pyramid's strongest blur in pixels; above 0.", o => SettingText.Of(o.MaxBlur), (o, text) => o with { MaxBlur = SettingText.Double(text) })
        .Add("area-weight", "Weight of the area at the first step; 0 or more.", o => SettingText.Of(o.AreaWeight), (o, text) => o with { AreaWeight = SettingText.Double(text) })
        .Add("area-growth", "What each step multiplies it by; above 0.", o => SettingText.Of(o.AreaGrowth), (o, text) => o with { AreaGrowth = SettingText.Double(text) })
        .Add("rate", "Rate of gradient descent; above 0.", o => SettingText.Of(o.Rate), (o, text) => o with { Rate = SettingText.Double(text) })
        .Add("jitter", OptimizedSettings.JitterText, o => o.Jitter.Name, (o, text) => o with { Jitter = Jitter.Parse(text) })
        .Add("start", "Where the nodes start: ones, zeros, random, a number or a .npy file.", o => o.Start.Name, (o, text) => o with { Start = MaskStart.Parse(text) })
        .Add("smoothing", "σ of a Gaussian over the map, as a fraction of the shorter side; 0: none.", o => SettingText.Of(o.Smoothing), (o, text) => o with { Smoothing = SettingText.Double(text) })
        .Add("layer", "The layer whose channels are masked instead of the picture's pixels; empty: the picture.", o => o.Layer ?? "", (o, text) => o with { Layer = text.Length == 0 ? null : text })
        .Add("score", OptimizedSettings.ScoreText + " Default: logit where the model shows it.", o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("seed", OptimizedSettings.SeedText, o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}

using System.Collections.Immutable;

namespace Unmask;

/// <summary>What methods that optimise masks say alike of settings that they share.</summary>
internal static class OptimizedSettings
{
    public const string ScoreText = "probability, logit, log-probability, log-odds, margin, sigmoid or output.";

    public const string InfillText = "What replaces hidden pixels: blur, blur:SIGMA, zero, mean, grey, a number, a .npy file, or made anew for each mask: local, noise, harmonic, inpainter:FILE (docs/infills.md).";

    public const string SeedText = "Seed of starts, noise and jitter; 0 or more.";

    public const string PlateauText = "Stop when the objective has not fallen by this part for 50 steps; 0: never.";

    public const string JitterText = "How the picture moves from step to step: none, flip, or the number of different shifts along each axis.";

    /// <summary>The rule of a tolerance; none of 0.</summary>
    public static Plateau? PlateauOf(double tolerance) => tolerance > 0 ? new(tolerance) : null;

    /// <summary>Reads areas that are separated by commas.</summary>
    public static ImmutableArray<double> Areas(string text) => [.. text.Split(',').Select(part => SettingText.Double(part.Trim()))];

    /// <summary>Writes them.</summary>
    public static string Of(ImmutableArray<double> areas) => string.Join(',', areas.Select(area => SettingText.Of(area)));
}

namespace Unmask;

/// <summary>What white-box methods say alike of settings that they share.</summary>
internal static class WhiteBoxSettings
{
    public const string LayerText = "What is attributed to: input, embedding, last-spatial, or the name of a layer (`unmask inspect` lists them).";

    public const string ReductionText = "How channels become one number on pictures and for metrics: sum, mean, abs-max, abs-sum or l2. The array keeps all channels.";

    public const string ScoreText = "logit, probability, log-probability, sigmoid or output. Default: logit where the model shows it.";

    public const string BaselinesText = "Where the path starts, several separated by +: zero, black, grey, white, mean, blur, blur:SIGMA, a number or a .npy file.";

    public const string QuadratureText = "gauss-legendre, trapezoid, midpoint, left or right.";

    /// <summary>Reads in-fills that are separated by +.</summary>
    public static System.Collections.Immutable.ImmutableArray<Infill> Infills(string text) => [.. text.Split('+').Select(part => Infill.Parse(part.Trim()))];

    /// <summary>Writes them.</summary>
    public static string Of(IEnumerable<Infill> infills) => string.Join('+', infills.Select(infill => infill.Name));
}

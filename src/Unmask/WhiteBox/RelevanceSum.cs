using System.Globalization;

namespace Unmask.WhiteBox;

/// <summary>What relevance adds up to, next to the score that was handed back.</summary>
internal static class RelevanceSum
{
    // Rounding of 32-bit floats over many elements stays below.
    private const double Noticed = 1e-3;

    /// <summary>States the residual Σ R − S: what biases and dead units kept. It is information, no error.</summary>
    public static Explanation WithResidual(Explanation explanation)
    {
        double sum = 0, score = explanation.ScoreValue;
        foreach (float value in explanation.ToArray())
        {
            sum += value;
        }

        var diagnostics = explanation.Diagnostics;
        string? note = Math.Abs(sum - score) <= Noticed * Math.Abs(score) ? null : string.Create(CultureInfo.InvariantCulture,
            $"The relevance adds up to {sum:g4} of a score of {score:g4}: the rest is what biases, constants and units without a positive contribution kept. It is no sign of an error.");
        return explanation with
        {
            Diagnostics = diagnostics with
            {
                CompletenessGap = sum - score,
                ExplainedDifference = score,
                Notes = note is null ? diagnostics.Notes : [.. diagnostics.Notes, note],
            },
        };
    }
}

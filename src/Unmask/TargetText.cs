using System.Globalization;

namespace Unmask;

/// <summary>
/// Targets as people write them: <c>top</c>, <c>top:2</c>, an index, a label, or a contrast <c>A-vs-B</c> of any two of these; <c>unit:LAYER[12,3,4]</c> for a unit
/// of an inner layer (<c>LAYER[12]</c> for a whole channel, <c>*</c> for all of an axis); <c>TARGET-via-LAYER[12]</c> for a class as far as it passes a unit.
/// </summary>
public static class TargetText
{
    private const string Versus = "-vs-";
    private const string Via = "-via-";
    private const string Unit = "unit:";

    /// <summary>Understands a target for a prediction: labels and ranks are looked up there. A whole label wins over every other reading.</summary>
    /// <exception cref="UnknownLabelException">No class has the label, or several have.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index or rank is not one of the model's classes.</exception>
    public static Target Parse(string text, Prediction prediction)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentNullException.ThrowIfNull(prediction);
        if (!prediction.Labels.Contains(text))
        {
            if (text.StartsWith(Unit, StringComparison.Ordinal))
            {
                return Target.UnitOf(text[Unit.Length..]);
            }

            if (text.IndexOf(Via, StringComparison.Ordinal) is > 0 and var via)
            {
                return Parse(text[..via], prediction).ThroughOf(text[(via + Via.Length)..]);
            }
        }

        int at = text.IndexOf(Versus, StringComparison.Ordinal);
        return at > 0 && at + Versus.Length < text.Length && !prediction.Labels.Contains(text)
            ? Target.Contrast(IndexOf(text[..at], prediction), IndexOf(text[(at + Versus.Length)..], prediction))
            : Target.Class(IndexOf(text, prediction));
    }

    private static int IndexOf(string text, Prediction prediction)
    {
        string name = text.Trim();
        if (RankOf(name) is { } rank)
        {
            return prediction.Ranked[Checked(rank - 1, "rank", rank, prediction)];
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? Checked(index, "class", index, prediction)
            : prediction.Labels.IndexOf(name);
    }

    /// <summary>1 for <c>top</c>, k for <c>top:k</c>; otherwise <c>null</c>.</summary>
    private static int? RankOf(string text) => text == "top" ? 1
        : text.StartsWith("top:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int rank) ? rank
        : null;

    private static int Checked(int position, string what, int asked, Prediction prediction) => position >= 0 && position < prediction.ClassCount
        ? position
        : throw new ArgumentOutOfRangeException(null, $"The model has {prediction.ClassCount} classes (0 to {prediction.ClassCount - 1}); there is no {what} {asked}.");
}

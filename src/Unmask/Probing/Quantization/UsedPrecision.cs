using System.Collections.Immutable;
using System.Globalization;

namespace Unmask.Probing;

/// <summary>In which precision a run was done, and why.</summary>
/// <param name="Precision">The one that was used.</param>
/// <param name="Note">For the explanation's notes; empty when nothing else was asked for.</param>
/// <param name="Passes">Forward passes that calibrating and checking took.</param>
/// <param name="Agreement">What the check found; <c>null</c> when none was made.</param>
internal sealed record UsedPrecision(Precision Precision, string Note, int Passes, Agreement? Agreement)
{
    /// <summary>Float32, as asked.</summary>
    public static UsedPrecision AsAsked { get; } = new(Precision.Float32, "", 0, null);

    /// <summary>What to add to the options that a result records.</summary>
    public ImmutableSortedDictionary<string, string> Describe(ImmutableSortedDictionary<string, string> options)
    {
        if (Note.Length == 0)
        {
            return options;
        }

        options = options.SetItem("precision-used", Precision.Name());
        return Agreement is not { } found ? options : options
            .SetItem("int8-correlation", found.Correlation.ToString("0.00000", CultureInfo.InvariantCulture))
            .SetItem("int8-difference", found.Difference.ToString("0.0000", CultureInfo.InvariantCulture));
    }
}

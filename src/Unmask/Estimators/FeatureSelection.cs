using System.Globalization;

namespace Unmask;

/// <summary>Which features enter a fit.</summary>
/// <param name="Kind">How they are chosen. The default is all of them.</param>
/// <param name="Count">k, at least 1; ignored when all enter.</param>
public readonly record struct FeatureSelection(FeatureSelectionKind Kind, int Count)
{
    /// <summary>All features.</summary>
    public static FeatureSelection None { get; }

    /// <summary>The k features of the largest coefficients in a ridge fit (α = 0.01) with all of them.</summary>
    public static FeatureSelection HighestWeights(int count) => new(FeatureSelectionKind.HighestWeights, Checked(count));

    /// <summary>k features, each time the one that raises the weighted R² most.</summary>
    public static FeatureSelection Forward(int count) => new(FeatureSelectionKind.Forward, Checked(count));

    /// <summary>Reads <c>none</c>, <c>highest-weights:K</c> or <c>forward:K</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static FeatureSelection Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') switch
        {
            ["none"] => None,
            ["highest-weights", var count] => HighestWeights(int.Parse(count, CultureInfo.InvariantCulture)),
            ["forward", var count] => Forward(int.Parse(count, CultureInfo.InvariantCulture)),
            _ => throw new FormatException($"\"{text}\" is no selection. Known: none, highest-weights:K, forward:K."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        FeatureSelectionKind.HighestWeights => $"highest-weights:{Count}",
        FeatureSelectionKind.Forward => $"forward:{Count}",
        _ => "none",
    };

    private static int Checked(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return count;
    }
}

/// <summary>How features are chosen.</summary>
public enum FeatureSelectionKind
{
    /// <summary>All enter.</summary>
    None,

    /// <summary>The largest coefficients of a first fit.</summary>
    HighestWeights,

    /// <summary>One at a time, the most useful first.</summary>
    Forward,
}

namespace Unmask;

/// <summary>What is explained: one output, or the contrast of two. The default value is the top class.</summary>
public readonly record struct Target
{
    private readonly TargetKind _kind;
    private readonly int _number;
    private readonly string? _label;
    private readonly (int Index, string? Label) _against;

    private Target(TargetKind kind, int number, string? label, (int Index, string? Label) against = default)
    {
        _kind = kind;
        _number = number;
        _label = label;
        _against = against;
    }

    private enum TargetKind
    {
        Rank,
        Class,
        Contrast,
    }

    /// <summary>The class of a rank in the model's own prediction.</summary>
    /// <param name="rank">1 (the default) for the top class, 2 for the second-best …</param>
    public static Target Top(int rank = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        return new(TargetKind.Rank, rank - 1, null);
    }

    /// <summary>A class by its index in the output, from 0.</summary>
    public static Target Class(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(TargetKind.Class, index, null);
    }

    /// <summary>A class by its label.</summary>
    public static Target Class(string label) => new(TargetKind.Class, 0, label);

    /// <summary>Why this class rather than that one: the difference of their scores.</summary>
    public static Target Contrast(int index, int against) => new(TargetKind.Contrast, index, null, (against, null));

    /// <summary>Why this class rather than that one: the difference of their scores.</summary>
    public static Target Contrast(string label, string against) => new(TargetKind.Contrast, 0, label, (0, against));

    /// <summary>Finds the output that is meant.</summary>
    /// <param name="prediction">The model's prediction on the input.</param>
    /// <exception cref="UnknownLabelException">No class has the label.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is not a class of the model.</exception>
    internal ResolvedTarget Resolve(Prediction prediction) => _kind switch
    {
        TargetKind.Rank => Resolved(prediction.Ranked[Checked(_number, prediction.ClassCount, "rank")], prediction),
        TargetKind.Class => Resolved(IndexOf(_number, _label, prediction), prediction),
        _ => ContrastOf(IndexOf(_number, _label, prediction), IndexOf(_against.Index, _against.Label, prediction), prediction),
    };

    private static ResolvedTarget Resolved(int index, Prediction prediction) =>
        new(index, null, prediction.Labels[index], prediction.Probability(index));

    private static ResolvedTarget ContrastOf(int index, int against, Prediction prediction) =>
        new(index, against, $"{prediction.Labels[index]} − {prediction.Labels[against]}", prediction.Probability(index));

    private static int IndexOf(int index, string? label, Prediction prediction) =>
        Checked(label is null ? index : prediction.Labels.IndexOf(label), prediction.ClassCount, "class");

    private static int Checked(int index, int count, string what) => index < count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"The model has {count} classes (0 to {count - 1}); there is no {what} {(what == "rank" ? index + 1 : index)}.");
}

/// <summary>A target after the model has predicted: the output index, its label and its probability.</summary>
/// <param name="Index">The class.</param>
/// <param name="Against">The class whose score is subtracted; <c>null</c> without a contrast.</param>
/// <param name="Label">For people.</param>
/// <param name="Probability">The class's probability on the unmasked input; <c>null</c> when the model shows none.</param>
public sealed record ResolvedTarget(int Index, int? Against, string Label, float? Probability)
{
    /// <summary>The target's score, read from one item's scores of all classes.</summary>
    internal double ScoreOf(ReadOnlySpan<float> classes) => Against is { } against ? (double)classes[Index] - classes[against] : classes[Index];

    /// <summary>Writes v with ⟨v, scores⟩ = the target's score: one-hot, or the difference of two. The span is zero before.</summary>
    internal void WriteSeed(Span<float> classes)
    {
        classes[Index] += 1;
        if (Against is { } against)
        {
            classes[against] -= 1;
        }
    }
}

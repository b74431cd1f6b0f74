namespace Unmask;

/// <summary>In which space the explained output is measured. It changes explanations, so every result records it.</summary>
public enum Score
{
    /// <summary>The class probability: the model's own, or the softmax of its logits. Saturates near 1.</summary>
    Probability,

    /// <summary>The number before the final softmax or sigmoid.</summary>
    Logit,

    /// <summary>The natural logarithm of the probability.</summary>
    LogProbability,

    /// <summary>The sigmoid of each logit on its own: for models with several labels at once that end in logits.</summary>
    Sigmoid,

    /// <summary>The model's output as it is, whatever it means.</summary>
    Output,

    /// <summary>The natural logarithm of p ÷ (1 − p). Does not saturate as probabilities do, and rises only if the class gains on all others together. For outputs with one score a class.</summary>
    LogOdds,

    /// <summary>How far a class is ahead of the strongest other, in logits (in logarithms of probabilities where no logits are seen): above 0 for the top class only. For outputs with one score a class.</summary>
    Margin,
}

/// <summary>Names of scores, as the command line and reports spell them.</summary>
public static class Scores
{
    /// <summary>Every score with its name.</summary>
    public static IReadOnlyList<(string Name, Score Score)> All { get; } =
    [
        ("probability", Score.Probability),
        ("logit", Score.Logit),
        ("log-probability", Score.LogProbability),
        ("sigmoid", Score.Sigmoid),
        ("output", Score.Output),
        ("log-odds", Score.LogOdds),
        ("margin", Score.Margin),
    ];

    /// <summary>The name of a score.</summary>
    public static string Name(this Score score) => All.First(pair => pair.Score == score).Name;
}

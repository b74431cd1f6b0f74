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
    ];

    /// <summary>The name of a score.</summary>
    public static string Name(this Score score) => All.First(pair => pair.Score == score).Name;
}

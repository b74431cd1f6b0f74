namespace Unmask.Cli.Explaining;

/// <summary>One class of a prediction.</summary>
/// <param name="Index">The class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability"><c>null</c> when the model shows none.</param>
/// <param name="Score">The logit where it is visible, else the model's output.</param>
internal sealed record PredictedClass(int Index, string Label, float? Probability, float Score)
{
    public static IReadOnlyList<PredictedClass> Top(Prediction prediction, int count) =>
        [.. prediction.Ranked.Take(count).Select(index => new PredictedClass(index, prediction.Labels[index], prediction.Probability(index), prediction.Output[index]))];
}

/// <summary>What came of one target of one input.</summary>
/// <param name="Document">What the JSON says.</param>
/// <param name="Files">What was written.</param>
internal sealed record ExplainedTarget(ExplanationDocument Document, IReadOnlyList<string> Files);

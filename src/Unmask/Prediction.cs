namespace Unmask;

/// <summary>What the model says of one input.</summary>
public sealed class Prediction
{
    private readonly float[] _scores;
    private readonly float[]? _probabilities;

    internal Prediction(float[] scores, float[]? probabilities, Labels labels)
    {
        _scores = scores;
        _probabilities = probabilities;
        Labels = labels;
        Ranked = [.. Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).ThenBy(index => index)];
    }

    /// <summary>The names of the classes.</summary>
    public Labels Labels { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount => _scores.Length;

    /// <summary>Class indices, best first; equal scores in the order of the outputs.</summary>
    public IReadOnlyList<int> Ranked { get; }

    /// <summary>The model's output for each class: logits where they are visible, else what it returns.</summary>
    public IReadOnlyList<float> Output => _scores;

    /// <summary>The probability of a class; <c>null</c> when the model shows neither logits nor probabilities.</summary>
    public float? Probability(int index) => _probabilities?[index];
}

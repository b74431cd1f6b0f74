namespace Unmask;

/// <summary>Keeps every mask's score of the first target as it is: for curves, where each score is a result of its own.</summary>
internal sealed class ScoreList : ProbeEstimator
{
    private readonly List<double> _scores = [];

    /// <summary>The scores, in the order of the masks.</summary>
    public IReadOnlyList<double> Scores => _scores;

    public override IReadOnlyList<int> Sizes => [_scores.Count];

    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores) => _scores.Add(scores[0]);

    public override IReadOnlyList<float[]> Result() => [[.. _scores.Select(score => (float)score)]];
}

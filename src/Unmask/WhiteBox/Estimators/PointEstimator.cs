namespace Unmask.WhiteBox;

/// <summary>The multipliers at the item itself.</summary>
internal sealed class PointEstimator : Estimator
{
    internal override long PointsPerItem => 1;

    internal override string RemedyForGap => "Terms of either sign, far larger than the score, cancel in it: single precision is not enough.";

    internal override bool TakesRelevance => true;

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        float[] fed = new float[run.FedLength];
        run.Sample(items, (point, _, value) => item(point, value), (point, target, sample) =>
        {
            ReadOnlySpan<float> value = sample.Value;
            if (run.CutIsFed)
            {
                item(point, fed);
                value = fed;
            }

            receive(point, target, run.Aggregate(new()
            {
                Sizes = sample.Sizes,
                Multiplier = sample.Multiplier.ToArray(),
                Value = value.ToArray(),
                Score = sample.Score,
                Relevance = sample.Relevance.IsEmpty ? null : sample.Relevance.ToArray(),
                SecondMultiplier = sample.SecondMultiplier.IsEmpty ? null : sample.SecondMultiplier.ToArray(),
            }));
        });
    }
}

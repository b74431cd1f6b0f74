using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>Multipliers at noisy copies of the input, averaged before the aggregator sees them, as are their squares and cubes: Smooth Grad-CAM++.</summary>
internal sealed class NoisyMultiplierEstimator(NoiseLaw law) : Estimator
{
    internal override long PointsPerItem => law.Samples + 1;

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        float[] x = new float[run.FedLength];
        for (int i = 0; i < items; i++)
        {
            item(i, x);
            var copies = new NoisyCopies(x, law);
            var powers = new MultiplierPowers?[run.Targets.Length];
            // Point 0 is the input itself: only the cut's value is taken of it.
            run.Sample(law.Samples + 1, (point, _, value) => Write(point, value), (_, target, sample) =>
            {
                if (powers[target] is { } sums)
                {
                    sums.Add(sample.Multiplier);
                }
                else
                {
                    powers[target] = new(sample.Sizes, run.CutIsFed ? [.. x] : sample.Value.ToArray());
                }
            });
            for (int target = 0; target < powers.Length; target++)
            {
                receive(i, target, powers[target]!.Aggregate(run));
            }

            void Write(int point, Span<float> value)
            {
                if (point == 0)
                {
                    x.CopyTo(value);
                }
                else
                {
                    copies.Write(point - 1, value);
                }
            }
        }
    }
}

/// <summary>Running sums of G, G² and G³.</summary>
internal sealed class MultiplierPowers(ImmutableArray<ImmutableArray<int>> sizes, float[] value)
{
    private readonly double[][] _sums = [new double[value.Length], new double[value.Length], new double[value.Length]];
    private int _count;

    public void Add(ReadOnlySpan<float> multiplier)
    {
        _count++;
        for (int i = 0; i < multiplier.Length; i++)
        {
            double g = multiplier[i];
            _sums[0][i] += g;
            _sums[1][i] += g * g;
            _sums[2][i] += g * g * g;
        }
    }

    public Estimate Aggregate(WhiteBoxRun run) => run.Aggregate(new() { Sizes = sizes, Multiplier = Mean(0), Value = value, Squares = Mean(1), Cubes = Mean(2) });

    private float[] Mean(int power) => [.. _sums[power].Select(sum => (float)(sum / _count))];
}

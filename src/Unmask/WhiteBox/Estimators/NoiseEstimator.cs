using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>Another estimator at noisy copies of each item: SmoothGrad, its square, VarGrad. Running moments only, never the maps themselves.</summary>
internal sealed class NoiseEstimator(Estimator inner, NoiseLaw law) : Estimator
{
    internal override long PointsPerItem => law.Samples * inner.PointsPerItem;

    internal override long StepsFor(WhiteBoxRun run) => law.Samples * inner.StepsFor(run);

    internal override string RemedyForGap => inner.RemedyForGap;

    internal override bool TakesRelevance => inner.TakesRelevance;

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        float[] x = new float[run.FedLength];
        for (int i = 0; i < items; i++)
        {
            item(i, x);
            var copies = new NoisyCopies(x, law);
            MapMoments?[] moments = new MapMoments?[run.Targets.Length];
            inner.Run(run, law.Samples, copies.Write, (_, target, estimate) => (moments[target] ??= new(estimate)).Add(estimate));
            for (int target = 0; target < moments.Length; target++)
            {
                receive(i, target, moments[target]!.ToEstimate(law.Average));
            }
        }
    }
}

/// <summary>x + ε, ε ~ N(0, σ²), each copy from a stream of its own.</summary>
internal sealed class NoisyCopies
{
    private readonly float[] _x;
    private readonly NoiseLaw _law;
    private readonly double _sigma;

    public NoisyCopies(float[] x, NoiseLaw law)
    {
        _x = x;
        _law = law;
        _sigma = law.Level * ((double)TensorPrimitives.Max<float>(x) - TensorPrimitives.Min<float>(x));
        if (law.Given is { } given && given.Length != x.Length * law.Samples)
        {
            throw new UnmaskException($"The noise has {given.Length} elements; {law.Samples} samples of {x.Length} need {law.Samples * x.Length}.");
        }
    }

    public void Write(int sample, Span<float> value)
    {
        if (_law.Given is { } given)
        {
            TensorPrimitives.Add(_x, given.AsSpan(sample * _x.Length, _x.Length), value);
            return;
        }

        var random = Rng.At(_law.Seed, sample);
        for (int i = 0; i < value.Length; i += 2)
        {
            var (one, other) = Normal.Pair(ref random);
            value[i] = (float)(_x[i] + (_sigma * one));
            if (i + 1 < value.Length)
            {
                value[i + 1] = (float)(_x[i + 1] + (_sigma * other));
            }
        }
    }
}

/// <summary>Welford's running mean and sum of squared deviations of maps.</summary>
internal sealed class MapMoments(Estimate first)
{
    private readonly double[] _mean = new double[first.Values.Length];
    private readonly double[] _squares = new double[first.Values.Length];
    private double _gap;
    private double _difference;
    private int _count;

    public void Add(Estimate estimate)
    {
        _count++;
        for (int i = 0; i < _mean.Length; i++)
        {
            double before = estimate.Values[i] - _mean[i];
            _mean[i] += before / _count;
            _squares[i] += before * (estimate.Values[i] - _mean[i]);
        }

        _gap += ((estimate.Gap ?? 0) - _gap) / _count;
        _difference += ((estimate.Difference ?? 0) - _difference) / _count;
    }

    public Estimate ToEstimate(NoiseAverage average)
    {
        float[] values = new float[_mean.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double variance = _squares[i] / _count;
            values[i] = (float)(average switch
            {
                NoiseAverage.Mean => _mean[i],
                NoiseAverage.Squared => variance + (_mean[i] * _mean[i]),
                _ => variance,
            });
        }

        bool mean = average == NoiseAverage.Mean;
        return first with
        {
            Values = values,
            Deviations = mean && _count > 1 ? [.. _squares.Select(squares => (float)Math.Sqrt(squares / (_count - 1) / _count))] : null,
            Gap = mean && first.Gap is not null ? _gap : null,
            Difference = mean && first.Difference is not null ? _difference : null,
        };
    }
}

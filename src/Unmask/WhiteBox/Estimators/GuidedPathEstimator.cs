using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>
/// Guided integrated gradients: from the baseline to the input, at each step first along the elements whose gradient is smallest, within a corridor around the straight
/// path. Each step needs the gradient where the last one ended, so steps cannot be batched; targets are.
/// </summary>
internal sealed class GuidedPathEstimator(Infill baseline, int steps, double fraction, double maxDistance, bool leftMultiplier) : Estimator
{
    internal override long PointsPerItem => steps + 1;

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        float[] x = new float[run.FedLength], start = run.FedAt(baseline);
        for (int i = 0; i < items; i++)
        {
            item(i, x);
            GuidedWalk[] walks = [.. run.Targets.Select(_ => new GuidedWalk(x, start, fraction, maxDistance, leftMultiplier))];
            var sizes = Walk(run, walks, x);
            for (int target = 0; target < walks.Length; target++)
            {
                float[] integral = new float[x.Length];
                TensorPrimitives.ConvertTruncating<double, float>(walks[target].Attributions, integral);
                receive(i, target, run.Aggregate(new() { Sizes = sizes, Multiplier = integral, Value = x, Integral = integral }) with { Gap = walks[target].Gap, Difference = walks[target].Difference });
            }
        }
    }

    /// <summary>All steps of all targets, then the end.</summary>
    private ImmutableArray<ImmutableArray<int>> Walk(WhiteBoxRun run, GuidedWalk[] walks, float[] x)
    {
        ImmutableArray<ImmutableArray<int>> sizes = [];
        for (int step = 0; step < steps; step++)
        {
            int current = step;
            run.Sample(1, (_, target, value) => walks[target].WriteTo(value), (_, target, sample) =>
            {
                sizes = sample.Sizes;
                walks[target].Difference -= current == 0 ? sample.Score : 0;
                walks[target].Step(current, steps, sample.Multiplier);
            });
        }

        run.Sample(1, (_, _, value) => x.CopyTo(value), (_, target, sample) =>
        {
            walks[target].Difference += sample.Score;
            walks[target].Arrive(sample.Multiplier);
        });
        return sizes;
    }
}

/// <summary>One target's way from the baseline to the input. Arithmetic in double precision.</summary>
internal sealed class GuidedWalk
{
    private const double Equal = 1e-9;

    private readonly double[] _x;
    private readonly double[] _start;
    private readonly double[] _at;
    private readonly double _fraction;
    private readonly double _maxDistance;
    private readonly double _length;
    private readonly bool _leftMultiplier;
    private double[]? _lastMove;

    public GuidedWalk(float[] x, float[] start, double fraction, double maxDistance, bool leftMultiplier)
    {
        _x = [.. x.Select(value => (double)value)];
        _start = [.. start.Select(value => (double)value)];
        _at = [.. _start];
        (_fraction, _maxDistance, _leftMultiplier) = (fraction, maxDistance, leftMultiplier);
        _length = Distance(_start);
        Attributions = new double[x.Length];
    }

    public double[] Attributions { get; }

    /// <summary>The score at the end less that at the start.</summary>
    public double Difference { get; set; }

    /// <summary>Σ A − ΔS.</summary>
    public double Gap => TensorPrimitives.Sum<double>(Attributions) - Difference;

    public void WriteTo(Span<float> value) => TensorPrimitives.ConvertTruncating<double, float>(_at, value);

    /// <summary>One step of Kapishnikov et al.'s algorithm 1: moves until the distance that remains is that of the straight path.</summary>
    public void Step(int step, int steps, ReadOnlySpan<float> gradient)
    {
        double alpha = (step + 1.0) / steps, low = Math.Max(alpha - _maxDistance, 0), high = Math.Min(alpha + _maxDistance, 1);
        double target = _length * (1 - alpha);
        float[] size = new float[gradient.Length];
        TensorPrimitives.Abs(gradient, size);
        Arrive(gradient);
        double[] before = [.. _at];
        CatchUp(low);
        double share = 2;
        while (share > 1 && double.IsFinite(share))
        {
            double remaining = Distance(_at);
            share = Math.Abs(target - remaining) <= Equal * (1 + Math.Abs(remaining)) ? 0 : Move(size, high, remaining - target);
        }

        Attribute(before, gradient);
    }

    /// <summary>Elements that lag behind the corridor are brought to its near end.</summary>
    private void CatchUp(double low)
    {
        for (int i = 0; i < _at.Length; i++)
        {
            double whole = _x[i] - _start[i];
            if (whole != 0 && (_at[i] - _start[i]) / whole < low)
            {
                _at[i] = _start[i] + (low * whole);
            }
        }
    }

    /// <summary>Moves the elements with the smallest gradients towards the corridor's far end.</summary>
    /// <returns>The part of their way that the step wanted; above 1 they went all of it, and others must follow.</returns>
    private double Move(float[] size, double high, double distance)
    {
        for (int i = 0; i < size.Length; i++)
        {
            size[i] = _at[i] == End(i, high) ? float.PositiveInfinity : size[i];
        }

        float threshold = OrderStatistic.Of([.. size], (int)(_fraction * (size.Length - 1)));
        double reach = 0;
        for (int i = 0; i < size.Length; i++)
        {
            reach += Chosen(size[i], threshold) ? Math.Abs(_at[i] - End(i, high)) : 0;
        }

        double share = reach > 0 ? distance / reach : double.PositiveInfinity;
        for (int i = 0; i < size.Length; i++)
        {
            if (Chosen(size[i], threshold))
            {
                double end = End(i, high);
                _at[i] = share > 1 ? end : _at[i] + (share * (end - _at[i]));
            }
        }

        return share;
    }

    /// <summary>|from − x| in the L1 norm.</summary>
    private double Distance(double[] from)
    {
        double sum = 0;
        for (int i = 0; i < from.Length; i++)
        {
            sum += Math.Abs(from[i] - _x[i]);
        }

        return sum;
    }

    private static bool Chosen(float size, float threshold) => size <= threshold && float.IsFinite(size);

    private double End(int element, double high) => _start[element] + (high * (_x[element] - _start[element]));

    /// <summary>Where a step ended, its move gets the other half of its multiplier: the mean of both ends.</summary>
    public void Arrive(ReadOnlySpan<float> gradient)
    {
        for (int i = 0; !_leftMultiplier && _lastMove is not null && i < _lastMove.Length; i++)
        {
            Attributions[i] += _lastMove[i] * gradient[i] / 2;
        }
    }

    private void Attribute(double[] before, ReadOnlySpan<float> gradient)
    {
        _lastMove = before;
        for (int i = 0; i < before.Length; i++)
        {
            _lastMove[i] = _at[i] - before[i];
            Attributions[i] += _lastMove[i] * gradient[i] * (_leftMultiplier ? 1 : 0.5);
        }
    }
}

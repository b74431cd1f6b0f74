using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>A = ∫ m(γ(α)) ⊙ dt(γ(α)) along a path: at what moves along it by the path's own displacements, at an inner cut by differences of its values.</summary>
internal sealed class PathEstimator(AttributionPath path) : Estimator
{
    internal override long PointsPerItem => path.MostPoints;

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        float[] x = new float[run.FedLength];
        for (int i = 0; i < items; i++)
        {
            item(i, x);
            var sums = Integrate(run, x, path);
            for (int refinement = 1; run.PromisesSum && refinement <= path.Refinements && sums.Any(sum => sum.Misses(path.Tolerance)); refinement++)
            {
                sums = Integrate(run, x, path.Refined(refinement));
            }

            for (int target = 0; target < sums.Length; target++)
            {
                receive(i, target, sums[target].ToEstimate(run, path));
            }
        }
    }

    /// <summary>The points of the path, then its end, then its starts, in one run.</summary>
    private static PathSum[] Integrate(WhiteBoxRun run, float[] x, AttributionPath path)
    {
        var points = path.On(run, x);
        PathSum[] sums = [.. run.Targets.Select(_ => new PathSum(points, run.CutIsFed ? x : null))];
        run.Sample(points.Count + 1 + points.Starts, Write, (point, target, sample) => sums[target].Observe(point, sample));
        return sums;

        void Write(int point, int target, Span<float> value)
        {
            if (point < points.Count)
            {
                points.Write(point, value);
            }
            else if (point == points.Count)
            {
                x.CopyTo(value);
            }
            else
            {
                points.WriteStart(point - points.Count - 1, value);
            }
        }
    }
}

/// <summary>Adds up one target's path.</summary>
/// <param name="points">The path.</param>
/// <param name="fed">What moves along it, at its end, when multipliers are taken there; <c>null</c> at an inner cut.</param>
internal sealed class PathSum(PathPoints points, float[]? fed)
{
    private double[] _integral = [];
    private double[] _multiplier = [];
    private float[] _lastMultiplier = [];
    private float[] _lastValue = [];
    private float[] _endValue = fed ?? [];
    private ImmutableArray<ImmutableArray<int>> _sizes;
    private double[] _draw = [];
    private double[] _drawSquares = [];
    private double _end;
    private double _starts;

    private double Difference => _end - _starts;

    private double Gap => _integral.Sum() - Difference;

    /// <summary>Takes what a point gave, in order.</summary>
    public void Observe(int point, GradientSample sample)
    {
        if (point == 0)
        {
            (_integral, _multiplier, _sizes) = (new double[sample.Multiplier.Length], new double[sample.Multiplier.Length], sample.Sizes);
        }

        if (point > points.Count)
        {
            _starts += sample.Score / points.Starts;
        }
        else if (point == points.Count)
        {
            (_end, _endValue) = (sample.Score, fed ?? sample.Value.ToArray());
        }
        else
        {
            Add(point, sample);
        }
    }

    /// <summary>Whether more than this part of the difference is missing.</summary>
    public bool Misses(double tolerance) => Math.Abs(Gap) > tolerance * Math.Abs(Difference);

    public Estimate ToEstimate(WhiteBoxRun run, AttributionPath path)
    {
        float[] multiplier = new float[_multiplier.Length], integral = new float[_integral.Length];
        TensorPrimitives.ConvertTruncating<double, float>(_multiplier, multiplier);
        TensorPrimitives.ConvertTruncating<double, float>(_integral, integral);
        var estimate = run.Aggregate(new() { Sizes = _sizes, Multiplier = multiplier, Value = _endValue, Integral = integral });
        return estimate with
        {
            Gap = path.PromisesSum && run.AttributesIntegral ? Gap : null,
            Difference = run.AttributesIntegral ? Difference : null,
            Deviations = estimate.Form == MapForm.Cut && run.AttributesIntegral && points.IsRandom && points.Count > 1 ? Deviations() : null,
        };
    }

    private void Add(int point, GradientSample sample)
    {
        double weight = points.Weight(point);
        for (int i = 0; i < _multiplier.Length; i++)
        {
            _multiplier[i] += weight * sample.Multiplier[i];
        }

        if (fed is not null)
        {
            AddDraw(point, sample.Multiplier);
            return;
        }

        if (!points.IsFirst(point))
        {
            AddDifference(sample);
        }

        (_lastMultiplier, _lastValue) = (sample.Multiplier.ToArray(), sample.Value.ToArray());
    }

    /// <summary>Of random points, squares are added up as well.</summary>
    private void AddDraw(int point, ReadOnlySpan<float> multiplier)
    {
        if (!points.IsRandom)
        {
            points.Add(point, multiplier, _integral);
            return;
        }

        (_draw, _drawSquares) = point == 0 ? (new double[_integral.Length], new double[_integral.Length]) : (_draw, _drawSquares);
        Array.Clear(_draw);
        points.Add(point, multiplier, _draw);
        for (int i = 0; i < _draw.Length; i++)
        {
            _integral[i] += _draw[i];
            _drawSquares[i] += _draw[i] * _draw[i];
        }
    }

    /// <summary>Of the mean of n independent draws, each added with the weight 1/n: √(n/(n − 1) · (Σd² − (Σd)²/n)).</summary>
    private float[] Deviations()
    {
        double n = points.Count;
        return [.. _drawSquares.Select((squares, i) => (float)Math.Sqrt(Math.Max(0, n / (n - 1) * (squares - (_integral[i] * _integral[i] / n)))))];
    }

    /// <summary>∂S/∂y dy between two neighbours of the path: with the mean of both multipliers, or the one before.</summary>
    private void AddDifference(GradientSample sample)
    {
        for (int i = 0; i < _integral.Length; i++)
        {
            double multiplier = points.LeftMultiplier ? _lastMultiplier[i] : ((double)_lastMultiplier[i] + sample.Multiplier[i]) / 2;
            _integral[i] += multiplier * ((double)sample.Value[i] - _lastValue[i]) / points.Starts;
        }
    }
}

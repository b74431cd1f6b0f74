using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>A = 1/K Σ_k (t − t̄_k) ⊙ m(x, x̄_k): DeepLIFT from one reference, DeepSHAP from several. References are batched with items and targets.</summary>
/// <param name="baselines">The references; empty: zero at the value that is moved.</param>
internal sealed class ReferenceEstimator(ImmutableArray<Infill> baselines) : Estimator
{
    internal override long PointsPerItem => Math.Max(1, baselines.Length);

    internal override string RemedyForGap => "Some of the difference goes another way: past the layer, or through positions that depend on the input.";

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        float[][] references = baselines.IsEmpty ? [new float[run.FedLength]] : [.. baselines.Select(run.FedAt)];
        int count = references.Length;
        float[] fed = new float[run.FedLength];
        ReferenceSum[] sums = [.. run.Targets.Select(_ => new ReferenceSum())];
        run.Sample(
            checked(items * count),
            (point, _, value) => item(point / count, value),
            (point, target, sample) =>
            {
                if (run.CutIsFed && target == 0 && point % count == 0)
                {
                    item(point / count, fed);
                }

                var sum = sums[target];
                sum.Add(sample, run.CutIsFed ? fed : sample.Value, run.CutIsFed ? references[point % count] : sample.ReferenceValue, count);
                if (point % count == count - 1)
                {
                    receive(point / count, target, sum.ToEstimate(run));
                    sums[target] = new();
                }
            },
            (point, _, value) => references[point % count].CopyTo(value));
    }
}

/// <summary>Adds up one target's references.</summary>
internal sealed class ReferenceSum
{
    private double[] _contribution = [];
    private double[] _multiplier = [];
    private float[] _value = [];
    private ImmutableArray<ImmutableArray<int>> _sizes;
    private double _difference;

    public void Add(GradientSample sample, ReadOnlySpan<float> value, ReadOnlySpan<float> reference, int count)
    {
        if (_contribution.Length == 0)
        {
            (_contribution, _multiplier) = (new double[value.Length], new double[value.Length]);
            (_value, _sizes) = (value.ToArray(), sample.Sizes);
        }

        _difference += (sample.Score - sample.ReferenceScore) / count;
        for (int i = 0; i < _contribution.Length; i++)
        {
            _multiplier[i] += sample.Multiplier[i] / (double)count;
            _contribution[i] += ((double)value[i] - reference[i]) * sample.Multiplier[i] / count;
        }
    }

    public Estimate ToEstimate(WhiteBoxRun run)
    {
        float[] multiplier = new float[_multiplier.Length], contribution = new float[_contribution.Length];
        TensorPrimitives.ConvertTruncating<double, float>(_multiplier, multiplier);
        TensorPrimitives.ConvertTruncating<double, float>(_contribution, contribution);
        return run.Aggregate(new() { Sizes = _sizes, Multiplier = multiplier, Value = _value, Integral = contribution }) with
        {
            Gap = run.AttributesIntegral ? _contribution.Sum() - _difference : null,
            Difference = run.AttributesIntegral ? _difference : null,
        };
    }
}

using System.Collections.Immutable;
using Unmask.Numerics;

namespace Unmask.Estimators;

/// <summary>How a <see cref="WeightedRegression"/> fits.</summary>
/// <param name="Fit">The objective.</param>
/// <param name="Alpha">α of the penalty, at least 0; ignored by least squares.</param>
/// <param name="Selection">Which segments enter.</param>
/// <param name="Sampled">Whether the coalitions are a random sample, so that there is a sampling error.</param>
internal readonly record struct RegressionForm(LinearFit Fit, double Alpha, FeatureSelection Selection, bool Sampled);

/// <summary>Fits the scores by a linear function of which segments are kept, coalitions weighted by a kernel: LIME's estimator.</summary>
/// <remarks>Source: Ribeiro, Singh, Guestrin, «Why should I trust you?», KDD 2016, eq. 1-2. Solved in double precision from the centred normal equations.</remarks>
internal sealed class WeightedRegression(Segments segments, CoalitionKernel kernel, RegressionForm form, int targets) : ProbeEstimator
{
    private readonly CoalitionDesign _design = new(segments.Count, targets);
    private IReadOnlyList<SurrogateFit>? _fits;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Sizes => segments.Sizes;

    /// <summary>The weight of each coalition, in their order.</summary>
    public IReadOnlyList<double> Weights => _design.Weights;

    /// <summary>Each target's fit.</summary>
    /// <exception cref="UnmaskException">The coalitions do not determine the coefficients.</exception>
    public IReadOnlyList<SurrogateFit> Fits => _fits ??= FitAll();

    /// <inheritdoc/>
    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores) => _design.Add(mask.Cells.Span, kernel.WeightOf(mask.Cells.Span), scores);

    /// <inheritdoc/>
    public override IReadOnlyList<float[]> Result() => [.. Fits.Select(Map)];

    private float[] Map(SurrogateFit fit)
    {
        float[] map = new float[segments.Labels.Length];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (float)fit.Coefficients[segments.Labels[i]];
        }

        return map;
    }

    private SurrogateFit[] FitAll()
    {
        double[] means = _design.Means(), gram = _design.Scatter(means, [.. _design.Weights]);
        return [.. Enumerable.Range(0, targets).Select(target => FitTarget(target, means, gram))];
    }

    private SurrogateFit FitTarget(int target, double[] means, double[] gram)
    {
        double mean = _design.MeanScore(target);
        var whole = new CentredProblem(gram, _design.Covariance(means, target, mean), _design.TotalWeight);
        int[] columns = whole.Select(form.Selection);
        var problem = whole.Of(columns);
        var factor = form.Fit == LinearFit.Lasso ? null : problem.Factor(form.Fit == LinearFit.Ridge ? form.Alpha : 0) ?? throw Undetermined(columns.Length);
        double[] chosen = factor?.Solve(problem.Covariance) ?? problem.Lasso(form.Alpha), coefficients = new double[segments.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            coefficients[columns[i]] = chosen[i];
        }

        double intercept = mean - System.Numerics.Tensors.TensorPrimitives.Dot<double>(coefficients, means);
        double[] residuals = _design.Residuals(target, intercept, coefficients);
        return new SurrogateFit
        {
            Segments = segments,
            Coefficients = [.. coefficients],
            Intercept = intercept,
            LocalPrediction = intercept + coefficients.Sum(),
            RSquared = RSquared(residuals, target, mean),
            StandardErrors = factor is null || !form.Sampled ? null : StandardErrors(factor, columns, means, residuals),
            EffectiveSampleSize = _design.TotalWeight * _design.TotalWeight / _design.Weights.Sum(weight => weight * weight),
        };
    }

    private double? RSquared(double[] residuals, int target, double mean)
    {
        double[] deviations = _design.Residuals(target, mean, new double[segments.Count]);
        double left = 0, all = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            left += _design.Weights[i] * residuals[i] * residuals[i];
            all += _design.Weights[i] * deviations[i] * deviations[i];
        }

        return all > 0 ? 1 - (left / all) : null;
    }

    /// <summary>The roots of the diagonal of M⁻¹·(Σ π²r²(z − m)(z − m)ᵀ)·M⁻¹ · N ÷ (N − k − 1), M = G + αI.</summary>
    private ImmutableArray<double>? StandardErrors(Cholesky factor, int[] columns, double[] means, double[] residuals)
    {
        int free = _design.Count - columns.Length - 1;
        if (free <= 0)
        {
            return null;
        }

        double[] factors = [.. residuals.Select((residual, i) => _design.Weights[i] * residual * _design.Weights[i] * residual)];
        double[] meat = new CentredProblem(_design.Scatter(means, factors), means, 1).Of(columns).Gram, inverse = factor.Inverse();
        double[] errors = new double[segments.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            errors[columns[i]] = Math.Sqrt(Math.Max(0, Quadratic(meat, inverse.AsSpan(i * columns.Length, columns.Length))) * _design.Count / free);
        }

        return [.. errors];
    }

    /// <summary>vᵀ·A·v.</summary>
    private static double Quadratic(double[] matrix, ReadOnlySpan<double> vector)
    {
        double sum = 0;
        for (int row = 0; row < vector.Length; row++)
        {
            sum += vector[row] * System.Numerics.Tensors.TensorPrimitives.Dot(matrix.AsSpan(row * vector.Length, vector.Length), vector);
        }

        return sum;
    }

    private UnmaskException Undetermined(int unknowns) => new(
        $"{_design.Count} masked inputs do not determine the coefficients of {unknowns} segments ({form.Fit}, α = {form.Alpha}). "
        + "Try more samples, fewer segments, a wider kernel, or ridge with α above 0.");
}

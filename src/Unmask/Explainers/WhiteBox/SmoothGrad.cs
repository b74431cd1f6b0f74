using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>SmoothGrad, its square, and VarGrad: moments of another method's maps at noisy copies of the input.</summary>
/// <remarks>
/// <para>Formula: mean (or mean square, or variance) over i of A(x + ε_i), ε_i ~ N(0, σ²), σ = level · (max x − min x).</para>
/// <para>Result: as of the base method; squares and variances are never negative. The mean has error bars (standard deviation ÷ √n).</para>
/// <para>Cost: n times the base method's: 25 forward and backward passes a target of the gradient. Random, but a function of the seed.</para>
/// <para>Misleads when: the noise leads the network where it was never trained; much noise blurs small objects away; variances show where the map is unstable, not what matters.</para>
/// <para>Source: Smilkov et al., «SmoothGrad», 2017; VarGrad: Adebayo et al., «Sanity Checks for Saliency Maps», NeurIPS 2018. Differs from it in: nothing; the variance is divided by n.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 25 noisy gradients.</param>
public sealed class SmoothGrad(Model model, SmoothGradOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "smoothgrad";

    /// <summary>The id of the mean of squares.</summary>
    public const string SquaredId = "smoothgrad-squared";

    /// <summary>The id of the variance.</summary>
    public const string VarianceId = "vargrad";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "SmoothGrad",
        "The mean of another method's maps at noisy copies of the input.",
        "25 forward + 25 backward passes a target",
        "the graph; float inputs",
        "Smilkov et al., 2017",
        SmoothGradSettings.Table,
        static (model, options) => new SmoothGrad(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo SquaredInfo { get; } = MethodInfo.Of(
        SquaredId,
        "SmoothGrad squared",
        "The mean of squares of another method's maps at noisy copies of the input.",
        "25 forward + 25 backward passes a target",
        "the graph; float inputs",
        "Hooker et al., NeurIPS 2019",
        SmoothGradSettings.Squared,
        static (model, options) => new SmoothGrad(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo VarianceInfo { get; } = MethodInfo.Of(
        VarianceId,
        "VarGrad",
        "The variance of another method's maps at noisy copies of the input.",
        "25 forward + 25 backward passes a target",
        "the graph; float inputs",
        "Adebayo et al., NeurIPS 2018",
        SmoothGradSettings.Variance,
        static (model, options) => new SmoothGrad(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    private readonly SmoothGradOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => NoiseAverages.IdOf(_options.Average);

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(SmoothGradSettings.Table.Describe(_options),
            explanation => explanation with { Seed = _options.NoiseFile is null ? _options.Seed : null });

    internal static WhiteBoxRecipe Recipe(SmoothGradOptions options)
    {
        var inner = WhiteBoxBases.Parse(options.Base);
        float[]? given = options.NoiseFile is { } file ? Npy.ReadFloats(file).Values : null;
        var noise = new NoiseLaw { Level = options.Level, Samples = options.Samples, Average = options.Average, Seed = options.Seed, Given = given };
        return inner with
        {
            Estimator = Estimator.Noisy(inner.Estimator, noise),
            Score = options.Score ?? inner.Score,
            Reduction = options.Reduction,
            Signed = inner.Signed && options.Average == NoiseAverage.Mean,
            Unit = options.Average == NoiseAverage.Mean ? inner.Unit : "squared attribution",
        };
    }
}

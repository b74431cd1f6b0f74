using Unmask.Estimators;

namespace Unmask;

/// <summary>LIME: hides random sets of segments and fits the score by a linear function of which are kept; near samples count more.</summary>
/// <remarks>
/// <para>Formula: min over β of Σᵢ π(zᵢ)·(f(Φ(x, zᵢ)) − β₀ − Σₖ βₖzᵢₖ)² + Ω(β), z₀ = 1, otherwise zᵢₖ ~ Bernoulli(½); Ω = α‖β‖² by default.</para>
/// <para>Result: [height, width] of the model's input (the item's own shape when elements are divided one by one): each pixel its segment's coefficient; signed, in units
/// of the score. Intercept, R², standard errors and effective sample size are in <see cref="Diagnostics.Surrogate"/>.</para>
/// <para>Cost: N forward passes (1,000 by default), no backward pass, and a solve of n × n for n segments; several targets cost no more. Random, but a function of the seed.</para>
/// <para>Misleads when: segments cut through the object or unite it with its ground; the score is no sum of segments (a low R² says so); there are few samples for many
/// segments (see the standard errors); the in-fill itself is evidence.</para>
/// <para>Source: Ribeiro, Singh, Guestrin, «Why should I trust you?», KDD 2016, eq. 1-2, and the authors' package. Differs from it in: one seed for everything; all coalitions are
/// tried where they are few.</para>
/// </remarks>
/// <param name="model">The model; only its scores are read.</param>
/// <param name="options">Default <see cref="LimeOptions.Code"/>.</param>
public sealed class Lime(Model model, LimeOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "lime";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "LIME",
        "Hides random sets of segments and fits the score by a linear function of which are kept.",
        "1,000 forward passes",
        "scores only; any input",
        "Ribeiro, Singh, Guestrin, KDD 2016",
        LimeSettings.Table,
        static (model, options) => new Lime(model, options));

    private const int MostEnumerated = 12;

    private readonly LimeOptions _options = options ?? LimeOptions.Code;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        Explain(input, targets, progress, cancel, out _);

    /// <summary>As the method of the interface, with the estimator that holds the samples' weights.</summary>
    internal IReadOnlyList<Explanation> Explain(
        ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress, CancellationToken cancel, out WeightedRegression estimator)
    {
        var run = new ProbeRun(this, input, targets, _options.Score, cancel) { Seed = _options.Seed };
        var resolved = Resolved(input.Layout);
        var segments = resolved.Segmenter.Segment(input, _options.Seed);
        var infill = resolved.Infill.On(segments, input);
        var law = Law(segments.Count);
        var kernel = new CoalitionKernel(_options.Similarity, _options.KernelWidth, input, segments, infill);
        var fitted = estimator = new WeightedRegression(segments, kernel, new(_options.Fit, _options.Alpha, _options.Selection, law is BernoulliCoalitions), targets.Count);
        run.Probe(law, new SegmentMap(input.Layout, segments), infill, estimator, progress, "samples", cancel);
        var written = _options with { Segmenter = resolved.Segmenter, Infill = resolved.Infill };
        return [.. run.Finish(estimator, law.Count, explanation => explanation with
        {
            Options = LimeSettings.Table.Describe(written),
            Infill = resolved.Infill.Name,
            Seed = _options.Seed,
        }).Select((explanation, target) => explanation with { Diagnostics = Diagnosed(explanation, fitted.Fits[target], law) })];
    }

    private (Segmenter Segmenter, Infill Infill) Resolved(InputLayout layout) => (
        _options.Segmenter ?? (layout.IsSpatial ? new Quickshift() : new ElementSegments()),
        _options.Infill ?? (layout.IsSpatial ? Infill.SegmentMean : Infill.Zero));

    private MaskLaw Law(int features) => _options.Enumerate && features <= MostEnumerated && 1 << features <= _options.Samples
        ? new EveryCoalition(features)
        : new BernoulliCoalitions(_options.Samples, features, _options.Paired, _options.Seed);

    private static Diagnostics Diagnosed(Explanation explanation, SurrogateFit fit, MaskLaw law) =>
        explanation.Diagnostics with { Surrogate = fit, Notes = [.. explanation.Diagnostics.Notes, .. Notes(fit, law, explanation.Score)] };

    private static IEnumerable<string> Notes(SurrogateFit fit, MaskLaw law, Score score)
    {
        const double poor = 0.5;
        int segments = fit.Segments.Count;
        if (law is EveryCoalition)
        {
            yield return $"All {law.Count} coalitions of the {segments} segments were tried: nothing was left to chance.";
        }

        if (fit.RSquared < poor)
        {
            yield return $"The linear fit explains {fit.RSquared:0.00} of the score's weighted variance: near this input the score is no sum of these segments. "
                + $"Try {(score == Score.Probability ? "--score logit or " : "")}another segmenter or in-fill.";
        }

        if (fit.EffectiveSampleSize < 2 * (segments + 1))
        {
            yield return $"The {law.Count} samples weigh as much as {fit.EffectiveSampleSize:0.#} equal ones, for {segments} segments: the coefficients are uncertain. Try more samples, fewer segments or a wider kernel.";
        }
    }
}

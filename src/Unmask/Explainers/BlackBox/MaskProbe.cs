namespace Unmask;

/// <summary>The slots of a method that only probes, filled for one input.</summary>
/// <param name="Law">Which masks are tried.</param>
/// <param name="Map">What their coordinates mean.</param>
/// <param name="Estimator">What becomes of the scores. Used once.</param>
public sealed record ProbeRecipe(MaskLaw Law, MaskMap Map, ProbeEstimator Estimator)
{
    /// <summary>What replaces hidden parts. Default <see cref="Infill.Zero"/>.</summary>
    public Infill Infill { get; init; } = Infill.Zero;

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>The seed of an in-fill that is drawn at random. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>What a mask is called in progress reports. Default «masks».</summary>
    public string What { get; init; } = "masks";
}

/// <summary>A probing method of one's own: any law, mask map, in-fill, score and estimator, run by the engine that runs RISE and occlusion.</summary>
/// <remarks>
/// <para>Formula: the estimator's, of f(x̂ + M ⊙ (x − x̂)) over the masks M of the law.</para>
/// <para>Result: what the estimator returns, in its shape, in units of the score.</para>
/// <para>Cost: one forward pass a mask; several targets cost no more.</para>
/// <para>Misleads when: the masks or the in-fill make inputs on which the model was never meant to work.</para>
/// <para>Source: the common form of removal-based methods; Covert, Lundberg, Lee, «Explaining by Removing», JMLR 2021.</para>
/// </remarks>
/// <param name="model">The model; only its scores are read.</param>
/// <param name="method">The id under which results name it.</param>
/// <param name="recipe">Fills the slots for an input and a number of targets.</param>
public sealed class MaskProbe(Model model, string method, Func<ModelInput, int, ProbeRecipe> recipe) : IExplainer
{
    /// <inheritdoc/>
    public string Method => method;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var filled = recipe(input, targets.Count);
        var run = new ProbeRun(this, input, targets, filled.Score, cancel) { Seed = filled.Seed };
        int masks = run.Probe(filled.Law, filled.Map, filled.Infill, filled.Estimator, progress, filled.What, cancel);
        return run.Finish(filled.Estimator, masks, explanation => explanation with { Infill = filled.Infill.Name });
    }
}

using System.Collections.Immutable;

namespace Unmask;

/// <summary>A white-box method of one's own: any rule set, estimator, cut and aggregator, run by the engine that runs the gradient and Grad-CAM.</summary>
/// <remarks>
/// <para>Formula: the aggregator's, of values and multipliers at the cut, averaged by the estimator.</para>
/// <para>Result: the cut's own shape, or what the aggregator makes of it.</para>
/// <para>Cost: one forward and one backward pass a point of the estimator and a target.</para>
/// <para>Misleads when: a rule set is combined with an estimator that its sums do not fit; look at the residual.</para>
/// <para>Source: the common form of backward methods; Ancona et al., «Towards better understanding of gradient-based attribution methods», ICLR 2018.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="method">The id under which results name it.</param>
/// <param name="recipe">The four nouns.</param>
public sealed class MultiplierProbe(Model model, string method, WhiteBoxRecipe recipe) : IExplainer
{
    /// <inheritdoc/>
    public string Method => method;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBox.WhiteBoxRun(this, input, targets, recipe, progress, cancel).Explain(ImmutableSortedDictionary<string, string>.Empty);
}

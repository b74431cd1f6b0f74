using System.Collections.Immutable;
using System.Diagnostics;
using Unmask.Perturbations;

namespace Unmask;

/// <summary>Any method that descends on a mask: finds what to keep or to replace so that a score falls or rises, as a recipe of slots says. Own methods begin here.</summary>
/// <remarks>
/// <para>Formula: m* = argmin Σ_sides w·f_c(Φ(x, m)) + Σ_terms λ·R(m), over the parameters of the mask.</para>
/// <para>Result: [height, width] of the model's input (or the axes of what is masked), 0 to 1: the mask, or what it replaces.</para>
/// <para>Cost: for each step, problem (target × variant) and view one forward and one backward pass. All problems are run together. Random only where a slot is, and then a function of the seed.</para>
/// <para>Misleads when: the mask is fine and free, so that it finds an adversarial pattern instead of evidence; the in-fill is itself evidence; the terms' weights do not fit the score's size.</para>
/// <para>Source: the formulation is that of Fong and Vedaldi, ICCV 2017, widened by Phang, Park, Geras, 2020.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="method">The name of the method in results, in kebab case.</param>
/// <param name="recipe">The slots.</param>
public sealed class OptimizedPerturbation(Model model, string method, PerturbationRecipe recipe) : IExplainer
{
    /// <inheritdoc/>
    public string Method => method;

    /// <inheritdoc/>
    public Model Model => model;

    /// <summary>The method's settings, for results. Default: none.</summary>
    internal ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        ExplainAll([input], targets, progress, cancel)[0];

    /// <summary>Explains several inputs of one size together, which uses the processor better than one after the other.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="targets">The targets of each.</param>
    /// <param name="progress">Receives steps of all.</param>
    /// <param name="cancel">Ends the work between and inside runs.</param>
    /// <returns>For each input one explanation a target.</returns>
    /// <exception cref="UnmaskException">The method cannot explain this model or input; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Explanation>> ExplainAll(
        IReadOnlyList<ModelInput> inputs, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        var watch = Stopwatch.StartNew();
        var run = new PerturbationRun(model, inputs, targets, recipe, progress, cancel);
        var masks = run.Solve();
        var form = new PerturbationForm(this, recipe, run, Options, watch.Elapsed);
        int variants = recipe.Variants;
        return [.. Enumerable.Range(0, inputs.Count).Select(input => (IReadOnlyList<Explanation>)[.. Enumerable.Range(0, targets.Count).Select(target =>
        {
            int first = ((input * targets.Count) + target) * variants;
            return form.Of(input, target, [.. masks[first..(first + variants)]], cancel);
        })])];
    }
}

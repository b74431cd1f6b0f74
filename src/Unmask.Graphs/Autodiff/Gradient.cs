using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Differentiates a graph: writes the nodes that carry a multiplier from a target back to cuts, behind the model's own.
/// <code>
///   x ─ Conv ─ h ─ Relu ─ y →            x ─ Conv ─ h ─ Relu ─ y →
///                                              y_Seed ─ (Relu_Grad) ─ (Conv_Grad) ─ x_Grad →
/// </code>
/// </summary>
/// <remarks>
/// <para>One reverse walk that knows no operator: a <see cref="RuleSet"/> says how a multiplier passes each. Only nodes between the cuts and
/// the target are visited. Every value carries one tensor of its own shape, the multiplier m; the contribution of a value t with reference t̄
/// is (t − t̄) ⊙ m.</para>
/// <para>The seed is an input, so one program serves every class, contrast and batch of targets. What is emitted is differentiable again:
/// Hessian-vector products are a program of a program's multiplier.</para>
/// </remarks>
public static class Gradient
{
    /// <summary>Builds the program.</summary>
    /// <param name="graph">The model, at the working operator set.</param>
    /// <param name="target">The value to differentiate: an output or an inner value of floats. The scalar explained is ⟨v, target⟩ for a seed v.</param>
    /// <param name="withRespectTo">The cuts: inputs, inner values or constants (weights) of floats.</param>
    /// <param name="options">The rule set, and what else the program returns; <c>null</c>: the derivative and nothing else.</param>
    /// <exception cref="ArgumentException">The rule set compares with a reference, and none is named.</exception>
    /// <exception cref="LayerNotFoundException">The target or a cut is not in the graph.</exception>
    /// <exception cref="UnsupportedOperatorException">A node between a cut and the target has no rule.</exception>
    /// <exception cref="NotDifferentiableException">A cut or the target holds integers, or no differentiable path leads from a cut to the target.</exception>
    public static GradientProgram Build(Graph graph, string target, IReadOnlyList<string> withRespectTo, GradientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfZero(withRespectTo.Count, nameof(withRespectTo));
        options ??= new();
        if (options.Rules.Compares && options.References.IsEmpty)
        {
            throw new ArgumentException("The rule set compares with a reference, but no input that has one is named (GradientOptions.References). A white-box recipe needs the estimator "
                + "Estimator.FromReferences or Estimator.FromZero.", nameof(options));
        }

        if (options.Through is { } through)
        {
            return GradientThrough.Build(graph, target, through, withRespectTo, options with { Through = null });
        }

        var exposed = ExposeValues.Run(graph, [target, .. withRespectTo, .. options.Expose, .. options.References]);
        var emitter = new Emitter(Prepare(options.Rules.SeesFunctions ? exposed : graph, options.Rules));
        options = options with { Rules = options.Rules.Bind(new RuleScope(emitter.Graph, [.. withRespectTo], target)) };
        var paths = new GradientPaths(emitter, options, target, withRespectTo);
        return new ReverseWalk(emitter, options, paths).Run(target, [.. withRespectTo]);
    }

    /// <summary>
    /// What rules need not know of: padding that is only named, branches whose condition is known, loops whose steps are, composites of the rule set, and functions that an exporter
    /// wrote out.
    /// </summary>
    private static Graph Prepare(Graph graph, RuleSet rules)
    {
        var plain = ResolveAutoPad.Run(InlineKnownLoops.Run(InlineKnownBranches.Run(graph)));
        return Decompose.Run(rules.SeesFunctions ? RecognizeLayerNormalization.Run(RecognizeActivations.Run(plain)) : plain, rules.Decomposes);
    }
}

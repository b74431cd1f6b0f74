using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// How a multiplier passes each kind of operator on its way back from the target. The derivative is one answer, <see cref="Gradient"/>;
/// guided backpropagation, relevance propagation or DeepLIFT are others, stated as differences from it.
/// </summary>
public abstract class RuleSet
{
    private protected RuleSet()
    {
    }

    /// <summary>The true derivative (vector-Jacobian products).</summary>
    public static RuleSet Gradient => StandardRules.Table;

    /// <summary>The operators of a graph that the rule set has no rule for, each with the number of nodes; subgraphs are not looked into.</summary>
    /// <param name="graph">The graph, at the working operator set.</param>
    /// <returns>By operator, as <c>domain.Operator</c> or <c>Operator</c>. Empty: every node is covered.</returns>
    public ImmutableSortedDictionary<string, int> Missing(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes.Where(node => !Decomposes(node) && For(node, graph.Opset) is null)
            .GroupBy(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}")
            .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
    }

    /// <summary>
    /// DeepLIFT: how much of the difference from a reference each input made. Functions of one element by secants, products by midpoints, maxima by what both sides
    /// chose; composites are taken apart. The contributions (t − t̄) ⊙ m add up to the difference of the scores exactly. Needs <see cref="GradientOptions.References"/>.
    /// </summary>
    /// <param name="rule">What functions of one element do.</param>
    public static RuleSet DeepLift(DeepLiftRule rule = DeepLiftRule.Rescale) => DeepLiftRules.Of(rule);

    /// <summary>This rule set, and another for the nodes that it has no rule for.</summary>
    public RuleSet Over(RuleSet next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Chain(this, next);
    }

    /// <summary>The rule for a node; <c>null</c>: there is none.</summary>
    internal abstract RuleRow? For(Node node, long opset);

    /// <summary>Whether the node is replaced by simpler ones before the walk (<see cref="Unmask.Graphs.Decompose"/>), so that it needs no rule.</summary>
    internal abstract bool Decomposes(Node node);

    /// <summary>Whether its rules compare with a reference, so that programs need <see cref="GradientOptions.References"/>.</summary>
    public virtual bool Compares => false;

    /// <summary>What a row of it is called in errors.</summary>
    internal virtual string RowName => "derivative";

    /// <summary>Why there is no rule for a node, where that is known.</summary>
    internal virtual string? WhyNot(Node node) => null;

    private sealed class Chain(RuleSet first, RuleSet next) : RuleSet
    {
        public override bool Compares => first.Compares || next.Compares;

        internal override string RowName => next.RowName;

        internal override RuleRow? For(Node node, long opset) => first.For(node, opset) ?? next.For(node, opset);

        internal override string? WhyNot(Node node) => first.WhyNot(node) ?? next.WhyNot(node);

        internal override bool Decomposes(Node node) => first.Decomposes(node) || (first.For(node, long.MaxValue) is null && next.Decomposes(node));
    }
}

/// <summary>How a multiplier passes one operator.</summary>
/// <param name="Kind">What the operator is.</param>
/// <param name="Flow">Sends multipliers to the node's inputs.</param>
/// <param name="ThroughIntegers">Whether multipliers also pass what it makes when that holds integers (quantised values).</param>
/// <param name="TakesParts">Whether it reads <see cref="Backward.DyParts"/>; for other rows both parts are joined to one multiplier.</param>
internal sealed record RuleRow(RuleKind Kind, Rule Flow, bool ThroughIntegers = false, bool TakesParts = false);

/// <summary>Reads the multiplier of a node's outputs and sends multipliers to its inputs.</summary>
internal delegate void Rule(Backward node);

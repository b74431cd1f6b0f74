namespace Unmask.Graphs;

/// <summary>
/// Takes relevance that has no multiplier on from a node's output to its data: through copies the way multipliers go, through affine functions of
/// single elements unchanged, since each element has only one to give it to.
/// </summary>
internal static class RelevanceCarrier
{
    /// <summary>Sends it on.</summary>
    /// <param name="b">The node, with the relevance of its outputs as multipliers.</param>
    /// <param name="scope">The graph.</param>
    /// <exception cref="UnsupportedOperatorException">The node does more than that.</exception>
    public static Expression?[] Carry(Backward b, RuleScope scope)
    {
        if (scope.IsSelect(b.Node) && StandardRules.Table.For(b.Node, scope.Graph.Opset) is { } copies)
        {
            copies.Flow(b);
        }
        else if (RuleScope.IsElementwiseAffine(b.Node) && scope.DataOperands(b.Node) == 1)
        {
            b.FlowSummed(Enumerable.Range(0, b.Node.Inputs.Length).First(b.Needs), static b => b.Dy());
        }
        else
        {
            throw b.Refuse("A rule for first layers (flat, wsquare, zbox) was given to a layer behind {op}: what it gives to its input is no multiple of it and cannot go on through {op}. "
                + "Use it for first layers only (the selector \"first\")");
        }

        return b.Flows;
    }
}

namespace Unmask.Graphs;

/// <summary>
/// What a node adds to the score that does not come from its inputs: ⟨m_y, y⟩ − Σ_i ⟨m_i, x_i⟩. Of a layer its bias times the multiplier, of a smooth unit
/// y − φ′(x)·x times the multiplier. Over all nodes, with ⟨m_x, x⟩ of the input, it adds up to the score: Srinivas, Fleuret, «Full-Gradient Representation», prop. 1.
/// </summary>
internal static class BiasTerm
{
    // y is homogeneous of degree 1 in what it is made of: nothing is added.
    private static readonly HashSet<string> Homogeneous = new(StringComparer.Ordinal)
    {
        "Relu", "LeakyRelu", "PRelu", "Abs", "Neg", "Identity", "Dropout", "Cast", "MaxPool", "GlobalMaxPool", "AveragePool", "GlobalAveragePool", "ReduceSum", "ReduceMean",
        "ReduceMax", "ReduceMin", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split", "Resize", "DepthToSpace", "SpaceToDepth",
    };

    private static readonly HashSet<string> Weighing = new(StringComparer.Ordinal) { "Conv", "ConvTranspose", "Gemm" };

    private static readonly HashSet<string> ByElement = new(StringComparer.Ordinal) { "Add", "Sum", "Sub", "Mul", "Div", "BatchNormalization" };

    /// <summary>Whether the node's elements are functions of single elements of its inputs, so that what it adds has a place.</summary>
    public static bool IsByElement(Node node, RuleRow row) => node.Domain.Length == 0 && (row.Kind == RuleKind.Unary || ByElement.Contains(node.OpType));

    /// <summary>What the node adds at each element of its (first) output; <c>null</c> when it adds nothing, or only a sum is known.</summary>
    public static Expression? At(Backward node, RuleRow row)
    {
        if (!node.HasDy(0) || AddsNothing(node))
        {
            return null;
        }

        if (IsLayer(node))
        {
            return node.Dy() * Bias(node);
        }

        if (!IsByElement(node.Node, row) || Followed(node).Any(input => !SameShape(node.X(input), node.Y())))
        {
            return null;
        }

        var term = node.Dy() * node.Y();
        foreach (int input in Followed(node))
        {
            term -= node.Flows[input]!.Value * node.X(input);
        }

        return term;
    }

    /// <summary>What the node adds, as terms whose elements add up to it; of every operator.</summary>
    public static IEnumerable<Expression> Sums(Backward node, RuleRow row)
    {
        if (AddsNothing(node))
        {
            yield break;
        }

        if (At(node, row) is { } term)
        {
            yield return term;
            yield break;
        }

        for (int output = 0; output < node.Node.Outputs.Length; output++)
        {
            if (node.HasDy(output))
            {
                yield return node.Dy(output) * Real(node.Y(output));
            }
        }

        foreach (int input in Followed(node))
        {
            yield return -(node.Flows[input]!.Value * Real(node.X(input)));
        }
    }

    /// <summary>The inputs that multipliers were sent to.</summary>
    public static IEnumerable<int> Followed(Backward node) => Enumerable.Range(0, node.Flows.Length).Where(input => node.Flows[input] is not null);

    public static bool SameShape(Expression a, Expression b) => a.Shape is { } one && b.Shape is { } other && one.Equals(other);

    // A quantised value as a number.
    private static Expression Real(Expression value) => value.Element.IsFloat() ? value : value.Cast(ElementType.Float32);

    private static bool AddsNothing(Backward node) => node.Node.Domain.Length == 0
        && (Homogeneous.Contains(node.Node.OpType)
            || (Weighing.Contains(node.Node.OpType) && Followed(node).SequenceEqual([0]) && !node.Has(2))
            || (node.Node.OpType is "Mul" or "Div" && Followed(node).Count() == 1 && (node.Flows[0] is not null || node.Node.OpType == "Mul"))
            || (node.Node.OpType is "Add" or "Sum" or "Sub" or "Concat" && Followed(node).Count() == node.Node.Inputs.Length));

    private static bool IsLayer(Backward node) => Weighing.Contains(node.Node.OpType) && node.Node.Domain.Length == 0 && Followed(node).SequenceEqual([0]);

    /// <summary>Of a convolution [1, K, 1, …]; of Gemm what it adds to the product.</summary>
    private static Expression Bias(Backward node)
    {
        if (node.Node.OpType == "Gemm")
        {
            return node.X(2) * node.Node.Float("beta", 1);
        }

        long[] sizes = [1, -1, .. Enumerable.Repeat(1L, node.RankOf(0) - 2)];
        return node.X(2).Reshape(sizes);
    }
}

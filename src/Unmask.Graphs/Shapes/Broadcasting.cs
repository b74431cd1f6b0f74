namespace Unmask.Graphs;

/// <summary>Multidirectional broadcasting: shapes are aligned at their last axes, and an axis of size 1 stretches.</summary>
internal static class Broadcasting
{
    /// <summary>The common shape of some inputs of a node; <c>null</c> when the rank of one is unknown.</summary>
    /// <exception cref="ShapeInferenceException">Two axes have different known sizes, and neither is 1.</exception>
    public static Shape? Of(ShapeContext node, params ReadOnlySpan<int> inputs)
    {
        Shape? common = Shape.Scalar;
        foreach (int input in inputs)
        {
            common = Of(node, common, node.ShapeOf(input));
        }

        return common;
    }

    /// <summary>The common shape of all inputs of a node.</summary>
    public static Shape? OfAll(ShapeContext node)
    {
        Shape? common = Shape.Scalar;
        for (int i = 0; i < node.Node.Inputs.Length; i++)
        {
            common = Of(node, common, node.ShapeOf(i));
        }

        return common;
    }

    /// <summary>The common shape of two shapes that meet at a node; <c>null</c> when one is unknown.</summary>
    public static Shape? Of(ShapeContext node, Shape? a, Shape? b)
    {
        if (a is null || b is null)
        {
            return null;
        }

        var axes = new Dimension[Math.Max(a.Rank, b.Rank)];
        for (int i = 1; i <= axes.Length; i++)
        {
            var left = i <= a.Rank ? a[a.Rank - i] : 1;
            var right = i <= b.Rank ? b[b.Rank - i] : 1;
            axes[^i] = Axis(left, right) ?? throw node.Contradiction($"the shapes {a} and {b} do not broadcast: {left} against {right}.");
        }

        return new(axes);
    }

    /// <summary>The elements of a broadcasting operator's result, as far as those of its operands are known.</summary>
    public static KnownContents? Combine(Shape? result, KnownContents[]? operands, Func<Quantity[], Quantity> function)
    {
        if (operands is null || KnownContents.SizesOf(result) is not { } sizes)
        {
            return null;
        }

        return KnownContents.Make(sizes, position => function([.. operands.Select(operand => operand.At(position))]));
    }

    // Null: a definite contradiction.
    private static Dimension? Axis(Dimension a, Dimension b)
    {
        if (a == b || b.Size == 1)
        {
            return a;
        }

        if (a.Size == 1)
        {
            return b;
        }

        // The other one is 1 or the same, or the run fails.
        if (a.IsKnown || b.IsKnown)
        {
            return a.IsKnown && b.IsKnown ? null : a.IsKnown ? a : b;
        }

        return Dimension.Unknown;
    }
}

namespace Unmask.Graphs;

/// <summary>
/// Resizing is linear and acts axis by axis: y = A·x along each axis that changes. The matrix is what the operator itself makes of an identity
/// matrix, so that every interpolation, coordinate convention and antialiasing is right; the runtime folds it into a constant.
/// </summary>
internal static class ResizeRules
{
    private static readonly string[] Kept =
        ["antialias", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value", "mode", "nearest_mode"];

    public static void AddTo(RuleTable table) => table
        .Add(RuleKind.Linear, "Resize", b => b.Flow(0, Resize));

    private static Expression Resize(Backward b)
    {
        int rank = b.RankOf(0);
        if (b.Node.Text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize")
        {
            throw b.Refuse("No derivative for {op} that crops (coordinate_transformation_mode = tf_crop_and_resize)");
        }

        long[] axes = [.. b.Node.Ints("axes")?.Select(axis => axis < 0 ? axis + rank : axis) ?? Enumerable.Range(0, rank).Select(axis => (long)axis)];
        var dy = b.Dy();
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)axes[i];
            if (Changes(b, i, axis))
            {
                dy = Contract(dy, Matrix(b, i, axis), axis, rank);
            }
        }

        return dy;
    }

    private static bool Changes(Backward b, int entry, int axis)
    {
        double[]? scales = b.Has(2) ? b.X(2).Numbers : null;
        var (from, to) = (b.ShapeOf(0)?[axis], b.Y().Shape?[axis]);
        bool same = from is { } one && to is { } other && one == other && (one.IsKnown || one.Symbol is not null);
        return scales is { Length: > 0 } ? scales[entry] != 1 : !same;
    }

    /// <summary>[size of x, size of y]: row i is what the operator makes of a 1 at position i.</summary>
    private static Expression Matrix(Backward b, int entry, int axis)
    {
        var emitter = b.Emitter;
        var size = b.X(0).SizeOf(axis);
        var identity = emitter.Add("EyeLike", [Expression.Zeros(Expression.Join(0, size, size), ElementType.Float32)]).Unsqueeze(0, 1);
        var attributes = Kept.Where(b.Node.Attributes.ContainsKey).Select(name => (name, b.Node.Attributes[name])).ToArray();
        var none = emitter.Value("");
        bool scaled = b.Has(2) && b.X(2).Shape?[0].Size != 0;
        if (scaled)
        {
            var scale = Expression.Emit("Slice", b.X(2), emitter.Integers(entry), emitter.Integers(entry + 1));
            var ones = emitter.Constant(TensorData.Vector(1f, 1f, 1f), "ones");
            return emitter.Add("Resize", [identity, none, Expression.Join(0, ones, scale)], attributes).Squeeze(0, 1).Cast(b.X(0).Element);
        }

        var sizes = Expression.Join(0, emitter.Integers(1, 1), size, b.Y().SizeOf(axis));
        return emitter.Add("Resize", [identity, none, none, sizes], attributes).Squeeze(0, 1).Cast(b.X(0).Element);
    }

    private static Expression Contract(Expression dy, Expression matrix, int axis, int rank) => axis == rank - 2
        ? matrix.MatMul(dy)
        : dy.SwapAxes(axis, rank - 1).MatMul(matrix.SwapLastAxes()).SwapAxes(axis, rank - 1);
}

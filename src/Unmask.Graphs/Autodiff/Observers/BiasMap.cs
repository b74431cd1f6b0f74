namespace Unmask.Graphs;

/// <summary>FullGrad: the map of all biases over the picture, and their sum, computed inside the graph layer by layer.</summary>
/// <param name="isMap">Whether a value is a feature map [N, channels, height, width].</param>
/// <param name="height">Pixels down of the map.</param>
/// <param name="width">Pixels across.</param>
/// <param name="style">How layers are drawn.</param>
internal sealed class BiasMap(Func<string, bool> isMap, long height, long width, BiasMapStyle style) : WalkObservation
{
    public override string Key => $"bias map {height}x{width} {style}";

    public override IReadOnlyList<string> Outputs { get; } = ["bias_map", "bias_sum"];

    internal override IWalkObserver Begin(Emitter emitter, string cut) => new Observer(this, emitter.Value(cut));

    /// <summary>Where the items lie in a value, and the sum of all else: [N].</summary>
    private sealed class Observer(BiasMap map, Expression cut) : IWalkObserver
    {
        private Expression? _drawn;
        private Expression? _sum;

        public void Visited(Backward node, RuleRow row)
        {
            foreach (var term in BiasTerm.Sums(node, row))
            {
                var sums = ItemSums(term.Cast(ElementType.Float32));
                _sum = _sum is { } before ? before + sums : sums;
            }

            if (node.Node.Outputs[0] is var name && map.IsDrawn(name) && BiasTerm.At(node, row) is { } at)
            {
                var layer = map.Draw((map.Style.MultipliersOnly ? node.Dy() : at).Cast(ElementType.Float32));
                _drawn = _drawn is { } before ? before + layer : layer;
            }
        }

        public IReadOnlyList<Expression> Finish()
        {
            var items = cut.SizeOf(0);
            var pixels = Expression.Join(0, items, cut.Owner.Integers(map.Height, map.Width));
            return [_drawn?.Reshape(pixels) ?? Expression.Zeros(pixels, ElementType.Float32), _sum ?? Expression.Zeros(items, ElementType.Float32)];
        }

        /// <summary>The sum over all axes but that of the items. Where none is known to be theirs, they are outermost.</summary>
        private Expression ItemSums(Expression term)
        {
            if (cut.Shape?[0] is { Symbol: not null } items && term.Shape is { } shape && Enumerable.Range(0, shape.Rank).FirstOrDefault(axis => shape[axis] == items, -1) is var own and >= 0)
            {
                long[] others = [.. Enumerable.Range(0, shape.Rank).Where(axis => axis != own).Select(axis => (long)axis)];
                return others.Length == 0 ? term : term.Sum(others, keep: false);
            }

            return term.Reshape(Expression.Join(0, cut.SizeOf(0), cut.Owner.Integers(-1))).Sum([1], keep: false);
        }
    }

    private long Height => height;

    private long Width => width;

    private BiasMapStyle Style => style;

    private bool IsDrawn(string name) => isMap(name);

    /// <summary>ψ: the magnitudes, scaled to 0 … 1 by layer or by channel, resized, summed over channels. Resizing is linear, so channels are summed first.</summary>
    private Expression Draw(Expression term)
    {
        var size = term.Abs();
        long[] axes = style.ByChannel ? [2, 3] : [1, 2, 3];
        var least = Extreme("ReduceMin", size, axes);
        var range = Extreme("ReduceMax", size, axes) - least;
        var scaled = (size - least) / (range.Where(range > 0, 1) + style.Epsilon);
        var none = new Expression(term.Owner, "");
        return term.Owner.Add(
            "Resize",
            [scaled.Sum([1]), none, none, term.Owner.Integers(height, width)],
            ("axes", new long[] { 2, 3 }),
            ("mode", "linear"),
            ("coordinate_transformation_mode", style.AlignCorners ? "align_corners" : "half_pixel"));
    }

    private static Expression Extreme(string opType, Expression value, long[] axes) => value.Owner.Add(opType, [value, value.Owner.Integers(axes)], ("keepdims", 1L));
}

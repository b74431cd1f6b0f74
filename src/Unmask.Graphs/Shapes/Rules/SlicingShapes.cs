namespace Unmask.Graphs;

/// <summary>Slice.</summary>
internal static class SlicingShapes
{
    public static void AddTo(ShapeTable table) => table.Add(Slice, "Slice");

    private static void Slice(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        var starts = Items(node, "starts", 1);
        var ends = Items(node, "ends", 2);
        var listedAxes = node.Integers("axes", 3);
        var listedSteps = node.Integers("steps", 4);
        if (listedAxes.IsUnknown || (starts ?? ends) is not { } some)
        {
            node.Set(0, node.ElementOf(0), new(new Dimension[x.Rank]));
            return;
        }

        if ((listedAxes.Values?.Length ?? some.Length) != some.Length || (listedSteps.Values?.Length ?? some.Length) != some.Length)
        {
            throw node.Contradiction("starts, ends, axes and steps must have as many entries each.");
        }

        int[] axes = node.Axes(listedAxes.Values ?? [.. Enumerable.Range(0, some.Length).Select(axis => (long)axis)], x.Rank);
        var y = x.ToArray();
        var steps = new Dictionary<int, (long Start, long Step)>();
        for (int i = 0; i < axes.Length; i++)
        {
            var range = new Range(At(starts, i), At(ends, i), listedSteps.IsUnknown ? null : listedSteps.Values?[i] ?? 1);
            y[axes[i]] = range.Length(node, x[axes[i]]);
            if (range.Resolve(x[axes[i]]) is { } resolved)
            {
                steps[axes[i]] = resolved;
            }
        }

        node.Set(0, node.ElementOf(0), new(y));
        if (steps.Count == axes.Length)
        {
            CutContents(node, new(y), steps);
        }
    }

    private static Quantity[]? Items(ShapeContext node, string attribute, int input) =>
        node.Has(input) ? node.ContentsOf(input)?.Items.ToArray() : node.Node.Ints(attribute)?.Select(Quantity.Of).ToArray();

    private static Quantity At(Quantity[]? items, int index) => items is not null && index < items.Length ? items[index] : Quantity.Unknown;

    private static void CutContents(ShapeContext node, Shape y, Dictionary<int, (long Start, long Step)> steps)
    {
        if (node.ContentsOf(0) is not { } contents || KnownContents.SizesOf(y) is not { } sizes)
        {
            return;
        }

        node.SetContents(0, KnownContents.Make(sizes, position => contents.At(
            [.. position.Select((at, axis) => steps.TryGetValue(axis, out var step) ? (int)(step.Start + (at * step.Step)) : at)])));
    }

    /// <summary>The part of one axis that is taken; a step of <c>null</c> is unknown.</summary>
    private sealed record Range(Quantity Start, Quantity End, long? Step)
    {
        /// <summary>First element and step, when both are known.</summary>
        public (long Start, long Step)? Resolve(Dimension axis)
        {
            if (axis.Size is not { } size || Start.Integer is not { } start || Step is not { } step || step == 0)
            {
                return null;
            }

            start = start < 0 ? start + size : start;
            return (step > 0 ? Math.Clamp(start, 0, size) : Math.Clamp(start, 0, Math.Max(size - 1, 0)), step);
        }

        public Dimension Length(ShapeContext node, Dimension axis)
        {
            if (Step == 0)
            {
                throw node.Contradiction("a step of 0.");
            }

            if (axis.Size is { } size && Resolve(axis) is { } from && End.Integer is { } end)
            {
                return Count(from.Start, end, from.Step, size);
            }

            return Step is { } step ? Symbolic(node, axis, step) : Dimension.Unknown;
        }

        private static long Count(long start, long end, long step, long size)
        {
            end = end < 0 ? Math.Max(end, -size - 1) + size : end;
            return step > 0
                ? Math.Max(0, (Math.Clamp(end, 0, size) - start + step - 1) / step)
                : Math.Max(0, (start - Math.Clamp(end, -1, size - 1) - step - 1) / -step);
        }

        private Dimension Symbolic(ShapeContext node, Dimension axis, long step)
        {
            // From the first to the last element: true even when nothing is known of the axis.
            if (Math.Abs(step) == 1 && (step > 0 ? Start.Integer == 0 && End.Integer >= int.MaxValue : Start.Integer == -1 && End.Integer <= -int.MaxValue))
            {
                return axis;
            }

            if (step < 0 || node.Symbols.SizeOf(axis) is not { } size || Bound(Start, size) is not { } start || Bound(End, size) is not { } end)
            {
                return Dimension.Unknown;
            }

            var length = end - start;
            return length.LowerBound(symbolMinimum: 1) >= 0 ? node.Symbols.AxisOf(length.CeilingDivide(step))
                : (start - end).LowerBound(symbolMinimum: 1) >= 0 ? 0
                : Dimension.Unknown;
        }

        // A start or an end, counted from 0 and clamped to [0, size]; null when that is not certain.
        private static SizeExpression? Bound(Quantity bound, SizeExpression size)
        {
            if (bound.Whole is not { } at)
            {
                return null;
            }

            // Exporters write a huge number for «to the end».
            if (at.Constant >= int.MaxValue)
            {
                return size;
            }

            // Negative numbers count from the end.
            at = at.Constant < 0 ? at + size : at;
            return at.LowerBound(symbolMinimum: 1) is not >= 0 ? null
                : (at - size).LowerBound() >= 0 ? size
                : (size - at).LowerBound(symbolMinimum: 1) >= 0 ? at
                : null;
        }
    }
}

namespace Unmask.Graphs;

/// <summary>What changes the shape of an expression, or is about its shape.</summary>
internal readonly partial struct Expression
{
    /// <summary>The sizes of all axes as a vector: a constant where they are known.</summary>
    public Expression Sizes() => Shape?.ToSizes() is { } known ? Emitter.Integers(known) : Emit("Shape", this);

    /// <summary>The size of one axis as a vector of one element: a constant where it is known.</summary>
    public Expression SizeOf(int axis) => Shape?[axis].Size is { } known
        ? Emitter.Integers(known)
        : Emitter.Add("Shape", [this], ("start", (long)axis), ("end", axis + 1L));

    /// <summary>The number of elements as a vector of one element: a constant where it is known.</summary>
    public Expression Count() => Shape?.ElementCount is { } known ? Emitter.Integers(known) : Emit("Size", this).Reshape(1);

    /// <summary>The number of elements along some axes, as a number where it is known and else as a scalar of an element type.</summary>
    public Expression CountAlong(IEnumerable<int> axes, ElementType element)
    {
        Expression product = 1;
        foreach (int axis in axes)
        {
            product = Shape?[axis].Size is { } known && product._name is null
                ? product._number * known
                : (product._name is null ? Emitter.Integers((long)product._number) : product) * SizeOf(axis);
        }

        return product._name is null ? product : product.Cast(element);
    }

    /// <summary>Zeros of the same shape and element type.</summary>
    public Expression Zeros() => Zeros(Sizes(), Element);

    /// <summary>Zeros of these sizes.</summary>
    public static Expression Zeros(Expression sizes, ElementType element)
    {
        var zeros = sizes.Emitter.Add("ConstantOfShape", [sizes]);
        return zeros.Cast(element);
    }

    /// <summary>The same elements under constant sizes; −1 is what remains, 0 copies.</summary>
    public Expression Reshape(params ReadOnlySpan<long> sizes) => Emit("Reshape", this, Emitter.Integers(sizes));

    /// <summary>The same elements under sizes that are computed.</summary>
    public Expression Reshape(Expression sizes) => Emit("Reshape", this, sizes);

    /// <summary>The same elements under the shape of another value.</summary>
    public Expression ReshapeLike(Expression other)
    {
        if (other.Shape is not { } shape || shape.Any(axis => axis.Size == 0))
        {
            return Emitter.Add("Reshape", [this, other.Sizes()], ("allowzero", 1L));
        }

        if (shape.Equals(Shape))
        {
            return this;
        }

        // An axis that keeps its place is copied (0), so that the runtime goes on to know its symbol: it fuses and lays out better what it knows
        // to be of equal shape. One other unknown axis can be left to it (−1).
        var from = Shape;
        long[] sizes = [.. shape.Select((axis, i) => axis.Size ?? (axis.Symbol is not null && i < from?.Rank && from[i] == axis ? 0 : -1))];
        return sizes.Count(size => size == -1) <= 1 ? Reshape(sizes) : Reshape(other.Sizes());
    }

    /// <summary>All elements in a row.</summary>
    public Expression Flat() => Rank == 1 ? this : Reshape(-1);

    /// <summary>Repeats along axes of size 1 to the shape of another value.</summary>
    public Expression ExpandLike(Expression other) => other.Shape is { } shape && shape.Equals(Shape) && shape.All(axis => axis.IsKnown || axis.Symbol is not null)
        ? this
        : Emit("Expand", this, other.Sizes());

    public Expression Transpose(params ReadOnlySpan<long> order)
    {
        bool same = true;
        for (int i = 0; i < order.Length; i++)
        {
            same &= order[i] == i;
        }

        return same ? this : Emitter.Add("Transpose", [this], ("perm", order.ToArray()));
    }

    /// <summary>The matrices of the last two axes, transposed.</summary>
    public Expression SwapLastAxes()
    {
        long[] order = [.. Enumerable.Range(0, Rank ?? 2).Select(axis => (long)axis)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Transpose(order);
    }

    /// <summary>The order of the axes that exchanges two of them.</summary>
    public Expression SwapAxes(int one, int other)
    {
        long[] order = [.. Enumerable.Range(0, Rank.GetValueOrDefault()).Select(axis => (long)axis)];
        (order[one], order[other]) = (order[other], order[one]);
        return Transpose(order);
    }

    public Expression Unsqueeze(params ReadOnlySpan<long> axes) => Emit("Unsqueeze", this, Emitter.Integers(axes));

    public Expression Squeeze(params ReadOnlySpan<long> axes) => Emit("Squeeze", this, Emitter.Integers(axes));

    public Expression Sum(ReadOnlySpan<long> axes, bool keep = true) => Reduce("ReduceSum", axes, keep);

    public Expression Mean(ReadOnlySpan<long> axes, bool keep = true) => Reduce("ReduceMean", axes, keep);

    public Expression Max(ReadOnlySpan<long> axes, bool keep = true) => Reduce("ReduceMax", axes, keep);

    /// <summary>The part between two positions of some axes.</summary>
    public Expression Slice(ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<long> axes) =>
        Emit("Slice", this, Emitter.Integers(starts), Emitter.Integers(ends), Emitter.Integers(axes));

    /// <summary>Every step-th element between two positions of some axes.</summary>
    public Expression Slice(ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<long> axes, ReadOnlySpan<long> steps) =>
        Emit("Slice", this, Emitter.Integers(starts), Emitter.Integers(ends), Emitter.Integers(axes), Emitter.Integers(steps));

    /// <summary>Zeros around (or, where negative, elements less): all axes' beginnings, then all ends.</summary>
    public Expression Pad(params ReadOnlySpan<long> pads) => pads.IndexOfAnyExcept(0) < 0 ? this : Emit("Pad", this, Emitter.Integers(pads));

    /// <summary>Zeros around it, so that it has the shape of another value and begins at these positions.</summary>
    public Expression PadLike(Expression other, ReadOnlySpan<long> begins)
    {
        if (Shape?.ToSizes() is { } from && other.Shape?.ToSizes() is { } to)
        {
            long[] pads = [.. begins, .. begins];
            for (int i = 0; i < from.Length; i++)
            {
                pads[from.Length + i] = to[i] - from[i] - begins[i];
            }

            return Pad(pads);
        }

        var before = Emitter.Integers(begins);
        return Emit("Pad", this, Join(0, before, other.Sizes() - Sizes() - before));
    }

    /// <summary>Values one after another along an axis.</summary>
    public static Expression Join(int axis, params ReadOnlySpan<Expression> parts) =>
        parts.Length == 1 ? parts[0] : EmitterOf(parts).Add("Concat", parts, ("axis", (long)axis));

    /// <summary>Elements at positions of an axis.</summary>
    public Expression Gather(Expression positions, int axis) => Emitter.Add("Gather", [this, positions], ("axis", (long)axis));

    /// <summary>Adds values at positions of an axis, as GatherElements reads them.</summary>
    public Expression ScatterAdd(Expression positions, Expression values, int axis) =>
        Emitter.Add("ScatterElements", [this, positions, values], ("axis", (long)axis), ("reduction", "add"));

    private Expression Reduce(string opType, ReadOnlySpan<long> axes, bool keep) =>
        axes.IsEmpty ? this : Emitter.Add(opType, [this, Emitter.Integers(axes)], ("keepdims", keep ? 1L : 0L));
}

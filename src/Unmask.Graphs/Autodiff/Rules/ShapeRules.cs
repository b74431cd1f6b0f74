namespace Unmask.Graphs;

/// <summary>What changes the shape and the order of elements, and what joins and parts tensors.</summary>
internal static class ShapeRules
{
    public static void AddTo(RuleTable table) => table
        .Select("Reshape Flatten Squeeze Unsqueeze", static b => b.Dy().ReshapeLike(b.X(0)))
        .Select("Transpose", Untranspose)
        .Add(RuleKind.Select, "Expand", b => b.FlowSummed(0, static b => b.Dy()))
        .Select("Tile", Untile)
        .Select("DepthToSpace", ToDepth)
        .Select("SpaceToDepth", static b => b.Emitter.Add("DepthToSpace", [b.Dy()], ("blocksize", b.Node.Int("blocksize", 1))))
        .Add(RuleKind.Select, "Concat", Unconcat)
        .Add(RuleKind.Select, "Split", Unsplit);

    private static Expression Untranspose(Backward b)
    {
        int rank = b.RankOf(0);
        var order = b.Node.Ints("perm");
        long[] inverse = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            inverse[order?[axis] ?? (rank - 1 - axis)] = axis;
        }

        return b.Dy().Transpose(inverse);
    }

    // [r·d] → [r, d] summed over r, axis by axis.
    private static Expression Untile(Backward b)
    {
        if (b.Integers(1) is not { } repeats || b.ShapeOf(0)?.ToSizes() is not { } sizes)
        {
            return SelectTranspose.Of(b);
        }

        long[] apart = [.. repeats.Zip(sizes).SelectMany(pair => new[] { pair.First, pair.Second })];
        long[] axes = [.. Enumerable.Range(0, sizes.Length).Select(axis => 2L * axis)];
        return b.Dy().Reshape(apart).Sum(axes, keep: false);
    }

    // SpaceToDepth orders channels as [block, C]; the other mode has [C, block].
    private static Expression ToDepth(Backward b)
    {
        long block = b.Node.Int("blocksize", 1);
        var depth = b.Emitter.Add("SpaceToDepth", [b.Dy()], ("blocksize", block));
        if (b.Node.Text("mode", "DCR") == "DCR")
        {
            return depth;
        }

        long blocks = block * block, channels = (b.ShapeOf(0)?[1].Size ?? throw b.Refuse("The number of channels of {op} is not known before the run")) / blocks;
        long[] order = [.. Enumerable.Range(0, (int)(channels * blocks)).Select(channel => (channel % blocks * channels) + (channel / blocks))];
        return depth.Gather(b.Emitter.Integers(order), 1);
    }

    private static void Unconcat(Backward b)
    {
        int axis = b.Axis(0, b.RankOf(0));
        int count = b.Node.Inputs.Length;
        int[] wanted = [.. Enumerable.Range(0, count).Where(b.Needs)];
        if (wanted.Length == 1 && count > 1 && Start(b, wanted[0], axis) is { } start && b.ShapeOf(wanted[0])?[axis].Size is { } size)
        {
            b.Flow(wanted[0], b.Dy().Slice([start], [start + size], [axis]));
            return;
        }

        var sizes = Expression.Join(0, [.. Enumerable.Range(0, count).Select(i => b.X(i).SizeOf(axis))]);
        if (Enumerable.Range(0, count).All(i => b.ShapeOf(i)?[axis].IsKnown == true))
        {
            sizes = b.Emitter.Integers([.. Enumerable.Range(0, count).Select(i => b.ShapeOf(i)?[axis].Size ?? 0)]);
        }

        var parts = b.Emitter.AddNode("Split", [b.Dy(), sizes], count, ("axis", (long)axis));
        for (int i = 0; i < count; i++)
        {
            b.Flow(i, parts[i]);
        }
    }

    private static long? Start(Backward b, int input, int axis) =>
        Enumerable.Range(0, input).Aggregate((long?)0, (sum, i) => sum + b.ShapeOf(i)?[axis].Size);

    private static void Unsplit(Backward b) => b.Flow(0, static b =>
        Expression.Join(b.Axis(0, b.RankOf(0)), [.. Enumerable.Range(0, b.Node.Outputs.Length).Select(output => b.Dy(output))]));
}

namespace Unmask.Graphs;

/// <summary>Normalisations made of means, products and roots.</summary>
internal static class NormalizationParts
{
    public static void AddTo(Decompositions rows) => rows
        .AddMany("LayerNormalization", Layer)
        .Add("RMSNormalization", RootMeanSquare)
        .Add("MeanVarianceNormalization", b => Standardized(b.X(0), b.Node.Ints("axes")?.ToArray() ?? [0, 2, 3], 0).X)
        .Add("LRN", LocalResponse)
        .Add("InstanceNormalization", b => Scaled(Standardized(b.X(0), Spatial(b), b.Node.Float("epsilon", 1e-5f)).X, b))
        .Add("GroupNormalization", Group)
        .Add("BatchNormalization", Batch)
        .Add("LpNormalization", LpNormalization);

    private static Expression[] Layer(Backward b)
    {
        int rank = b.RankOf(0), first = b.Axis(-1, rank);
        var (x, mean, r) = Standardized(b.X(0), [.. Enumerable.Range(first, rank - first).Select(axis => (long)axis)], b.Node.Float("epsilon", 1e-5f));
        var y = x * b.X(1);
        return [b.Has(2) ? y + b.X(2) : y, mean, r];
    }

    private static Expression RootMeanSquare(Backward b)
    {
        int rank = b.RankOf(0), first = b.Axis(-1, rank);
        long[] axes = [.. Enumerable.Range(first, rank - first).Select(axis => (long)axis)];
        return b.X(0) * ((b.X(0) * b.X(0)).Mean(axes) + b.Node.Float("epsilon", 1e-5f)).Sqrt().Reciprocal() * b.X(1);
    }

    // x·(k + (α/n)·Σ x²)^−β, the sum over a window of channels.
    private static Expression LocalResponse(Backward b)
    {
        long size = b.Node.Int("size", 1), before = (size - 1) / 2;
        var sum = NormalizationRules.OverChannels(b.X(0) * b.X(0), before, size - 1 - before);
        return b.X(0) * ((sum * (b.Node.Float("alpha", 1e-4f) / size)) + b.Node.Float("bias", 1f)).Pow(-b.Node.Float("beta", 0.75f));
    }

    // Channels of a group are normalised together; before version 21 scale and offset were stated for each group.
    private static Expression Group(Backward b)
    {
        int rank = b.RankOf(0);
        long groups = b.Node.Int("num_groups", 1);
        var grouped = b.X(0).Reshape(0, groups, -1);
        var x = Standardized(grouped, [2], b.Node.Float("epsilon", 1e-5f)).X;
        bool perGroup = b.Emitter.Graph.Opset < 21;
        if (perGroup)
        {
            return ((x * b.X(1).Unsqueeze(0, 2)) + b.X(2).Unsqueeze(0, 2)).ReshapeLike(b.X(0));
        }

        long[] behind = [.. Enumerable.Range(1, rank - 2).Select(axis => (long)axis)];
        return (x.ReshapeLike(b.X(0)) * b.X(1).Unsqueeze(behind)) + b.X(2).Unsqueeze(behind);
    }

    private static Expression Batch(Backward b)
    {
        if (b.Node.Int("training_mode", 0) != 0)
        {
            throw b.Refuse("{op} in training mode cannot be taken apart");
        }

        var scale = b.X(1) / (b.X(4) + b.Node.Float("epsilon", 1e-5f)).Sqrt();
        return (b.X(0) * AlongChannels(scale, b)) + AlongChannels(b.X(2) - (b.X(3) * scale), b);
    }

    private static Expression LpNormalization(Backward b)
    {
        long axis = b.Node.Int("axis", -1);
        var norm = b.Node.Int("p", 2) == 1 ? b.X(0).Abs().Sum([axis]) : (b.X(0) * b.X(0)).Sum([axis]).Sqrt();
        return b.X(0) / Expression.Emit("Where", norm > 0, norm, 1);
    }

    private static Expression Scaled(Expression x, Backward b) => (x * AlongChannels(b.X(1), b)) + AlongChannels(b.X(2), b);

    private static Expression AlongChannels(Expression perChannel, Backward b) =>
        b.RankOf(0) <= 2 ? perChannel : perChannel.Unsqueeze([.. Enumerable.Range(1, b.RankOf(0) - 2).Select(axis => (long)axis)]);

    private static long[] Spatial(Backward b) => [.. Enumerable.Range(2, b.RankOf(0) - 2).Select(axis => (long)axis)];

    private static (Expression X, Expression Mean, Expression R) Standardized(Expression x, long[] axes, float epsilon)
    {
        var mean = x.Mean(axes);
        var centred = x - mean;
        var r = ((centred * centred).Mean(axes) + epsilon).Sqrt().Reciprocal();
        return (centred * r, mean, r);
    }
}

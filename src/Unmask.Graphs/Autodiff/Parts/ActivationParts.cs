namespace Unmask.Graphs;

/// <summary>Activations, norms and poolings made of simpler functions.</summary>
internal static class ActivationParts
{
    public static void AddTo(Decompositions rows) => rows
        .Add("Softmax", Softmax)
        .Add("LogSoftmax", LogSoftmax)
        .Add("Gelu", Gelu)
        .Add("HardSwish", b => b.X(0) * b.Emitter.Add("HardSigmoid", [b.X(0)], ("alpha", 1f / 6), ("beta", 0.5f)))
        .Add("Mish", b => b.X(0) * b.X(0).Softplus().Tanh())
        .Add("Swish", b => b.X(0) * (b.X(0) * b.Node.Float("alpha", 1f)).Sigmoid())
        .Add("ReduceL1", b => Reduce(b, "ReduceSum", b.X(0).Abs()))
        .Add("ReduceL2", b => Reduce(b, "ReduceSum", b.X(0) * b.X(0)).Sqrt())
        .Add("ReduceSumSquare", b => Reduce(b, "ReduceSum", b.X(0) * b.X(0)))
        .Add("ReduceLogSum", b => Reduce(b, "ReduceSum", b.X(0)).Log())
        .Add("ReduceLogSumExp", LogSumExp)
        .Add("LpPool", LpPool)
        .Add("GlobalLpPool", GlobalLpPool);

    // The largest score is taken off first, which changes nothing and keeps exp finite.
    private static Expression Softmax(Backward b)
    {
        var e = Shifted(b).Exp();
        return e / e.Sum([b.Node.Int("axis", -1)]);
    }

    private static Expression LogSoftmax(Backward b)
    {
        var shifted = Shifted(b);
        return shifted - shifted.Exp().Sum([b.Node.Int("axis", -1)]).Log();
    }

    private static Expression Shifted(Backward b) =>
        b.X(0) - Expression.Emit("ReduceMax", b.X(0), b.Emitter.Integers(b.Node.Int("axis", -1)));

    // As with softmax, the largest is taken off, and added to the logarithm.
    private static Expression LogSumExp(Backward b)
    {
        var largest = b.Emitter.Add("ReduceMax", b.Has(1) ? [b.X(0), b.X(1)] : [b.X(0)], ("keepdims", 1L), ("noop_with_empty_axes", b.Node.Int("noop_with_empty_axes", 0)));
        return Reduce(b, "ReduceSum", (b.X(0) - largest).Exp()).Log() + Reduce(b, "ReduceMax", b.X(0));
    }

    private static Expression Gelu(Backward b)
    {
        var x = b.X(0);
        return b.Node.Text("approximate", "none") == "tanh"
            ? 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * x * (1 + (0.044715 * x * x))).Tanh())
            : 0.5 * x * (1 + (x * Math.Sqrt(0.5)).Erf());
    }

    private static Expression Reduce(Backward b, string opType, Expression x) => b.Emitter.Add(
        opType,
        b.Has(1) ? [x, b.X(1)] : [x],
        ("keepdims", b.Node.Int("keepdims", 1)),
        ("noop_with_empty_axes", b.Node.Int("noop_with_empty_axes", 0)));

    // (Σ|x|ᵖ)^(1/p) over a window: the mean over the whole window, padding included, times its size.
    private static Expression LpPool(Backward b)
    {
        var kernel = b.Node.Ints("kernel_shape") ?? throw b.Refuse("{op} does not state its kernel_shape");
        long p = b.Node.Int("p", 2);
        string[] kept = ["kernel_shape", "strides", "pads", "dilations", "auto_pad", "ceil_mode"];
        (string, NodeAttribute)[] attributes = [.. kept.Where(b.Node.Attributes.ContainsKey).Select(name => (name, b.Node.Attributes[name])), ("count_include_pad", 1L)];
        if (b.Node.Int("ceil_mode", 0) != 0)
        {
            throw b.Refuse("No derivative for {op} with ceil_mode");
        }

        var mean = b.Emitter.Add("AveragePool", [b.X(0).Abs().Pow(p)], attributes);
        return (mean * kernel.Aggregate(1L, (product, size) => product * size)).Pow(1.0 / p);
    }

    private static Expression GlobalLpPool(Backward b)
    {
        long p = b.Node.Int("p", 2);
        long[] axes = [.. Enumerable.Range(2, b.RankOf(0) - 2).Select(axis => (long)axis)];
        return b.X(0).Abs().Pow(p).Sum(axes).Pow(1.0 / p);
    }
}

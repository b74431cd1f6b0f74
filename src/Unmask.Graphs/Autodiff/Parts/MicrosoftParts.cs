namespace Unmask.Graphs;

/// <summary>Operators that ONNX Runtime's optimiser leaves in a saved file, in standard ones.</summary>
internal static class MicrosoftParts
{
    /// <summary>The operators, with their domain.</summary>
    public const string Operators = "com.microsoft.Gelu com.microsoft.FastGelu com.microsoft.BiasGelu com.microsoft.QuickGelu com.microsoft.FusedMatMul "
        + "com.microsoft.FusedConv com.microsoft.FusedGemm com.microsoft.SkipLayerNormalization com.microsoft.SkipSimplifiedLayerNormalization";

    public static void AddTo(Decompositions rows) => rows
        .Add("com.microsoft.Gelu", b => Expression.Emit("Gelu", b.X(0)))
        .Add("com.microsoft.BiasGelu", b => Expression.Emit("Gelu", b.X(0) + b.X(1)))
        .Add("com.microsoft.FastGelu", b => b.Emitter.Add("Gelu", [b.Has(1) ? b.X(0) + b.X(1) : b.X(0)], ("approximate", "tanh")))
        .Add("com.microsoft.QuickGelu", b => b.X(0) * (b.X(0) * b.Node.Float("alpha", 1.702f)).Sigmoid())
        .Add("com.microsoft.FusedMatMul", FusedMatMul)
        .Add("com.microsoft.FusedConv", FusedConvolution)
        .Add("com.microsoft.FusedGemm", b => Activated(b, Plain(b, "Gemm", 3, "alpha", "beta", "transA", "transB")))
        .AddMany("com.microsoft.SkipLayerNormalization", b => Skip(b, sum => b.Emitter.AddNode(
            "LayerNormalization", b.Has(3) ? [sum, b.X(2), b.X(3)] : [sum, b.X(2)], 3, ("axis", -1L), ("epsilon", b.Node.Float("epsilon", 1e-12f))), 4))
        .AddMany("com.microsoft.SkipSimplifiedLayerNormalization", b => Skip(b, sum => RootMeanSquare(b, sum), 3));

    // Outputs: the normalised sum, mean and 1/σ, and the sum itself.
    private static Expression[] Skip(Backward b, Func<Expression, Expression[]> normalize, int bias)
    {
        var sum = b.X(0) + b.X(1);
        sum = b.Has(bias) ? sum + b.X(bias) : sum;
        return [.. normalize(sum), sum];
    }

    private static Expression[] RootMeanSquare(Backward b, Expression x)
    {
        var r = ((x * x).Mean([-1]) + b.Node.Float("epsilon", 1e-12f)).Sqrt().Reciprocal();
        return [x * r * b.X(2), r, r];
    }

    private static Expression FusedMatMul(Backward b)
    {
        if (b.Node.Int("transBatchA", 0) != 0 || b.Node.Int("transBatchB", 0) != 0)
        {
            throw b.Refuse("No derivative for {op} that transposes batch axes");
        }

        var left = b.Node.Int("transA", 0) != 0 ? b.X(0).SwapLastAxes() : b.X(0);
        var right = b.Node.Int("transB", 0) != 0 ? b.X(1).SwapLastAxes() : b.X(1);
        var product = left.MatMul(right);
        return b.Node.Float("alpha", 1f) is var alpha && alpha == 1f ? product : product * alpha;
    }

    // A fourth input is added before the activation.
    private static Expression FusedConvolution(Backward b)
    {
        var y = Plain(b, "Conv", 3, "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides");
        return Activated(b, b.Has(3) ? y + b.X(3) : y);
    }

    private static Expression Plain(Backward b, string opType, int inputs, params string[] attributes)
    {
        Expression[] read = [.. Enumerable.Range(0, inputs).Where(b.Has).Select(b.X)];
        (string, NodeAttribute)[] kept = [.. attributes.Where(b.Node.Attributes.ContainsKey).Select(name => (name, b.Node.Attributes[name]))];
        return b.Emitter.Add(opType, read, kept);
    }

    private static Expression Activated(Backward b, Expression x)
    {
        var parameters = (b.Node.Attributes.GetValueOrDefault("activation_params") as NodeAttribute.Floats)?.Values;
        return b.Node.Text("activation", "") switch
        {
            "" => x,
            "Relu" or "Sigmoid" or "Tanh" => Expression.Emit(b.Node.Text("activation", ""), x),
            "LeakyRelu" => b.Emitter.Add("LeakyRelu", [x], ("alpha", parameters?[0] ?? b.Node.Float("activation_alpha", 0.01f))),
            "Clip" when parameters is [var low, var high] => Expression.Emit("Clip", x, low, high),
            "HardSigmoid" when parameters is [var alpha, var beta] => b.Emitter.Add("HardSigmoid", [x], ("alpha", alpha), ("beta", beta)),
            var other => throw b.Refuse($"No derivative for {{op}} with the activation {other}"),
        };
    }
}

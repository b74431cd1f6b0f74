namespace Unmask.Graphs;

/// <summary>
/// Attention that is one operator, spelt out, so that its weights are a value like any other.
/// <code>
///   q, k, v ─ Attention ─ y      →      q ─ MatMul(kᵀ) ─ Mul(scale) ─ Add(mask) ─ Softmax ─ MatMul(v) ─ y
/// </code>
/// Inside, queries, keys and values are [N, heads, tokens, features].
/// </summary>
internal static class AttentionParts
{
    /// <summary>The operators, with their domain.</summary>
    public const string Operators = "Attention com.microsoft.Attention com.microsoft.MultiHeadAttention";

    // What a mask adds at a position that must not be attended to.
    private const double LowestHalf = -65504;

    public static void AddTo(Decompositions rows) => rows
        .AddMany("Attention", Standard)
        .AddMany("com.microsoft.Attention", Projecting)
        .AddMany("com.microsoft.MultiHeadAttention", MultiHead);

    /// <summary>Whether a node is such an operator.</summary>
    public static bool Is(Node node) => Operators.Split(' ').Contains(node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}");

    // Version 23 of the standard: [N, heads, tokens, features], or [N, tokens, heads × features] with the numbers of heads as attributes.
    private static Expression[] Standard(Backward b)
    {
        bool flat = b.RankOf(0) == 3;
        var q = flat ? Heads(b.X(0), b.Node.Int("q_num_heads", 1)) : b.X(0);
        var k = flat ? Heads(b.X(1), b.Node.Int("kv_num_heads", 1)) : b.X(1);
        var v = flat ? Heads(b.X(2), b.Node.Int("kv_num_heads", 1)) : b.X(2);
        (k, v) = b.Has(4) ? (Expression.Join(2, b.X(4), k), Expression.Join(2, b.X(5), v)) : (k, v);
        var (sharedKeys, sharedValues) = (Shared(b, k, q), Shared(b, v, q));
        var product = Product(b, q, sharedKeys);
        var y = Mixture(Masked(b, product, q, sharedKeys), sharedValues);
        return [flat ? Joined(y) : y, k, v, product];
    }

    private static Expression Masked(Backward b, Expression scores, Expression q, Expression k)
    {
        float cap = b.Node.Float("softcap", 0);
        if ((cap != 0 && b.Has(3)) || b.Node.Int("qk_matmul_output_mode", 0) != 0 || (b.Node.Int("is_causal", 0) != 0 && b.Has(4)))
        {
            throw b.Refuse("No derivative for {op} that caps masked scores, returns them after the mask, or is causal behind a cache");
        }

        scores = cap != 0 ? (scores / cap).Tanh() * cap : scores;
        scores = b.Has(3) ? scores + Additive(b.X(3), scores.Element) : scores;
        return b.Node.Int("is_causal", 0) != 0 ? scores + Causal(q, k) : scores;
    }

    // ONNX Runtime's: tokens [N, tokens, features] are projected to queries, keys and values by one matrix.
    private static Expression[] Projecting(Backward b)
    {
        if (b.Has(4) || b.Node.Int("do_rotary", 0) != 0 || b.Node.Output(1).Length > 0)
        {
            throw b.Refuse("No derivative for {op} with a cache of keys or rotary positions");
        }

        long[] sizes = b.Node.Ints("qkv_hidden_sizes") is { Length: 3 } given ? [.. given]
            : b.ShapeOf(1)?[1].Size is { } all ? [all / 3, all / 3, all / 3]
            : throw b.Refuse("The number of features of {op} is not known, which its derivative needs");
        var projected = b.X(0).MatMul(b.X(1));
        projected = b.Has(2) ? projected + b.X(2) : projected;
        long heads = b.Node.Int("num_heads", 1);
        var q = Heads(projected.Slice([0], [sizes[0]], [2]), heads);
        var k = Heads(projected.Slice([sizes[0]], [sizes[0] + sizes[1]], [2]), heads);
        var v = Heads(projected.Slice([sizes[0] + sizes[1]], [sizes.Sum()], [2]), heads);
        return [Joined(Mixture(MaskedAsInRuntime(b, Product(b, q, k), q, k, mask: 3, bias: 5), v))];
    }

    // ONNX Runtime's: queries, keys and values [N, tokens, features], biases still to be added; or keys and values that are split into heads already.
    private static Expression[] MultiHead(Backward b)
    {
        if (b.RankOf(0) != 3 || !b.Has(1) || !b.Has(2) || b.Has(6) || b.Node.Output(1).Length > 0)
        {
            throw b.Refuse("No derivative for {op} with packed queries and keys, or with a cache of keys");
        }

        long heads = b.Node.Int("num_heads", 1);
        long from = 0;
        var q = Heads(Biased(0), heads);
        var k = b.RankOf(1) == 4 ? b.X(1) : Heads(Biased(1), heads);
        var v = b.RankOf(2) == 4 ? b.X(2) : Heads(Biased(2), heads);
        return [Joined(Mixture(MaskedAsInRuntime(b, Product(b, q, k), q, k, mask: 4, bias: 5), v))];

        Expression Biased(int input)
        {
            if (!b.Has(3))
            {
                return b.X(input);
            }

            long size = b.ShapeOf(input)?[2].Size ?? throw b.Refuse("The number of features of {op} is not known, which its derivative needs");
            from += size;
            return b.X(input) + b.X(3).Slice([from - size], [from], [0]);
        }
    }

    private static Expression MaskedAsInRuntime(Backward b, Expression scores, Expression q, Expression k, int mask, int bias)
    {
        if (b.Has(mask))
        {
            var kept = b.X(mask).Cast(scores.Element);
            var hidden = (1 - kept) * b.Node.Float("mask_filter_value", -10000f);
            scores += b.RankOf(mask) switch
            {
                2 => hidden.Unsqueeze(1, 2),
                3 => hidden.Unsqueeze(1),
                _ => throw b.Refuse("No derivative for {op} whose mask is given as lengths"),
            };
        }

        scores = b.Has(bias) ? scores + b.X(bias) : scores;
        return b.Node.Int("unidirectional", 0) != 0 ? scores + Causal(q, k) : scores;
    }

    // q·kᵀ ÷ √d, unless another scale is stated.
    private static Expression Product(Backward b, Expression q, Expression k)
    {
        var product = q.MatMul(k.SwapLastAxes());
        return b.Node.Float("scale", 0) is var stated && stated != 0 ? product * stated
            : q.Shape?[^1].Size is { } size ? product * (1 / Math.Sqrt(size))
            : product / q.SizeOf(3).Cast(q.Element).Sqrt();
    }

    private static Expression Mixture(Expression scores, Expression v) => scores.Owner.Add("Softmax", [scores], ("axis", -1L)).MatMul(v);

    private static Expression Heads(Expression x, long heads) => x.Reshape(0, 0, heads, -1).Transpose(0, 2, 1, 3);

    private static Expression Joined(Expression y) => y.Transpose(0, 2, 1, 3).Reshape(0, 0, -1);

    // Several query heads may share the keys and values of one head.
    private static Expression Shared(Backward b, Expression x, Expression q)
    {
        if (x.Shape?[1].Size is not { } few || q.Shape?[1].Size is not { } many || few == many)
        {
            return x;
        }

        long features = x.Shape?[3].Size ?? throw b.Refuse("The number of features of {op} is not known, which its derivative needs");
        return Expression.Join(2, [.. Enumerable.Repeat(x.Unsqueeze(2), (int)(many / few))]).Reshape(0, many, -1, features);
    }

    private static Expression Additive(Expression mask, ElementType element) =>
        mask.Element == ElementType.Bool ? Expression.Emit("Where", mask, mask.Owner.Scalar(0, element), mask.Owner.Scalar(Lowest(element), element)) : mask;

    // Tokens see none that come after them: the strict upper triangle is hidden.
    private static Expression Causal(Expression q, Expression k)
    {
        var all = Expression.Zeros(Expression.Join(0, q.SizeOf(2), k.SizeOf(2)), q.Element) + Lowest(q.Element);
        return q.Owner.Add("Trilu", [all, q.Owner.Scalar(1, ElementType.Int64)], ("upper", 1L));
    }

    private static double Lowest(ElementType element) => element == ElementType.Float16 ? LowestHalf : float.MinValue;
}

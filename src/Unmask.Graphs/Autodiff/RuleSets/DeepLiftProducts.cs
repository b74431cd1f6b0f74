namespace Unmask.Graphs;

/// <summary>
/// Products of two operands that both differ from the reference: each is multiplied by the middle of the other, so that both share ΔaΔb equally:
/// a·b − ā·b̄ = Δa·(b + b̄)/2 + Δb·(a + ā)/2. It is also the Shapley value of the two.
/// </summary>
internal static class DeepLiftProducts
{
    public static void AddTo(RuleTable table)
    {
        foreach (string product in "Mul MatMul Einsum Gemm Conv ConvTranspose BatchNormalization".Split(' '))
        {
            table.Add(product is "Mul" or "MatMul" or "Einsum" ? RuleKind.Bilinear : RuleKind.Linear, product, Product);
        }

        table.Add(RuleKind.Bilinear, "Div", Quotient).Add(RuleKind.Unary, "Pow", Power);
    }

    private static void Product(Backward b)
    {
        if (b.Node.Int("training_mode", 0) != 0)
        {
            throw b.Refuse("No DeepLIFT rule for {op} in training mode, which takes its statistics from the batch");
        }

        var derivative = Derivative(b);
        int[] differ = [.. Enumerable.Range(0, b.Node.Inputs.Length).Where(b.Differs)];
        if (differ.Length < 2)
        {
            derivative.Flow(b);
            return;
        }

        if ((b.Node.OpType == "Einsum" && differ.Length > 2) || (b.Node.OpType == "BatchNormalization" && differ.Contains(4)))
        {
            throw b.Refuse("No DeepLIFT rule for {op} with more than a product of two operands that depend on what is explained");
        }

        Expression[] middles = [.. Enumerable.Range(0, b.Node.Inputs.Length).Select(input => differ.Contains(input) ? Middle(b, input) : b.X(input))];
        var flows = b.FlowsAt(derivative, b.Dy(), middles, b.Y);
        for (int input = 0; input < flows.Length; input++)
        {
            if (flows[input] is { } flow)
            {
                b.Flow(input, flow);
            }
        }
    }

    // a/b = a·r with r = 1/b, whose secant is −1/(b·b̄).
    private static void Quotient(Backward b)
    {
        if (!b.Differs(1))
        {
            Derivative(b).Flow(b);
            return;
        }

        var (r, there) = (b.X(1).Reciprocal(), b.Reference(1).Reciprocal());
        b.FlowSummed(0, b => b.Dy() * (0.5 * (r + there)));
        b.FlowSummed(1, b => -(b.Dy() * Middle(b, 0) * (r * there)));
    }

    // (x² − x̄²)/(x − x̄) is the derivative in the middle, at any distance.
    private static void Power(Backward b)
    {
        var derivative = Derivative(b);
        if (b.X(1).Numbers is [2] && b.Differs(0))
        {
            b.Flow(0, static b => b.Dy() * (b.X(0) + b.Reference(0)));
            return;
        }

        DeepLiftSecant.Flow(b, derivative);
    }

    private static Expression Middle(Backward b, int input) => b.Differs(input) ? 0.5 * (b.X(input) + b.Reference(input)) : b.X(input);

    private static RuleRow Derivative(Backward b) => RuleSet.Gradient.For(b.Node, b.Emitter.Graph.Opset) ?? throw b.Refuse("No derivative for {op}");
}

namespace Unmask.Graphs;

/// <summary>Rules for products and sums of operands of data, and for normalisations and attention, which contain such products.</summary>
internal static class ProductRules
{
    private static readonly HashSet<string> Gates = new(StringComparer.Ordinal) { "Sigmoid", "HardSigmoid", "Softmax", "Reciprocal" };

    /// <summary>Half of the relevance to each operand: m · b/2 and m · a/2. Achtibat et al., «AttnLRP», 2024, eq. 15.</summary>
    public static void Half(Backward b, RuleRow derivative)
    {
        for (int i = 0; i < 2; i++)
        {
            int operand = i;
            b.Flow(operand, b => b.Transpose(derivative, operand, b.Dy() * 0.5));
        }
    }

    /// <summary>All relevance to one operand; the other is a gate or a norm, and counts as constant.</summary>
    public static void Signal(Backward b, RuleRow derivative, int signal) => b.Flow(signal, b => b.Transpose(derivative, signal, b.Dy()));

    /// <summary>Which operand of a product is a gate between 0 and 1, or one divided by a norm, through copies, signs and constants; −1: none is, or both are.</summary>
    public static int GateOf(Node product, RuleScope scope)
    {
        bool left = IsGate(product.Inputs[0], scope), right = IsGate(product.Inputs[1], scope);
        return left == right ? -1 : left ? 0 : 1;
    }

    /// <summary>Shares in proportion, of a sum that is kept away from 0.</summary>
    public static void Stabilized(Backward b, RuleRow derivative, double epsilon)
    {
        var size = b.Y().Abs();
        var dy = epsilon == 0 ? b.Dy() : b.Dy() * (size / (size + epsilon));
        for (int i = 0; i < b.Node.Inputs.Length; i++)
        {
            int operand = i;
            b.Flow(operand, b => b.Transpose(derivative, operand, dy));
        }
    }

    /// <summary>A sum as a layer of weights 1: R_a = a⁺/(a⁺ + b⁺) R, so that no share is negative. Where nothing is positive, all is lost, or shared in proportion: R_a = a/(a + b) R.</summary>
    public static void PositiveSum(Backward b, DeadUnits dead)
    {
        var sum = Enumerable.Range(0, b.Node.Inputs.Length).Select(i => b.X(i).Relu()).Aggregate((one, other) => one + other);
        var share = (b.Y() * b.Dy() / sum).Where(sum > 0);
        for (int i = 0; i < b.Node.Inputs.Length; i++)
        {
            int operand = i;
            b.FlowSummed(i, b => dead == DeadUnits.Epsilon ? share.Where(b.X(operand) > 0, b.Dy().Where(sum <= 0)) : share.Where(b.X(operand) > 0));
        }
    }

    /// <summary>LayerNormalization with 1/σ as a constant: γ (x − μ)/σ is linear in x. Ali et al., «XAI for transformers», 2022, §3.2.</summary>
    public static void FrozenLayerNormalization(Backward b) => b.Flow(0, static b =>
    {
        int rank = b.RankOf(0);
        long[] axes = [.. Enumerable.Range(b.Axis(-1, rank), rank - b.Axis(-1, rank)).Select(axis => (long)axis)];
        var g = b.Dy() * b.X(1);
        return b.Y(2).Cast(b.X(0).Element) * (g - g.Mean(axes));
    });

    private static bool IsGate(string value, RuleScope scope)
    {
        var node = scope.Made(value);
        if (node is null || node.Domain.Length > 0 || Gates.Contains(node.OpType))
        {
            return node is { Domain.Length: 0 };
        }

        return (scope.IsSelect(node) || RuleScope.IsElementwiseAffine(node)) && node.Inputs.Where(scope.Varies).ToArray() is [var only] && IsGate(only, scope);
    }
}

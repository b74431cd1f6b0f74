namespace Unmask.Graphs;

/// <summary>Softmax and its logarithm, along one axis.</summary>
internal static class SoftmaxRules
{
    public static void AddTo(RuleTable table) => table
        .Composite("Softmax", b => b.Flow(0, static b => b.Y() * (b.Dy() - Sum(b, b.Dy() * b.Y()))))
        .Composite("LogSoftmax", b => b.Flow(0, static b => b.Dy() - (b.Y().Exp() * Sum(b, b.Dy()))));

    private static Expression Sum(Backward b, Expression x) => x.Sum([b.Node.Int("axis", -1)]);
}

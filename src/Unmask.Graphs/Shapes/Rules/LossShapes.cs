namespace Unmask.Graphs;

/// <summary>Losses, as training graphs carry them.</summary>
internal static class LossShapes
{
    public static void AddTo(ShapeTable table) => table.Add(Loss, "NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss");

    private static void Loss(ShapeContext node)
    {
        node.Set(0, node.ElementOf(0), node.Node.Text("reduction", "mean") == "none" ? node.ShapeOf(1) : Shape.Scalar);
        node.Set(1, node.TypeOf(0));
    }
}

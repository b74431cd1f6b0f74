namespace Unmask.Graphs;

/// <summary>LSTM, GRU and RNN.</summary>
internal static class RecurrentShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(node => Recur(node, gates: 4), "LSTM")
        .Add(node => Recur(node, gates: 3), "GRU")
        .Add(node => Recur(node, gates: 1), "RNN");

    private static void Recur(ShapeContext node, long gates)
    {
        node.RequireRank(0, 3, "the input");
        node.RequireRank(1, 3, "the input weights");
        node.RequireRank(2, 3, "the recurrent weights");
        node.Same(node.AxisOf(0, 2), node.AxisOf(1, 2), "the input's features and the weights' last axis");
        bool batchFirst = node.Node.Int("layout", 0) != 0;
        var sequence = node.AxisOf(0, batchFirst ? 1 : 0);
        var batch = node.AxisOf(0, batchFirst ? 0 : 1);
        Dimension directions = node.Node.Text("direction", "forward") == "bidirectional" ? 2 : 1;
        node.Same(node.AxisOf(1, 0), directions, "the weights' first axis and the number of directions");
        var hidden = Hidden(node, gates);
        var element = node.ElementOf(0);
        node.Set(0, element, batchFirst ? new(batch, sequence, directions, hidden) : new(sequence, directions, batch, hidden));
        Shape last = batchFirst ? new(batch, directions, hidden) : new(directions, batch, hidden);
        node.Set(1, element, last);
        node.Set(2, element, last);
    }

    private static Dimension Hidden(ShapeContext node, long gates)
    {
        var stated = node.Node.Int("hidden_size", 0) is var size && size > 0 ? Dimension.Of(size) : Dimension.Unknown;
        var hidden = node.Same(stated, node.AxisOf(2, 2), "hidden_size and the recurrent weights' last axis");
        if (hidden.Size is { } known)
        {
            node.Same(node.AxisOf(1, 1), gates * known, $"the weights' second axis and {gates} × the hidden size");
        }

        return hidden;
    }
}

namespace Unmask.Graphs;

/// <summary>Matrix products and recurrent networks.</summary>
internal static class BatchProductRules
{
    public static void MatMul(BatchNode node)
    {
        if (node.Rank(0) is not { } left || node.Rank(1) is not { } right)
        {
            node.Stop("the number of axes of its inputs is not known");
            return;
        }

        int rank = Math.Max(left, right) - (left == 1 ? 1 : 0) - (right == 1 ? 1 : 0);
        BatchAxis?[] places = [Place(node, 0, left, right, rank), Place(node, 1, right, left, rank)];
        var found = places.OfType<BatchAxis>().Distinct().ToArray();
        if (node.Obstacle is null && found.Length != 1)
        {
            node.Stop("its inputs have the batch at different axes");
        }

        if (node.Obstacle is not null)
        {
            return;
        }

        for (int input = 0; input < 2; input++)
        {
            // A factor without a batch is a matrix (fine), or a stack of matrices that must have one at the batch axis.
            int own = input == 0 ? left : right;
            int axis = found[0].Axis - (rank - own);
            if (places[input] is null && found[0].Axis < rank - 2 && axis >= 0 && node.Shape(input) is { } shape && shape[axis].Size != 1)
            {
                node.Repeat(input, found[0].At(axis), broadcasts: true);
            }
        }

        node.Set(0, found[0]);
    }

    public static void Gemm(BatchNode node)
    {
        var left = node.In(0) is { } a ? a.Axis == (int)node.Node.Int("transA", 0) ? a.At(0) : Contracted(node) : null;
        var right = node.In(1) is { } b ? b.Axis != (int)node.Node.Int("transB", 0) ? b.At(1) : Contracted(node) : null;
        var found = new[] { left, right, node.In(2) is { } c ? c.At(c.Axis + 2 - (node.Rank(2) ?? 2)) : null }.OfType<BatchAxis>().Distinct().ToArray();
        if (found.Length != 1)
        {
            node.Stop("its inputs have the batch at different axes");
            return;
        }

        if (node.Node.Input(2).Length > 0 && node.In(2) is null)
        {
            BatchAxisRules.Broadcast(node, 2, found[0], 2);
        }

        node.Set(0, found[0]);
    }

    public static void Einsum(BatchNode node)
    {
        string[] sides = node.Node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length != 2 || node.Node.Text("equation", "").Contains('.', StringComparison.Ordinal))
        {
            node.Stop("its equation is not followed (it has an ellipsis or no result)");
            return;
        }

        var letters = Enumerable.Range(0, terms.Length)
            .SelectMany(i => node.In(i) is { } batch ? new[] { (Letter: terms[i][batch.Axis], Batch: batch.At(0)) } : [])
            .Distinct()
            .ToArray();
        int axis = letters.Length == 1 ? sides[1].IndexOf(letters[0].Letter, StringComparison.Ordinal) : -1;
        if (axis < 0)
        {
            node.Stop("it sums over the batch or mixes it with another axis");
            return;
        }

        for (int i = 0; i < terms.Length; i++)
        {
            if (node.In(i) is null && terms[i].IndexOf(letters[0].Letter, StringComparison.Ordinal) is >= 0 and var own)
            {
                node.Repeat(i, letters[0].Batch.At(own), broadcasts: false);
            }
        }

        node.Set(0, letters[0].Batch.At(axis));
    }

    /// <summary>RNN, GRU, LSTM: [time, batch, features], or the batch in front with layout 1.</summary>
    public static void Recurrent(BatchNode node)
    {
        bool first = node.Node.Int("layout", 0) == 1;
        if (node.In(0) is not { IsPure: true } batch || batch.Axis != (first ? 0 : 1))
        {
            node.Stop("the batch is not at its batch axis");
            return;
        }

        foreach (var (input, axis) in new[] { (4, 0), (5, first ? 0 : 1), (6, first ? 0 : 1) })
        {
            if (node.Node.Input(input).Length > 0 && node.In(input) is null)
            {
                node.Repeat(input, new BatchAxis(axis), broadcasts: false);
            }
        }

        node.Set(0, new BatchAxis(first ? 0 : 2));
        node.Set(1, new BatchAxis(first ? 0 : 1));
        node.Set(2, new BatchAxis(first ? 0 : 1));
    }

    private static BatchAxis? Place(BatchNode node, int input, int own, int other, int rank)
    {
        if (node.In(input) is not { } batch)
        {
            return null;
        }

        // Rows of the left and columns of the right factor stay; what is summed over must not be the batch.
        int contracted = own == 1 ? 0 : input == 0 ? own - 1 : own - 2;
        if (batch.Axis == contracted)
        {
            return Contracted(node);
        }

        if (own >= 2 && batch.Axis == (input == 0 ? own - 2 : own - 1))
        {
            return batch.At(input == 0 && other > 1 ? rank - 2 : rank - 1);
        }

        int matrix = (other == 1 ? 1 : 2) - (own == 1 ? 1 : 0);
        return batch.At(batch.Axis + (rank - matrix) - (own - 2));
    }

    private static BatchAxis? Contracted(BatchNode node)
    {
        node.Stop("it sums over the batch");
        return null;
    }
}

using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>The layers of a vision transformer, [N, tokens, features].</summary>
internal sealed class TokenLayers(Graph graph, IReadOnlyList<Node> path, FeatureMaps maps)
{
    // From the attention's softmax back to what the queries and keys are made of: projections, heads and scales, no more.
    private const int MostStepsBack = 16;

    /// <summary>
    /// The tokens that enter the last attention, normalised; <c>null</c> without attention behind the last feature map. Further on only the class token
    /// reaches the score of most models, and the gradients of all other tokens are zero.
    /// </summary>
    public string? LastAttended
    {
        get
        {
            int attention = path.Count - 1;
            while (attention >= 0 && !IsAttention(path[attention]))
            {
                attention--;
            }

            return attention > LastMap() ? TokensBefore(path[attention]) : null;
        }
    }

    private int LastMap()
    {
        int last = path.Count - 1;
        while (last >= 0 && !maps.Contains(path[last].Outputs[0]))
        {
            last--;
        }

        return last;
    }

    /// <summary>A softmax over pairs of tokens, or an operator that holds one.</summary>
    private bool IsAttention(Node node) => node.OpType is "Attention" or "MultiHeadAttention"
        || (node.OpType == "Softmax" && graph.ShapeOf(node.Outputs[0]) is { Rank: >= 3 } shape && shape[^1] == shape[^2]);

    /// <summary>Back from the attention, breadth first, to the first value of tokens that is normalised, or else that a sum makes.</summary>
    private string? TokensBefore(Node attention)
    {
        var makers = path.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node))).ToDictionary(StringComparer.Ordinal);
        List<string> front = [.. attention.Inputs];
        for (int step = 0; step < MostStepsBack; step++)
        {
            if (front.Find(value => makers.TryGetValue(value, out var maker) && IsNormalised(maker, makers)) is { } found)
            {
                return found;
            }

            front = [.. front.Where(makers.ContainsKey).SelectMany(value => makers[value].Inputs).Distinct(StringComparer.Ordinal)];
        }

        return null;
    }

    /// <summary>LayerNormalization, or the scale and shift that it ends in when it is spelt out: not the bias of a projection.</summary>
    private bool IsNormalised(Node maker, Dictionary<string, Node> makers) => graph.ShapeOf(maker.Outputs[0]) is { Rank: 3 or 4 }
        && (maker.OpType is "LayerNormalization" or "SkipLayerNormalization"
            || (maker.OpType == "Add" && maker.Inputs.Any(input => makers.TryGetValue(input, out var scaled) && scaled.OpType == "Mul"
                && scaled.Inputs.Any(value => makers.TryGetValue(value, out var divided) && divided.OpType == "Div"))));
}

/// <summary>How tokens lie on a picture.</summary>
internal static class TokenGrid
{
    // Class and distillation tokens, and up to eight registers.
    private const int MostPrefixTokens = 10;

    /// <summary>The grid of a known feature map (the patches) that the tokens fill, else the largest square; the rest stands in front.</summary>
    public static LayerGrid? Of(int tokens, IEnumerable<(int Height, int Width)> grids)
    {
        int side = (int)Math.Sqrt(tokens);
        return grids.Append((side, side))
            .Where(grid => grid.Item1 * grid.Item2 > 1 && tokens - (grid.Item1 * grid.Item2) is >= 0 and <= MostPrefixTokens)
            .Select(grid => new LayerGrid(grid.Item1, grid.Item2, GridAxes.Tokens) { Prefix = tokens - (grid.Item1 * grid.Item2) })
            .FirstOrDefault();
    }
}

namespace Unmask.Graphs;

/// <summary>Recognises softmax(q·kᵀ)·v by its two products, written as MatMul or Einsum, and the softmax between them.</summary>
internal sealed class AttentionPattern
{
    // How many values are looked at between the softmax and a product: scales, masks, biases of positions, and what makes them.
    private const int MostValuesBetween = 64;

    // Weights may be dropped out, cast, reshaped, repeated, or freed of the NaN of rows that are masked as a whole.
    private static readonly HashSet<string> BehindSoftmax = new(StringComparer.Ordinal) { "Dropout", "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Expand", "Where" };

    private static readonly HashSet<string> BeforeSoftmax = new(StringComparer.Ordinal)
    {
        "Mul", "Div", "Add", "Sub", "Where", "Reshape", "Cast", "Identity", "Dropout", "Squeeze", "Unsqueeze", "Expand", "Tanh", "Clip", "Max", "Min",
    };

    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, Node> _producers;
    private readonly HashSet<string> _computed;

    public AttentionPattern(Graph graph)
    {
        _graph = graph;
        _producers = graph.Producers();
        _computed = DataFlow.From(graph);
    }

    /// <summary>The block whose mixture a node makes; <c>null</c>: it makes none.</summary>
    public AttentionBlock? Find(Node mixture)
    {
        if (Operands(mixture) is not { } operands)
        {
            return null;
        }

        foreach (var (weights, value) in operands)
        {
            if (SoftmaxBefore(weights) is { } softmax && ProductBefore(softmax.Inputs[0]) is { } product)
            {
                return new(product.Inputs[0], product.Inputs[1], softmax.Inputs[0], softmax.Outputs[0], value, mixture.Outputs[0]);
            }
        }

        return null;
    }

    /// <summary>What a product sums over the last axis of, with the other operand: of MatMul the left; of Einsum any whose last letter, but not the one before, is summed.</summary>
    private static IEnumerable<(string Weights, string Value)>? Operands(Node node)
    {
        if (node.Is("MatMul"))
        {
            return [(node.Inputs[0], node.Inputs[1])];
        }

        if (!node.Is("Einsum") || node.Inputs.Length != 2 || node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal).Split("->") is not [var left, var result])
        {
            return null;
        }

        string[] terms = left.Split(',');
        return Enumerable.Range(0, 2)
            .Where(i => terms[i].Length >= 2 && !result.Contains(terms[i][^1], StringComparison.Ordinal) && result.Contains(terms[i][^2], StringComparison.Ordinal))
            .Select(i => (node.Inputs[i], node.Inputs[1 - i]));
    }

    private Node? SoftmaxBefore(string value) => Before(value, BehindSoftmax).FirstOrDefault(IsSoftmax);

    private bool IsSoftmax(Node node) => node.Is("Softmax")
        && (node.Int("axis", -1) is var axis && (axis == -1 || axis + 1 == _graph.ShapeOf(node.Outputs[0])?.Rank));

    /// <summary>
    /// The product of two computed values that the softmax reads. Of several, one of the data itself: positions may be multiplied with queries, too.
    /// Queries that are learnt are the same for all data.
    /// </summary>
    private Node? ProductBefore(string value)
    {
        var products = Before(value, BeforeSoftmax).Where(node => (node.Is("MatMul") || node.Is("Einsum")) && node.Inputs.Length == 2).ToList();
        return products.Find(node => node.Inputs.All(_computed.Contains))
            ?? products.Find(node => node.Inputs.Any(_computed.Contains) && node.Inputs.All(_producers.ContainsKey))
            ?? products.Find(node => node.Inputs.All(_producers.ContainsKey));
    }

    /// <summary>The nodes before a value, nearest first, through some operators; those nodes that are not of these operators are not passed.</summary>
    private IEnumerable<Node> Before(string value, HashSet<string> through)
    {
        var open = new Queue<string>([value]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < MostValuesBetween && open.TryDequeue(out string? next))
        {
            if (seen.Add(next) && _producers.TryGetValue(next, out var node))
            {
                yield return node;
                foreach (string input in node.Domain.Length == 0 && through.Contains(node.OpType) ? node.Inputs : [])
                {
                    open.Enqueue(input);
                }
            }
        }
    }
}

/// <summary>Which values depend on the elements of a graph's inputs, not only on their sizes.</summary>
internal static class DataFlow
{
    /// <summary>Their names, the inputs among them.</summary>
    public static HashSet<string> From(Graph graph)
    {
        var computed = graph.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.OpType is not ("Shape" or "Size") && node.Inputs.Any(computed.Contains)))
        {
            computed.UnionWith(node.Outputs.Where(output => output.Length > 0));
        }

        return computed;
    }
}

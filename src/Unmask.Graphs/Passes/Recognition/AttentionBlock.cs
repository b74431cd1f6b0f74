using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One place where a model attends: softmax(q·kᵀ)·v, whatever scales and masks the scores.</summary>
/// <param name="Query">The value multiplied from the left, [..., queries, features].</param>
/// <param name="Key">The value multiplied from the right, as the product reads it: [..., features, keys].</param>
/// <param name="Scores">What the softmax reads.</param>
/// <param name="Weights">The attention map, what the softmax makes: [..., queries, keys], rows sum to 1.</param>
/// <param name="Value">The values that are mixed, [..., keys, features].</param>
/// <param name="Output">The mixture, [..., queries, features].</param>
public sealed record AttentionBlock(string Query, string Key, string Scores, string Weights, string Value, string Output)
{
    /// <summary>The attention blocks of the main graph, in the order of the model. All names are values of the graph, hence possible cuts.</summary>
    public static ImmutableArray<AttentionBlock> FindAll(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var scope = new PatternScope(graph);
        return [.. graph.Nodes.Where(node => node.Is("MatMul")).Select(node => Find(node, scope)).OfType<AttentionBlock>()];
    }

    private static AttentionBlock? Find(Node mixture, PatternScope scope)
    {
        string weights = Through(mixture.Inputs[0], scope, "Dropout", "Identity", "Cast");
        if (scope.Made(weights, "Softmax") is not { } softmax)
        {
            return null;
        }

        return ProductBefore(softmax.Inputs[0], scope) is { } product
            ? new(product.Inputs[0], product.Inputs[1], softmax.Inputs[0], softmax.Outputs[0], mixture.Inputs[1], mixture.Outputs[0])
            : null;
    }

    // Between the product and the softmax scores may be scaled, masked by a sum or by Where, and reshaped.
    private static Node? ProductBefore(string value, PatternScope scope)
    {
        const int LongestChain = 8;
        var open = new Queue<string>([value]);
        for (int i = 0; i < LongestChain && open.TryDequeue(out string? next); i++)
        {
            if (scope.Made(next, "MatMul") is { } product)
            {
                return product;
            }

            foreach (string opType in (string[])["Mul", "Div", "Add", "Sub", "Where", "Reshape", "Cast"])
            {
                foreach (string input in scope.Made(next, opType)?.Inputs ?? [])
                {
                    open.Enqueue(input);
                }
            }
        }

        return null;
    }

    private static string Through(string value, PatternScope scope, params ReadOnlySpan<string> opTypes)
    {
        foreach (string opType in opTypes)
        {
            value = scope.Made(value, opType)?.Inputs[0] ?? value;
        }

        return value;
    }
}

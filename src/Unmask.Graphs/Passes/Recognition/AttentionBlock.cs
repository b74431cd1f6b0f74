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
    /// <summary>Which stream of tokens asks, numbered in the order in which the model's attention meets them. Default 0.</summary>
    public int QueryStream { get; init; }

    /// <summary>Which stream of tokens is looked at. Default 0.</summary>
    public int KeyStream { get; init; }

    /// <summary>Whether tokens attend to tokens of their own stream (self-attention) rather than of another (cross-attention).</summary>
    public bool IsSelf => QueryStream == KeyStream;

    /// <summary>
    /// The attention blocks of the main graph, in the order of the model. All names are values of the graph, hence possible cuts. Attention that is one
    /// operator holds none: see <see cref="OpenAttention"/>.
    /// </summary>
    public static ImmutableArray<AttentionBlock> FindAll(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var pattern = new AttentionPattern(graph);
        ImmutableArray<AttentionBlock> blocks = [.. graph.Nodes.Select(pattern.Find).OfType<AttentionBlock>().DistinctBy(block => block.Weights)];
        return new TokenStreams(graph, blocks).Number();
    }
}

using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Which function a node calls: a function wins over an operator of the same domain and name.</summary>
internal readonly record struct FunctionKey(string Domain, string Name, string Overload)
{
    /// <summary>What the node calls, if it calls a function.</summary>
    public static FunctionKey Of(Node node) => new(node.Domain, node.OpType, node.Overload);

    /// <inheritdoc/>
    public override string ToString() => $"\"{(Domain.Length == 0 ? "" : Domain + ".")}{Name}{(Overload.Length == 0 ? "" : ":" + Overload)}\"";
}

/// <summary>A function that a model brings along: a graph with parameters, called like an operator.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Inputs">The names of its inputs inside.</param>
/// <param name="Outputs">The names of its outputs inside.</param>
/// <param name="Defaults">The values of attributes that a caller may leave out.</param>
/// <param name="Nodes">The body, in topological order; its attributes may be <see cref="NodeAttribute.Reference"/>s.</param>
/// <param name="Opsets">The operator sets that the body is written in.</param>
internal sealed record Function(
    FunctionKey Key,
    ImmutableArray<string> Inputs,
    ImmutableArray<string> Outputs,
    ImmutableSortedDictionary<string, NodeAttribute> Defaults,
    ImmutableArray<Node> Nodes,
    ImmutableSortedDictionary<string, long> Opsets)
{
    /// <summary>Every node of the body, those of subgraphs included.</summary>
    public IEnumerable<Node> AllNodes() => AllNodes(Nodes);

    /// <summary>These nodes and all of their subgraphs.</summary>
    public static IEnumerable<Node> AllNodes(IEnumerable<Node> nodes) =>
        nodes.SelectMany(node => AllNodes(node.Subgraphs.SelectMany(body => body.Nodes)).Prepend(node));
}

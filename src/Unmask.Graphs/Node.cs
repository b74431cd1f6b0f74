using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Where a node came from in the user's file; survives every rewrite, and is what errors name.</summary>
/// <param name="Node">The node's name in the file, or the first output's when it has none.</param>
/// <param name="Position">Its place in the file, from 0; −1 for nodes that Unmask added.</param>
public sealed record Origin(string Node, int Position)
{
    /// <summary>The origin of a node that Unmask added.</summary>
    public static Origin Added(string name) => new(name, -1);

    /// <inheritdoc/>
    public override string ToString() => Position < 0 ? $"\"{Node}\" (added by Unmask)" : $"\"{Node}\" (node {Position + 1})";
}

/// <summary>One operation of a graph. Values are named; an absent optional input or output has the empty name.</summary>
/// <param name="Name">Readable and unique within the graph.</param>
/// <param name="OpType">The operator, for instance <c>Conv</c>.</param>
/// <param name="Inputs">The names of the values read.</param>
/// <param name="Outputs">The names of the values made.</param>
public sealed record Node(string Name, string OpType, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs)
{
    private static readonly ImmutableSortedDictionary<string, NodeAttribute> NoAttributes =
        ImmutableSortedDictionary.Create<string, NodeAttribute>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, string> NoMetadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The operator's domain; empty for the standard one (<c>ai.onnx</c>).</summary>
    public string Domain { get; init; } = "";

    /// <summary>Which overload of a function is called; empty for the usual one.</summary>
    public string Overload { get; init; } = "";

    /// <summary>The attributes, by name.</summary>
    public ImmutableSortedDictionary<string, NodeAttribute> Attributes { get; init; } = NoAttributes;

    /// <summary>Free text of the file; PyTorch writes stack traces here.</summary>
    public string Documentation { get; init; } = "";

    /// <summary>Free key-value facts of the file; PyTorch writes the module path here.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = NoMetadata;

    /// <summary>Where the node came from.</summary>
    public Origin Origin { get; init; } = Origin.Added(Name);

    /// <summary>Whether the operator is this one of the standard domain.</summary>
    public bool Is(string opType) => Domain.Length == 0 && OpType == opType;

    /// <summary>The name of an input; empty when it is absent.</summary>
    public string Input(int index) => index < Inputs.Length ? Inputs[index] : "";

    /// <summary>The name of an output; empty when it is absent.</summary>
    public string Output(int index) => index < Outputs.Length ? Outputs[index] : "";

    /// <summary>An integer attribute, or the default when it is absent.</summary>
    public long Int(string name, long absent) => Attributes.GetValueOrDefault(name) is NodeAttribute.Int found ? found.Value : absent;

    /// <summary>A float attribute, or the default when it is absent.</summary>
    public float Float(string name, float absent) => Attributes.GetValueOrDefault(name) is NodeAttribute.Float found ? found.Value : absent;

    /// <summary>A string attribute, or the default when it is absent.</summary>
    public string Text(string name, string absent) => Attributes.GetValueOrDefault(name) is NodeAttribute.Text found ? found.Value : absent;

    /// <summary>A list of integers; <c>null</c> when it is absent.</summary>
    public ImmutableArray<long>? Ints(string name) => Attributes.GetValueOrDefault(name) is NodeAttribute.Ints found ? found.Values : null;

    /// <summary>The subgraphs that the node holds (bodies of If, Loop, Scan).</summary>
    public IEnumerable<Graph> Subgraphs => Attributes.Values.SelectMany(attribute => SubgraphsOf(attribute));

    /// <summary>The subgraphs in an attribute.</summary>
    internal static ImmutableArray<Graph> SubgraphsOf(NodeAttribute attribute) => attribute switch
    {
        NodeAttribute.Subgraph one => [one.Value],
        NodeAttribute.Subgraphs many => many.Values,
        _ => [],
    };

    /// <summary>The same node with one attribute set.</summary>
    public Node With(string attribute, NodeAttribute value) => this with { Attributes = Attributes.SetItem(attribute, value) };

    /// <summary>The same node without these attributes.</summary>
    public Node Without(params ReadOnlySpan<string> attributes)
    {
        var kept = Attributes;
        foreach (string attribute in attributes)
        {
            kept = kept.Remove(attribute);
        }

        return this with { Attributes = kept };
    }
}

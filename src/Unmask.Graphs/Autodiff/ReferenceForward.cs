using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// The forward pass once more, at a reference (baseline): a copy of the nodes that depend on what has a reference, over inputs of its own. What
/// no rule reads is pruned with everything else.
/// </summary>
internal sealed class ReferenceForward
{
    private readonly Emitter _emitter;
    private readonly Dictionary<string, Expression> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _copies = new(StringComparer.Ordinal);

    /// <summary>Copies the forward pass.</summary>
    /// <param name="emitter">Where to.</param>
    /// <param name="references">The values that have a reference.</param>
    /// <exception cref="UnsupportedOperatorException">A node with a body of its own (If, Loop) depends on them.</exception>
    public ReferenceForward(Emitter emitter, ImmutableArray<string> references)
    {
        _emitter = emitter;
        foreach (string name in references)
        {
            var type = emitter.TypeOf(name);
            _values[name] = emitter.Input($"{name}_Reference", type?.Element ?? ElementType.Float32, type?.Shape);
        }

        Inputs = [.. references.Select(name => _values[name].Name)];
        var (prefix, origin) = (emitter.Prefix, emitter.Origin);
        foreach (var node in emitter.Graph.Nodes.Where(DependsOnValues))
        {
            (emitter.Prefix, emitter.Origin) = ($"{node.Name}_Reference", node.Origin);
            Copy(node);
        }

        (emitter.Prefix, emitter.Origin) = (prefix, origin);
    }

    /// <summary>The inputs that take the references.</summary>
    public ImmutableArray<string> Inputs { get; }

    /// <summary>A value at the reference; the value itself where it does not depend on what has one.</summary>
    public Expression At(string name) => _values.TryGetValue(name, out var there) ? there : _emitter.Value(name);

    /// <summary>An output of a node at the reference, which is added to the copy when it is not made so far.</summary>
    public Expression Output(Node node, int index) =>
        _copies.TryGetValue(KeyOf(node), out var copy) ? _emitter.Output(copy, index) : _emitter.Output(node, index);

    private static string KeyOf(Node node) => node.Outputs.First(output => output.Length > 0);

    // Shapes are the same there.
    private bool DependsOnValues(Node node) => node.OpType is not ("Shape" or "Size") && SubgraphScopes.Reads(node).Any(_values.ContainsKey);

    private void Copy(Node node)
    {
        if (node.Subgraphs.Any())
        {
            throw UnsupportedOperatorException.At(node, "{op} has a body of its own, which cannot be run at a reference as well");
        }

        var copy = _emitter.CopyNode(node, [.. node.Inputs.Select(At)]);
        _copies[KeyOf(node)] = copy;
        foreach (var (output, there) in node.Outputs.Zip(copy.Outputs).Where(pair => pair.First.Length > 0))
        {
            _values.TryAdd(output, _emitter.Value(there));
        }
    }
}

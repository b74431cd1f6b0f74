using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One run of the <see cref="Verifier"/>.</summary>
/// <param name="opsets">The operator sets that the model states.</param>
internal sealed class GraphCheck(ImmutableSortedDictionary<string, long> opsets)
{
    /// <summary>What was found.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Checks a graph and its subgraphs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="around">Whether a name is visible from the graphs around; <c>null</c> for the main graph.</param>
    public void Run(Graph graph, Func<string, bool>? around)
    {
        bool main = around is null;
        around ??= static _ => false;
        var made = new HashSet<string>(StringComparer.Ordinal);
        CheckOpsets(graph, main);
        CheckGiven(graph, made, around);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (node.Name.Length == 0 || !names.Add(node.Name))
            {
                Problems.Add(node.Name.Length == 0 ? $"A {node.OpType} node has no name." : $"Two nodes are named \"{node.Name}\".");
            }

            CheckNode(node, made, around);
        }

        CheckOutputs(graph, made, around, main);
    }

    private void CheckOpsets(Graph graph, bool main)
    {
        if (!main && !graph.Opsets.IsEmpty)
        {
            Problems.Add($"The subgraph \"{graph.Name}\" states operator sets; only the model does.");
        }

        foreach (var (domain, version) in graph.Opsets)
        {
            if (domain == "ai.onnx" || (domain.Length == 0 && version is (< 1 or > OperatorSets.Newest)))
            {
                Problems.Add($"\"{domain}\" {version} is not an operator set that Unmask knows.");
            }
        }
    }

    private void CheckGiven(Graph graph, HashSet<string> made, Func<string, bool> around)
    {
        foreach (var input in graph.Inputs)
        {
            Make(input.Name, $"the input \"{input.Name}\"", made, around);
        }

        foreach (var (name, tensor) in graph.Constants)
        {
            Make(name, $"the constant \"{name}\"", made, around);
            CheckTensor(tensor, $"The constant \"{name}\"");
        }
    }

    private void CheckNode(Node node, HashSet<string> made, Func<string, bool> around)
    {
        if (node.OpType.Length == 0)
        {
            Problems.Add($"The node \"{node.Name}\" has no operator.");
        }

        if (!opsets.ContainsKey(node.Domain))
        {
            Problems.Add($"The node \"{node.Name}\" uses the operator set \"{node.Domain}\", whose version is not stated.");
        }

        foreach (string input in node.Inputs)
        {
            if (input.Length > 0 && !made.Contains(input) && !around(input))
            {
                Problems.Add($"The node \"{node.Name}\" reads \"{input}\", which is not made before it.");
            }
        }

        CheckAttributes(node, name => made.Contains(name) || around(name));
        foreach (string output in node.Outputs)
        {
            if (output.Length > 0)
            {
                Make(output, $"the node \"{node.Name}\"", made, around);
            }
        }
    }

    private void CheckAttributes(Node node, Func<string, bool> visible)
    {
        foreach (var (name, attribute) in node.Attributes)
        {
            switch (attribute)
            {
                case NodeAttribute.Reference:
                    Problems.Add($"The attribute \"{name}\" of the node \"{node.Name}\" refers to a function's attribute.");
                    break;
                case NodeAttribute.Tensor { Value: var tensor }:
                    CheckTensor(tensor, $"The attribute \"{name}\" of the node \"{node.Name}\"");
                    break;
            }
        }

        foreach (var subgraph in node.Subgraphs)
        {
            Run(subgraph, visible);
        }
    }

    private void CheckOutputs(Graph graph, HashSet<string> made, Func<string, bool> around, bool main)
    {
        if (graph.Outputs.IsEmpty)
        {
            Problems.Add($"The graph \"{graph.Name}\" has no outputs.");
        }

        var outputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in graph.Outputs)
        {
            if (!made.Contains(output.Name) && !around(output.Name))
            {
                Problems.Add($"The output \"{output.Name}\" is not made.");
            }

            if (main && !outputs.Add(output.Name))
            {
                Problems.Add($"Two outputs are named \"{output.Name}\".");
            }
        }
    }

    private void Make(string name, string maker, HashSet<string> made, Func<string, bool> around)
    {
        if (name.Length == 0)
        {
            Problems.Add("An input or constant has no name.");
        }
        else if (around(name) || !made.Add(name))
        {
            Problems.Add($"The value \"{name}\" is made twice, the second time by {maker}.");
        }
    }

    private void CheckTensor(TensorData tensor, string what)
    {
        bool strings = tensor.Type == ElementType.String;
        if (tensor.Type.Bits() == 0 && !strings)
        {
            Problems.Add($"{what} has no element type.");
        }
        else if (tensor.Dimensions.Any(size => size < 0))
        {
            Problems.Add($"{what} has negative dimensions: {string.Join(", ", tensor.Dimensions)}.");
        }
        else if (strings ? tensor.Strings.Length != tensor.Count : tensor.ByteLength != tensor.Type.BytesFor(tensor.Count))
        {
            Problems.Add($"{what} is {tensor}, but holds {(strings ? $"{tensor.Strings.Length} strings" : $"{tensor.ByteLength} bytes")}.");
        }
    }
}

using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Gives every node of a graph a name: its own, or one made of its operator and first output («Relu_12»).</summary>
internal sealed class NodeNames(ModelSource source)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The names, in the order of the nodes. The names that the file gives win.</summary>
    public string[] For(IReadOnlyList<NodeProto> nodes)
    {
        string[] names = new string[nodes.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = nodes[i].Name;
            if (names[i].Length > 0 && !_taken.Add(names[i]))
            {
                throw source.Error($"two nodes are named \"{names[i]}\" (the second is {Describe(nodes[i], i)}). Names must be unique; export the model again.");
            }
        }

        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0)
            {
                names[i] = Fresh(FirstOutput(nodes[i]) is { Length: > 0 } output ? $"{nodes[i].OpType}_{output}" : nodes[i].OpType);
            }
        }

        return names;
    }

    /// <summary>What a message calls a node, for instance <c>Conv "conv1" (node 3)</c>.</summary>
    public static string Describe(NodeProto node, int position) => $"{node.OpType} \"{InFile(node)}\" (node {position + 1})".TrimStart();

    /// <summary>The node's name in the file, or its first output's when it has none.</summary>
    public static string InFile(NodeProto node) => node.Name.Length > 0 ? node.Name : FirstOutput(node);

    private static string FirstOutput(NodeProto node)
    {
        foreach (string output in node.Output)
        {
            if (output.Length > 0)
            {
                return output;
            }
        }

        return "";
    }

    private string Fresh(string hint)
    {
        string name = hint;
        for (int i = 1; !_taken.Add(name); i++)
        {
            name = $"{hint}_{i}";
        }

        return name;
    }
}

using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Unmask.Graphs;

/// <summary>
/// Shows a graph as text, for people and for comparison: the same graph always gives the same text. Constants are shown by type and first values.
/// </summary>
public static class GraphPrinter
{
    private static readonly SearchValues<char> Misleading = SearchValues.Create(" ,()[]{}=\"\\\n\r\t");

    /// <summary>The graph as text, one node a line: <c>[conv1] y: Float32[N, 64, 56, 56] = Conv(x, w, b) {group=1}</c>.</summary>
    public static string Print(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var text = new StringBuilder();
        Print(graph, text, "");
        return text.ToString();
    }

    /// <summary>One node as text, on one line unless it has subgraphs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="graph">The graph that knows the types of its outputs; <c>null</c> leaves them out.</param>
    public static string Print(Node node, Graph? graph = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        var text = new StringBuilder();
        Print(node, graph is null ? null : Types(graph), text, "");
        return text.ToString();
    }

    private static void Print(Graph graph, StringBuilder text, string indent)
    {
        text.Append(indent).Append("graph ").Append(Quote(graph.Name));
        foreach (var (domain, version) in graph.Opsets)
        {
            text.Append(' ').Append(domain.Length == 0 ? "opset" : domain).Append(' ').Append(version);
        }

        text.Append('\n');
        foreach (var (key, value) in graph.Metadata)
        {
            text.Append(indent).Append("  metadata ").Append(Quote(key)).Append(" = ").Append(Quote(value)).Append('\n');
        }

        PrintValues("input", graph.Inputs, text, indent);
        foreach (var (name, tensor) in graph.Constants.OrderBy(constant => constant.Key, StringComparer.Ordinal))
        {
            text.Append(indent).Append("  constant ").Append(Name(name)).Append(": ").Append(TensorText.Show(tensor)).Append('\n');
        }

        foreach (var (name, parameters) in graph.QuantizationAnnotations.OrderBy(annotation => annotation.Key, StringComparer.Ordinal))
        {
            text.Append(indent).Append("  quantization ").Append(Name(name)).Append(": ");
            text.AppendJoin(", ", parameters.Select(parameter => $"{parameter.Key}={Name(parameter.Value)}")).Append('\n');
        }

        var types = Types(graph);
        foreach (var node in graph.Nodes)
        {
            text.Append(indent).Append("  ");
            Print(node, types, text, indent + "  ");
            text.Append('\n');
        }

        PrintValues("output", graph.Outputs, text, indent);
    }

    private static void PrintValues(string what, ImmutableArray<Value> values, StringBuilder text, string indent)
    {
        foreach (var value in values)
        {
            text.Append(indent).Append("  ").Append(what).Append(' ').Append(Name(value.Name)).Append(": ").Append(value.Type?.ToString() ?? "?").Append('\n');
        }
    }

    private static Dictionary<string, ValueType?> Types(Graph graph)
    {
        var types = new Dictionary<string, ValueType?>(StringComparer.Ordinal);
        foreach (var (name, type) in graph.InnerTypes)
        {
            types[name] = type;
        }

        foreach (var output in graph.Outputs)
        {
            types.TryAdd(output.Name, output.Type);
        }

        return types;
    }

    private static void Print(Node node, Dictionary<string, ValueType?>? types, StringBuilder text, string indent)
    {
        text.Append('[').Append(Name(node.Name)).Append("] ");
        text.AppendJoin(", ", node.Outputs.Select(output => types?.GetValueOrDefault(output) is { } type ? $"{Name(output)}: {type}" : Name(output)));
        text.Append(" = ").Append(node.Domain.Length == 0 ? "" : node.Domain + ".").Append(node.OpType);
        text.Append(node.Overload.Length == 0 ? "" : ":" + node.Overload);
        text.Append('(').AppendJoin(", ", node.Inputs.Select(Name)).Append(')');
        var plain = node.Attributes.Where(attribute => attribute.Value is not (NodeAttribute.Subgraph or NodeAttribute.Subgraphs)).ToList();
        if (plain.Count > 0)
        {
            text.Append(" {").AppendJoin(", ", plain.Select(attribute => $"{attribute.Key}={Show(attribute.Value)}")).Append('}');
        }

        foreach (var (name, value) in node.Attributes)
        {
            PrintSubgraphs(name, value, text, indent + "  ");
        }
    }

    private static void PrintSubgraphs(string name, NodeAttribute value, StringBuilder text, string indent)
    {
        foreach (var subgraph in Node.SubgraphsOf(value))
        {
            text.Append('\n').Append(indent).Append(name).Append(":\n");
            Print(subgraph, text, indent + "  ");
            text.Length--; // The line's end is the caller's.
        }
    }

    private static string Show(NodeAttribute attribute) => attribute switch
    {
        NodeAttribute.Float { Value: var value } => TensorText.Show(value),
        NodeAttribute.Int { Value: var value } => value.ToString(),
        NodeAttribute.Text { Value: var value } => Quote(value),
        NodeAttribute.Blob { Value: var value } => $"bytes({Convert.ToHexString(value.Span)})",
        NodeAttribute.Tensor { Value: var value } => TensorText.Show(value),
        NodeAttribute.Type { Value: var value } => value.ToString(),
        NodeAttribute.Reference { AttributeName: var value } => "@" + value,
        NodeAttribute.Floats { Values: var values } => $"[{string.Join(", ", values.Select(TensorText.Show))}]",
        NodeAttribute.Ints { Values: var values } => $"[{string.Join(", ", values)}]",
        NodeAttribute.Texts { Values: var values } => $"[{string.Join(", ", values.Select(Quote))}]",
        NodeAttribute.Tensors { Values: var values } => $"[{string.Join(", ", values.Select(TensorText.Show))}]",
        NodeAttribute.Types { Values: var values } => $"[{string.Join(", ", values)}]",
        _ => attribute.ToString(),
    };

    // Names are shown bare unless that could be misread.
    private static string Name(string name) => name.Length == 0 || name.AsSpan().ContainsAny(Misleading) ? Quote(name) : name;

    /// <summary>Text in quotation marks, on one line.</summary>
    internal static string Quote(string text) => new StringBuilder(text)
        .Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t")
        .Insert(0, '"').Append('"').ToString();
}

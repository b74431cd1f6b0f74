using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>Graphs as short lines, for assertions: <c>y = Concat(a, b) axis=1</c>.</summary>
internal static class GraphText
{
    public static string[] Lines(this Graph graph) => [.. graph.Nodes.Select(Line)];

    public static string[] InputLines(this Graph graph) => [.. graph.Inputs.Select(value => value.ToString())];

    public static string[] OutputLines(this Graph graph) => [.. graph.Outputs.Select(value => value.ToString())];

    private static string Line(Node node) =>
        $"{string.Join(", ", node.Outputs)} = {node.OpType}({string.Join(", ", node.Inputs)}){string.Concat(node.Attributes.Select(pair => $" {pair.Key}={Text(pair.Value)}"))}";

    private static string Text(NodeAttribute attribute) => attribute switch
    {
        NodeAttribute.Int one => $"{one.Value}",
        NodeAttribute.Float one => $"{one.Value}",
        NodeAttribute.Text one => one.Value,
        NodeAttribute.Ints many => $"[{string.Join(", ", many.Values)}]",
        NodeAttribute.Subgraph body => $"{{ {string.Join("; ", body.Value.Lines())} }}",
        _ => attribute.GetType().Name,
    };
}

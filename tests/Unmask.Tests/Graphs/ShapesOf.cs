using System.Globalization;
using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

/// <summary>Infers the outputs of one node, written as text: «N,3,224,224» is a float input of that shape, «Int64:2,?» one of another type.</summary>
internal static class ShapesOf
{
    /// <summary>The types of a node's outputs, for instance <c>Float32[N, 64, 112, 112]; Int64[…]</c>.</summary>
    /// <param name="operation">The operator, with its domain before a colon unless it is the standard one.</param>
    /// <param name="inputs">A shape as text, a constant, or <c>null</c> for an absent input. Rank unknown: «…».</param>
    /// <param name="outputs">How many outputs the node has.</param>
    /// <param name="attributes">Its attributes.</param>
    public static string Outputs(string operation, object?[] inputs, int outputs = 1, params (string Name, NodeAttribute Value)[] attributes)
    {
        var builder = new GraphBuilder("one node");
        string[] names = [.. inputs.Select((input, i) => input switch
        {
            null => "",
            TensorData constant => builder.Constant(constant),
            string text => builder.Input($"x{i}", ElementOf(text), Parse(text)),
            _ => throw new ArgumentException($"{input} is neither a shape nor a constant"),
        })];
        int colon = operation.IndexOf(':', StringComparison.Ordinal);
        string[] made = [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")];
        var node = new Node("the_node", operation[(colon + 1)..], [.. names], [.. made]) { Domain = operation[..Math.Max(colon, 0)] };
        builder.AddNode(attributes.Aggregate(node, (with, attribute) => with.With(attribute.Name, attribute.Value)));
        var graph = ShapeInference.Run(builder.Build());
        return string.Join("; ", made.Select(name => graph.TypeOf(name)?.ToString() ?? "nothing"));
    }

    /// <summary>A shape as text: «N,3,?»; empty is a scalar, «…» an unknown rank.</summary>
    public static Shape? Parse(string text)
    {
        string axes = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return axes switch
        {
            "…" => null,
            "" => Shape.Scalar,
            _ => new([.. axes.Split(',').Select(ParseAxis)]),
        };
    }

    private static Dimension ParseAxis(string axis) => long.TryParse(axis, CultureInfo.InvariantCulture, out long size)
        ? Dimension.Of(size)
        : axis.Trim() == "?" ? Dimension.Unknown : Dimension.Named(axis.Trim());

    /// <summary>The element type that a text states; 32-bit floats when it states none.</summary>
    public static ElementType ElementOf(string text) =>
        text.Contains(':', StringComparison.Ordinal) ? Enum.Parse<ElementType>(text[..text.IndexOf(':', StringComparison.Ordinal)]) : ElementType.Float32;
}

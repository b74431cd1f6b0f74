using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>Finds the first node of a graph, in the order in which it runs, that makes a number that is not finite.</summary>
internal static class NonFiniteSearch
{
    // What inner values are looked at together lies in memory together.
    private const int NodesAtOnce = 32;

    /// <summary>Runs the graph up to one group of nodes after another.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">Its inputs by name.</param>
    /// <param name="cancel">Stops inside.</param>
    /// <returns>The node in words; <c>null</c>: all numbers are finite.</returns>
    public static string? Run(Graph graph, IReadOnlyDictionary<string, TensorData> inputs, CancellationToken cancel)
    {
        foreach (var nodes in graph.Nodes.Where(node => FloatsOf(graph, node).Any()).Chunk(NodesAtOnce))
        {
            string[] values = [.. nodes.SelectMany(node => FloatsOf(graph, node))];
            var exposed = ExposeValues.Run(graph, values);
            var part = PruneUnreachable.Run(exposed with { Outputs = [.. exposed.Outputs.Where(output => values.Contains(output.Name))] });
            // As it is written, so that every value is that of its node.
            using var session = Session.FromGraph(part, new() { Optimize = false });
            var results = session.Run(inputs.Where(pair => session.Inputs.Any(input => input.Name == pair.Key)).ToDictionary(), values, cancel);
            var found = values.Zip(results).FirstOrDefault(pair => pair.Second.Count > 0 && !TensorPrimitives.IsFiniteAll(pair.Second.AsSpan<float>()));
            if (found.First is { } value)
            {
                var node = nodes.First(each => each.Outputs.Contains(value));
                return $"\"{node.Name}\" ({node.OpType}{(node.Origin.Position < 0 ? "" : $", from {node.Origin}")})";
            }
        }

        return null;
    }

    private static IEnumerable<string> FloatsOf(Graph graph, Node node) =>
        node.Outputs.Where(output => output.Length > 0 && graph.TypeOf(output) is Graphs.ValueType.Tensor { Element: ElementType.Float32 });
}

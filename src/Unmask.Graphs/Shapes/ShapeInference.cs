using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Finds the element type and the shape of every value of a graph from those of its inputs. Axes of unknown size keep their symbols
/// (<c>N</c>), also through shape arithmetic (Shape, Gather, Concat, Reshape…) and as expressions (<c>2*N</c>, <c>floor((H + 1)/2)</c>).
/// </summary>
/// <remarks>
/// <para>What is stated is true for every size that the symbols may take, 0 excepted where a slice starts behind the first element.
/// What cannot be known before the run is <see cref="Dimension.Unknown"/>, or a <c>null</c> shape when not even the rank is known.</para>
/// <para>An operator that is not known here keeps the types that the file states for its outputs. Types that the file states for
/// other values only fill in what inference leaves open.</para>
/// </remarks>
public static class ShapeInference
{
    /// <summary>The same graph, whose inner values and outputs carry what is known of their types; in subgraphs as well.</summary>
    /// <param name="graph">The graph; its nodes in topological order.</param>
    /// <param name="inputShapes">Shapes that replace those that the graph states for its inputs, by the input's name; <c>null</c>: none. The
    /// result states them for its inputs, too.</param>
    /// <exception cref="ShapeInferenceException">The shapes at a node contradict each other.</exception>
    /// <exception cref="ArgumentException">A shape is given for something that is not an input.</exception>
    public static Graph Run(Graph graph, IReadOnlyDictionary<string, Shape>? inputShapes = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (inputShapes is null || inputShapes.Count == 0)
        {
            return new GraphInference(graph, StatedTypes.Of(graph)).Run();
        }

        var overridden = graph with { Inputs = [.. graph.Inputs.Select(input => Override(input, inputShapes))] };
        string? stranger = inputShapes.Keys.FirstOrDefault(name => graph.Inputs.All(input => input.Name != name));
        return stranger is null
            ? new GraphInference(overridden, StatedTypes.After(graph, inputShapes)).Run()
            : throw new ArgumentException(
                $"A shape is given for \"{stranger}\", which is not an input of the graph. Its inputs are: {string.Join(", ", graph.Inputs)}.", nameof(inputShapes));
    }

    private static Value Override(Value input, IReadOnlyDictionary<string, Shape> shapes) =>
        shapes.TryGetValue(input.Name, out var shape) ? new Value(input.Name, input.Element, shape) : input;
}

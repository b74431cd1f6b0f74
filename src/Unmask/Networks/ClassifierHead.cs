using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// The last layer of a classifier, which makes a number for each class.
/// <code>
///   … ─ features ─ Gemm, MatMul (+ Add) or Conv ─ [activation, pooling, reshape] ─ logits →
/// </code>
/// </summary>
/// <param name="Node">The name of the node that multiplies.</param>
/// <param name="Input">The value that it reads: the features.</param>
/// <param name="Weight">The constant that it multiplies by.</param>
/// <param name="Bias">The constant that is added; <c>null</c>: none.</param>
/// <param name="ClassAxis">The axis of <paramref name="Weight"/> that has an entry for each class.</param>
/// <param name="Classes">The number of classes.</param>
public sealed record ClassifierHead(string Node, string Input, string Weight, string? Bias, int ClassAxis, long Classes)
{
    // What may stand between the last layer and the output: SqueezeNet rectifies and averages its last convolution.
    private static readonly HashSet<string> Behind = new(StringComparer.Ordinal)
    {
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Dropout", "Cast", "Relu", "LeakyRelu", "Clip", "GlobalAveragePool", "AveragePool", "GlobalMaxPool", "ReduceMean",
    };

    /// <summary>The constants that the head consists of.</summary>
    public ImmutableArray<string> Weights => Bias is { } bias ? [Weight, bias] : [Weight];

    /// <summary>Finds the head by going back from the first output, which must hold logits: see <see cref="FineTuning"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <exception cref="UnmaskException">The output is not made by such a layer; the message says by what.</exception>
    public static ClassifierHead Find(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var producers = graph.Producers();
        string value = graph.Outputs[0].Name;
        string? bias = null;
        while (producers.GetValueOrDefault(value) is { Domain: "" } node)
        {
            if (Of(graph, node, bias) is { } head)
            {
                return head;
            }

            if (Behind.Contains(node.OpType))
            {
                value = node.Inputs[0];
            }
            else if (node.OpType == "Add" && bias is null && node.Inputs.FirstOrDefault(graph.Constants.ContainsKey) is { } added)
            {
                (bias, value) = (added, node.Inputs.First(input => input != added));
            }
            else
            {
                throw NotFound(graph, $"{node.OpType} at node {node.Origin}");
            }
        }

        throw NotFound(graph, producers.TryGetValue(value, out var foreign) ? $"{foreign.OpType} at node {foreign.Origin}" : $"the input {value}");
    }

    /// <summary>The same graph with a new head for another number of classes: its matrix is drawn, its bias begins at 0.</summary>
    /// <param name="graph">The graph that the head was found in.</param>
    /// <param name="classes">Classes, at least 2.</param>
    /// <param name="seed">Seed of the matrix. Default 0.</param>
    public Graph Renew(Graph graph, int classes, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        long[] shape = Resized(graph.Constants[Weight], classes);
        long inputs = graph.Constants[Weight].Count / Classes;
        var renewed = Replace(graph, Weight, InitialWeights.Draw(Initialization.Xavier, shape, (inputs, classes), Rng.At(seed, 0)), node => node.Name == Node);
        if (Bias is { } bias && graph.Constants[bias].Count == Classes)
        {
            renewed = Replace(renewed, bias, InitialWeights.Filled(classes, 0).Reshape(Resized(graph.Constants[bias], classes)), node => node.Name == Node || node.Is("Add"));
        }

        foreach (string target in ReshapesBehind(graph))
        {
            long[] sizes = [.. graph.Constants[target].AsSpan<long>().ToArray().Select(size => size == Classes ? classes : size)];
            renewed = Replace(renewed, target, TensorData.Vector(sizes), node => node.Is("Reshape"));
        }

        var output = graph.Outputs[0];
        var told = output.Shape is { } stated ? new Shape([.. stated.Select(axis => axis.Size == Classes ? Dimension.Of(classes) : axis)]) : null;
        return renewed with { Outputs = graph.Outputs.SetItem(0, new Value(output.Name, output.Element, told)), InnerTypes = graph.InnerTypes.Clear() };
    }

    private static ClassifierHead? Of(Graph graph, Node node, string? bias)
    {
        if (node.OpType is not ("Gemm" or "MatMul" or "Conv") || graph.Constants.GetValueOrDefault(node.Inputs[1]) is not { Type: ElementType.Float32, Dimensions.Length: >= 2 } weight)
        {
            return null;
        }

        int axis = node.OpType switch
        {
            "Conv" => 0,
            "Gemm" when node.Int("transB", 0) == 1 => 0,
            _ => weight.Dimensions.Length - 1,
        };
        string own = node.OpType == "MatMul" ? "" : node.Input(2);
        return new(node.Name, node.Inputs[0], node.Inputs[1], own.Length > 0 && graph.Constants.ContainsKey(own) ? own : bias, axis, weight.Dimensions[axis]);
    }

    /// <summary>Another constant for some readers of one; the others keep it.</summary>
    private static Graph Replace(Graph graph, string name, TensorData data, Predicate<Node> readers)
    {
        if (graph.Nodes.All(node => !node.Inputs.Contains(name) || readers(node)))
        {
            return graph with { Constants = graph.Constants.SetItem(name, data) };
        }

        var builder = graph.ToBuilder();
        string other = builder.Constant(data, name);
        var built = builder.Build();
        return built with { Nodes = [.. built.Nodes.Select(node => readers(node) ? node with { Inputs = [.. node.Inputs.Select(input => input == name ? other : input)] } : node)] };
    }

    /// <summary>The shapes, constants, that reshapes between the head and the output bring it to, where they name the number of classes.</summary>
    private IEnumerable<string> ReshapesBehind(Graph graph)
    {
        var producers = graph.Producers();
        for (string value = graph.Outputs[0].Name; producers.GetValueOrDefault(value) is { } node && node.Name != Node; value = node.Inputs.First(input => !graph.Constants.ContainsKey(input)))
        {
            if (node.Is("Reshape") && graph.Constants.GetValueOrDefault(node.Inputs[1]) is { } shape && shape.AsSpan<long>().Contains(Classes))
            {
                yield return node.Inputs[1];
            }
        }
    }

    private long[] Resized(TensorData data, long classes) =>
        [.. data.Dimensions.Select((size, axis) => size == Classes && (data.Count == Classes || axis == ClassAxis) ? classes : size)];

    private static UnmaskException NotFound(Graph graph, string found) => new(
        $"The last layer of the model cannot be found: before its output {graph.Outputs[0]} is {found}, where a Gemm, MatMul or Conv with constant weights was expected. Give data and labels (--labels FILE) of the classes that it has, and train all of it (--train all).");
}

using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Where the terms of an objective find what they measure. Whatever a term adds here is differentiated with everything else.</summary>
public sealed class ObjectiveGraph
{
    internal ObjectiveGraph(GraphBuilder graph, MaskTensor parameters, MaskTensor masks, MaskTensor canvas)
    {
        (Graph, Parameters, Masks, Canvas) = (graph, parameters, masks, canvas);
    }

    /// <summary>Receives the nodes.</summary>
    public GraphBuilder Graph { get; private set; }

    /// <summary>The cells before they are expanded (of logits, their sigmoids).</summary>
    public MaskTensor Parameters { get; }

    /// <summary>The expanded masks.</summary>
    public MaskTensor Masks { get; }

    /// <summary>What an area is measured on: the masks, or what they are cut out of.</summary>
    public MaskTensor Canvas { get; }

    /// <summary>The perturbed inputs, [items, …]: one for each view of each problem.</summary>
    internal string Perturbed { get; init; } = "";

    /// <summary>Their axes.</summary>
    internal Shape? PerturbedShape { get; init; }

    /// <summary>Perturbed inputs of each problem.</summary>
    internal int Views { get; init; } = 1;

    /// <summary>One of the three.</summary>
    public MaskTensor Of(MeasuredOn what) => what switch
    {
        MeasuredOn.Parameters => Parameters,
        MeasuredOn.Canvas => Canvas,
        _ => Masks,
    };

    /// <summary>The mean over all axes but the first, [N].</summary>
    public string MeanOf(string value, int axes) =>
        Graph.Add("ReduceMean", [value, Graph.Constant([.. Enumerable.Range(1, axes).Select(axis => (long)axis)])], "term/mean", ("keepdims", 0L));

    /// <summary>The sum over all axes but the first, [N].</summary>
    public string SumOf(string value, int axes) =>
        Graph.Add("ReduceSum", [value, Graph.Constant([.. Enumerable.Range(1, axes).Select(axis => (long)axis)])], "term/sum", ("keepdims", 0L));

    /// <summary>The difference of neighbours along an axis.</summary>
    /// <param name="tensor">Of what.</param>
    /// <param name="axis">The axis, the first (the masks) counted.</param>
    public string Differences(MaskTensor tensor, int axis)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        string axes = Graph.Constant([(long)axis]);
        string next = Graph.Add("Slice", [tensor.Name, Graph.Constant([1L]), Graph.Constant([long.MaxValue]), axes], "term/next");
        string first = Graph.Add("Slice", [tensor.Name, Graph.Constant([0L]), Graph.Constant([-1L]), axes], "term/first");
        return Graph.Add("Sub", [next, first], "term/difference");
    }

    /// <summary>What a network of one input makes of the perturbed inputs.</summary>
    /// <exception cref="UnmaskException">It takes inputs of another shape.</exception>
    internal string Apply(Graph network, string name)
    {
        string fed = Graph.Add("Identity", [Perturbed], "network/input");
        Graph.Output(fed, ElementType.Float32, PerturbedShape);
        try
        {
            var joined = JoinGraphs.Run(Graph.Build(), network, ImmutableDictionary<string, string>.Empty.Add(network.Inputs[0].Name, fed), new() { Main = JoinSide.First, KeepConnectedOutputs = true });
            Graph = joined.ToBuilder();
            return joined.Outputs[^network.Outputs.Length].Name;
        }
        catch (ArgumentException problem)
        {
            throw new UnmaskException($"{name} does not take what the explained model takes. {problem.Message}", problem);
        }
    }

    /// <summary>|value|^power.</summary>
    public string AbsolutePower(string value, double power) => power switch
    {
        1 => Graph.Add("Abs", [value], "term/absolute"),
        2 => Graph.Add("Mul", [value, value], "term/square"),
        _ => Graph.Add("Pow", [Graph.Add("Abs", [value], "term/absolute"), Graph.Constant((float)power)], "term/power"),
    };
}

/// <summary>What a term measures.</summary>
public enum MeasuredOn
{
    /// <summary>The cells before they are expanded.</summary>
    Parameters,

    /// <summary>The expanded masks.</summary>
    Masks,

    /// <summary>What the masks are cut out of; the masks, where they are not cut.</summary>
    Canvas,
}

/// <summary>A value of the graph with one entry a mask on its first axis.</summary>
/// <param name="Name">The value.</param>
/// <param name="Sizes">The other axes.</param>
/// <param name="Down">Which axis goes down the picture, the first counted; <c>null</c>: none.</param>
/// <param name="Across">Which axis goes across; <c>null</c>: none.</param>
public sealed record MaskTensor(string Name, ImmutableArray<int> Sizes, int? Down, int? Across)
{
    /// <summary>The number of elements of one mask.</summary>
    public int Count => Sizes.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>The two axes of the picture.</summary>
    /// <exception cref="UnmaskException">There are none.</exception>
    internal (int Down, int Across) Places(string term) => this is { Down: { } down, Across: { } across }
        ? (down, across)
        : throw new UnmaskException($"The term {term} compares neighbours down and across, and this mask ([{string.Join(", ", Sizes)}]) has no such axes. Measure it on the masks, or leave it out.");
}

using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Finds the explained input and output of a graph, and what the axes of an input mean.</summary>
internal static class ModelSignature
{
    private const int LargestChannelCount = 4;

    /// <summary>The input that is explained: the one asked for, else the one that looks like a picture, else the only one of floats.</summary>
    /// <exception cref="UnmaskException">There is no such input, or the choice is not clear.</exception>
    public static Value ExplainedInput(Graph graph, ModelOptions options)
    {
        if (options.Input is { } name)
        {
            return graph.Inputs.FirstOrDefault(input => input.Name == name)
                ?? throw new UnmaskException($"The model has no input \"{name}\". It has: {string.Join(", ", graph.Inputs)}.");
        }

        var pictures = graph.Inputs.Where(input => OrderOf(input) != AxisOrder.NotSpatial).ToList();
        var floats = graph.Inputs.Where(input => input.Element.IsFloat()).ToList();
        return (graph.Inputs.Length, pictures.Count, floats.Count) switch
        {
            (1, _, _) => graph.Inputs[0],
            (_, 1, _) => pictures[0],
            (_, 0, 1) => floats[0],
            (0, _, _) => throw new UnmaskException("The model has no inputs: there is nothing to explain."),
            _ => throw new UnmaskException($"The model has {graph.Inputs.Length} inputs and it is not clear which one to explain. "
                + $"Name it with --input. It has: {string.Join(", ", graph.Inputs)}."),
        };
    }

    /// <summary>The output that is explained.</summary>
    /// <exception cref="UnmaskException">There is no such output, or it holds no scores of classes.</exception>
    public static Value Output(Graph graph, ModelOptions options)
    {
        var output = options.Output is { } name
            ? graph.Outputs.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new UnmaskException($"The model has no output \"{name}\". It has: {string.Join(", ", graph.Outputs)}.")
            : Scores(graph);
        if (output.Type is not ValueType.Tensor || !output.Element.IsFloat())
        {
            throw new UnmaskException($"The output {output} does not hold scores (a floating-point tensor [N, classes]). "
                + $"Choose another with --output. The model has: {string.Join(", ", graph.Outputs)}.");
        }

        return output;
    }

    /// <summary>The first output that can hold scores, or the first.</summary>
    private static Value Scores(Graph graph) => graph.Outputs.FirstOrDefault(output => output.Type is ValueType.Tensor && output.Element.IsFloat())
        ?? graph.Outputs.FirstOrDefault()
        ?? throw new UnmaskException("The model has no outputs.");

    /// <summary>Where the channels of an input stand, judged by its shape: 1, 3 or 4 channels next to the batch or last.</summary>
    public static AxisOrder OrderOf(Value input)
    {
        if (input.Shape is not { Rank: 4 } shape || input.Element is ElementType.Int64 or ElementType.Int32 or ElementType.Bool)
        {
            return AxisOrder.NotSpatial;
        }

        return IsChannels(shape[1]) ? AxisOrder.ChannelsFirst
            : IsChannels(shape[3]) ? AxisOrder.ChannelsLast
            : shape[1].IsKnown || shape[3].IsKnown ? AxisOrder.ChannelsFirst
            : AxisOrder.NotSpatial;
    }

    /// <summary>The layout of one item whose sizes are known.</summary>
    public static InputLayout LayoutOf(Value input, ReadOnlySpan<int> sizes) => new(OrderOf(input), [.. sizes]);

    private static bool IsChannels(Dimension axis) => axis.Size is 1 or 2 or 3 or LargestChannelCount;
}

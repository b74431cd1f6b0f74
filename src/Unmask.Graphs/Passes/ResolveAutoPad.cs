using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Writes the padding of convolutions and poolings out in numbers, where it is only named (auto_pad, output_shape) and the sizes are known.
/// <code>
///   x [N, 3, 224, 224] ─ Conv(3×3, stride 2, auto_pad = SAME_UPPER)     →     x ─ Conv(3×3, stride 2, pads = [0, 0, 1, 1])
/// </code>
/// A node whose sizes are not known before the run is left as it is.
/// </summary>
public static class ResolveAutoPad
{
    /// <summary>Writes padding out.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(IsOpen))
        {
            return graph;
        }

        var typed = ShapeInference.Run(graph);
        return graph with { Nodes = [.. graph.Nodes.Select(node => IsOpen(node) ? Resolve(node, typed) : node)] };
    }

    private static bool IsOpen(Node node) => node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "AveragePool" or "MaxPool"
        && (node.Text("auto_pad", "NOTSET") != "NOTSET" || node.Ints("output_shape") is not null);

    private static Node Resolve(Node node, Graph typed)
    {
        var kernel = node.Ints("kernel_shape") ?? typed.ShapeOf(node.Input(1))?.ToSizes()?.Skip(2).ToImmutableArray();
        if (kernel is not { } window || Totals(node, window, typed.ShapeOf(node.Input(0))) is not { } totals)
        {
            return node;
        }

        string mode = node.Text("auto_pad", "NOTSET");
        // The odd element goes behind for SAME_UPPER; ConvTranspose with an output_shape alone puts it in front.
        bool oddBehind = mode != "SAME_LOWER" && !(mode == "NOTSET" && node.OpType == "ConvTranspose");
        long[] small = [.. totals.Select(total => total / 2)], large = [.. totals.Zip(small, (total, less) => total - less)];
        return node.Without("auto_pad", "output_shape").With("pads", oddBehind ? (long[])[.. small, .. large] : (long[])[.. large, .. small]);
    }

    private static long[]? Totals(Node node, ImmutableArray<long> kernel, Shape? x)
    {
        long[] totals = new long[kernel.Length];
        for (int axis = 0; axis < totals.Length; axis++)
        {
            if (Total(node, kernel, axis, x?[axis + 2].Size) is not { } total)
            {
                return null;
            }

            totals[axis] = Math.Max(0, total);
        }

        return totals;
    }

    private static long? Total(Node node, ImmutableArray<long> kernel, int axis, long? size)
    {
        if (node.Text("auto_pad", "NOTSET") == "VALID")
        {
            return 0;
        }

        long stride = node.Ints("strides")?[axis] ?? 1;
        long extent = ((kernel[axis] - 1) * (node.Ints("dilations")?[axis] ?? 1)) + 1;
        if (node.OpType == "ConvTranspose")
        {
            long more = node.Ints("output_padding")?[axis] ?? 0;
            return node.Ints("output_shape") is { } shape ? (stride * (size - 1)) + more + extent - shape[axis] : extent + more - stride;
        }

        return stride == 1 ? extent - 1 : ((((size + stride - 1) / stride) - 1) * stride) + extent - size;
    }
}

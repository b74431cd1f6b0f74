using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// A transposed convolution of stride 1 is a convolution with the kernel turned round; the runtime folds the turning of constant weights.
/// <code>
///   ConvTranspose(x, W [in, out/g, k], pads p)    →    Conv(x, W′ [out, in/g, k], pads extent − 1 − p)
/// </code>
/// </summary>
internal static class FlippedConvolution
{
    public static ImmutableArray<Node>? Lower(Node node, LoweringScope scope)
    {
        if (!node.Is("ConvTranspose") || scope.ShapeOf(node.Inputs[1])?.ToSizes() is not { } w || Pads(node, w) is not { } pads)
        {
            return null;
        }

        var nodes = ImmutableArray.CreateBuilder<Node>();
        string weights = Turned(node, scope, w, nodes);
        nodes.Add((node with { OpType = "Conv", Inputs = node.Inputs.SetItem(1, weights) }).With("pads", pads).Without("output_padding"));
        return nodes.ToImmutable();
    }

    /// <summary>The padding of the convolution that a transposed one is; <c>null</c>: it is none, since it has a stride or negative padding.</summary>
    internal static long[]? Pads(Node node, long[] w)
    {
        int axes = w.Length - 2;
        bool plain = node.Ints("strides") is null or [] || node.Ints("strides") is { } strides && strides.All(stride => stride == 1);
        plain &= node.Ints("output_padding") is not { } more || more.All(size => size == 0);
        if (!plain || node.Text("auto_pad", "NOTSET") != "NOTSET" || node.Ints("output_shape") is not null)
        {
            return null;
        }

        long[] pads = new long[2 * axes];
        for (int i = 0; i < pads.Length; i++)
        {
            long extent = (w[2 + (i % axes)] - 1) * (node.Ints("dilations")?[i % axes] ?? 1);
            pads[i] = extent - (node.Ints("pads")?[i] ?? 0);
        }

        return pads.All(pad => pad >= 0) ? pads : null;
    }

    // [in, out/g, k] → [g, in/g, out/g, k] → kernel backwards → [g, out/g, in/g, k] → [out, in/g, k]
    private static string Turned(Node node, LoweringScope scope, long[] w, ImmutableArray<Node>.Builder nodes)
    {
        long groups = node.Int("group", 1);
        int axes = w.Length - 2;
        long[] spatial = [.. Enumerable.Range(3, axes).Select(axis => (long)axis)];
        string value = Step("Reshape", node.Inputs[1], scope.Integers($"{node.Name}/grouped", [groups, w[0] / groups, w[1], .. w[2..]]));
        if (w[2..].Any(size => size > 1))
        {
            long[] last = [.. Enumerable.Repeat(-1L, axes)], before = [.. Enumerable.Repeat((long)int.MinValue, axes)];
            value = Step("Slice", value, scope.Integers("last", last), scope.Integers("before", before), scope.Integers("spatial", spatial), scope.Integers("steps", last));
        }

        if (w[0] != groups || w[1] != 1)
        {
            nodes.Add(scope.Before(node, "Transpose", [value]).With("perm", (long[])[0, 2, 1, .. spatial]));
            value = nodes[^1].Outputs[0];
        }

        return Step("Reshape", value, scope.Integers($"{node.Name}/turned", [groups * w[1], w[0] / groups, .. w[2..]]));

        string Step(string opType, params ReadOnlySpan<string> inputs)
        {
            nodes.Add(scope.Before(node, opType, [.. inputs]));
            return nodes[^1].Outputs[0];
        }
    }
}

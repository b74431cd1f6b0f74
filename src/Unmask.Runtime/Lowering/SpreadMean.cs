using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// The derivative of a global mean gives every place of a channel the same number: a convolution of the one place with a kernel of ones as
/// large as the image, channel by channel, which stays in the blocked layout.
/// <code>
///   Expand(m [N, C, 1, 1], [N, C, H, W])    →    Conv(m, ones [C, 1, H, W], pads H − 1, W − 1)
/// </code>
/// </summary>
internal static class SpreadMean
{
    private const long LargestKernel = 256;

    public static ImmutableArray<Node>? Lower(Node node, LoweringScope scope)
    {
        if (!node.Is("Expand") || scope.ShapeOf(node.Inputs[0]) is not { Rank: 4 } m || scope.ShapeOf(node.Outputs[0]) is not { Rank: 4 } y
            || m[1].Size is not >= 8 || m[1] != y[1] || m[0] != y[0] || m[2].Size != 1 || m[3].Size != 1 || !scope.IsFloat32(node.Outputs[0])
            || y[2].Size is not { } height || y[3].Size is not { } width || height * width > LargestKernel)
        {
            return null;
        }

        long channels = m[1].Size.GetValueOrDefault();
        float[] ones = new float[channels * height * width];
        Array.Fill(ones, 1f);
        string kernel = scope.Constant($"{node.Name}/ones", TensorData.Adopt(ones, channels, 1, height, width));
        return [new Node(node.Name, "Conv", [node.Inputs[0], kernel], node.Outputs) { Origin = node.Origin }
            .With("group", channels).With("pads", (long[])[height - 1, width - 1, height - 1, width - 1])];
    }
}

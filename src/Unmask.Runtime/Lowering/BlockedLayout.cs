using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// A transposed convolution with a stride leaves the blocked layout; a maximum over windows of one element changes nothing and brings the
/// tensor back into it, for the products and sums that follow.
/// <code>
///   ConvTranspose ─ y     →     ConvTranspose ─ MaxPool(1×1) ─ y
/// </code>
/// </summary>
internal static class BlockedLayout
{
    public static ImmutableArray<Node>? Lower(Node node, LoweringScope scope)
    {
        // Fewer channels than a block holds (an image's three) stay as they are.
        if (!node.Is("ConvTranspose") || scope.ShapeOf(node.Outputs[0]) is not { Rank: 4 } y || y[1].Size is not >= 8 || !scope.IsFloat32(node.Outputs[0]))
        {
            return null;
        }

        var spread = scope.Before(node, "ConvTranspose", node.Inputs) with { Attributes = node.Attributes };
        return [spread, new Node(node.Name, "MaxPool", [spread.Outputs[0]], node.Outputs) { Origin = node.Origin }.With("kernel_shape", (long[])[1, 1])];
    }
}

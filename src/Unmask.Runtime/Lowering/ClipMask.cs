using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// The derivative of ReLU6 and its like (Clip from 0 to a bound b) from the result alone, so that the clipping can be fused into the convolution
/// before it.
/// <code>
///   Where(x = y, dy, 0)    →    dy · HardSigmoid(3·10³⁸ y) · HardSigmoid(2²⁰(b − y))
/// </code>
/// Differs at the bounds themselves: the derivative is 0 at exactly 0 and b (as PyTorch's ReLU6 has it), not 1.
/// </summary>
internal static class ClipMask
{
    private const float Steep = 3e38f;
    private const float AtBound = 1 << 20;

    public static ImmutableArray<Node>? Lower(Node node, LoweringScope scope)
    {
        if (!node.Is("Where") || scope.Scalar(node.Inputs[2]) is not 0f || scope.Producer(node.Inputs[0]) is not { } equal || !equal.Is("Equal")
            || scope.Producer(equal.Inputs[1]) is not { } clip || !clip.Is("Clip") || clip.Inputs[0] != equal.Inputs[0] || !scope.IsFloat32(clip.Outputs[0])
            || scope.Scalar(clip.Input(1)) is not 0f || scope.Scalar(clip.Input(2)) is not { } bound || bound is not (> 0 and < 1000))
        {
            return null;
        }

        var above = scope.Before(node, "HardSigmoid", [clip.Outputs[0]]).With("alpha", Steep).With("beta", 0f);
        var below = scope.Before(node, "HardSigmoid", [clip.Outputs[0]]).With("alpha", -AtBound).With("beta", bound * AtBound);
        var masked = scope.Before(node, "Mul", [node.Inputs[1], above.Outputs[0]]);
        return [above, below, masked, new Node(node.Name, "Mul", [masked.Outputs[0], below.Outputs[0]], node.Outputs) { Origin = node.Origin }];
    }
}

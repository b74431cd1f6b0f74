using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// The derivative of ReLU as a product, which stays in the blocked layout, while a comparison does not.
/// <code>
///   Where(y > 0, dy, 0)    →    dy · HardSigmoid(3·10³⁸ y)
/// </code>
/// HardSigmoid is min(1, max(0, αy)): 0 at y = 0, and 1 from y = 4·10⁻³⁹ on, below which no normal number lies.
/// </summary>
internal static class RectifierMask
{
    private const float Steep = 3e38f;

    public static ImmutableArray<Node>? Lower(Node node, LoweringScope scope)
    {
        if (!node.Is("Where") || scope.Scalar(node.Inputs[2]) is not 0f || scope.Producer(node.Inputs[0]) is not { } greater || !greater.Is("Greater")
            || scope.Scalar(greater.Inputs[1]) is not 0f || scope.Producer(greater.Inputs[0])?.Is("Relu") != true || !scope.IsFloat32(greater.Inputs[0]))
        {
            return null;
        }

        var mask = scope.Before(node, "HardSigmoid", [greater.Inputs[0]]).With("alpha", Steep).With("beta", 0f);
        return [mask, new Node(node.Name, "Mul", [node.Inputs[1], mask.Outputs[0]], node.Outputs) { Origin = node.Origin }];
    }
}

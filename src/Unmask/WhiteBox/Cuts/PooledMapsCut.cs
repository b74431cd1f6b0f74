using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>The feature maps that a network averages over all places before a linear head: the only networks that CAM is defined for.</summary>
internal sealed class PooledMapsCut : Cut
{
    // What may stand between the average and the scores: what only changes the shape, and products with weights.
    private static readonly HashSet<string> Shaping = new(StringComparer.Ordinal)
    {
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Dropout", "Cast", "BatchNormalization",
    };

    private static readonly HashSet<string> Weighing = new(StringComparer.Ordinal) { "Gemm", "MatMul", "Conv", "Add", "Mul" };

    public override string Name => "pooled-maps";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model)
    {
        var (graph, sources) = (model.OnnxCore.Graph, model.OnnxCore.Sources);
        var makers = graph.Producers();
        string value = sources.Logits ?? sources.Output;
        while (makers.GetValueOrDefault(value) is { } node)
        {
            if (IsAverage(graph, node))
            {
                return [new(node.Inputs[0], IsInput: false)];
            }

            value = DataOf(node, graph) ?? throw Refuse(model, $"behind its last feature maps stands {node.OpType} at {node.Origin}, which is part of no linear head");
        }

        throw Refuse(model, "nothing is averaged on the way from the input to the scores");
    }

    /// <summary>The operand that is not constant; <c>null</c> of what is not linear in one operand.</summary>
    private static string? DataOf(Node node, Graph graph) => node.Domain.Length > 0 ? null
        : Shaping.Contains(node.OpType) ? node.Inputs[0]
        : Weighing.Contains(node.OpType) && node.Inputs.Where(input => input.Length > 0 && !graph.Constants.ContainsKey(input)).ToArray() is [var only] ? only
        : null;

    private static UnmaskException Refuse(Model model, string found) => new(
        $"CAM needs a network that averages its last feature maps over all places (GlobalAveragePool) and weighs the averages (Gemm); in {model.Name} {found}. "
        + "Grad-CAM (grad-cam) generalises CAM to any network; on those that CAM is for, the two are equal.");

    /// <summary>The mean over both axes of places.</summary>
    private static bool IsAverage(Graph graph, Node node)
    {
        if (node.Domain.Length > 0 || node.Inputs.Length == 0 || graph.ShapeOf(node.Inputs[0]) is not { Rank: 4 } shape || graph.ShapeOf(node.Outputs[0]) is not { } made)
        {
            return false;
        }

        bool one = made.Rank == 4 && made[2].Size == 1 && made[3].Size == 1;
        return node.OpType switch
        {
            "GlobalAveragePool" => true,
            "ReduceMean" => (made.Rank == 2 || one) && made[1] == shape[1],
            "AveragePool" => one && node.Ints("kernel_shape") is [var height, var width] && height == shape[2].Size && width == shape[3].Size,
            _ => false,
        };
    }
}

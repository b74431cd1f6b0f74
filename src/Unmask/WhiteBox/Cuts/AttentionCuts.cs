using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>All attention maps.</summary>
internal sealed class AttentionCut : Cut
{
    public override string Name => "attention";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model) => [.. BlocksOf(model).Select(Of)];

    /// <summary>The attention of a model.</summary>
    /// <exception cref="UnmaskException">There is none, or it is within windows.</exception>
    public static ImmutableArray<AttentionBlock> BlocksOf(Model model)
    {
        var (core, graph) = (model.OnnxCore, model.OnnxCore.Inside);
        if (core.Attention.IsEmpty)
        {
            throw new LayerNotFoundException($"{model.Name} has no attention between the input {model.Inputs[0]} and the score: looked for was a Softmax over the last axis that reads a product (MatMul, Einsum) "
                + "of two computed values and is multiplied with a third. Use grad-cam, gradient or integrated-gradients; `unmask inspect` says what applies.");
        }

        return core.Attention.FirstOrDefault(block => graph.ShapeOf(block.Weights) is { Rank: > 3 } shape && IsGrouped(shape[0], graph.Inputs.FirstOrDefault(input => input.Name == core.Explained.Name)?.Shape)) is { } windows
            ? throw AttentionMap.Windows(windows.Weights, string.Join(", ", graph.ShapeOf(windows.Weights) ?? Shape.Scalar))
            : core.Attention;
    }

    public static ResolvedCut Of(AttentionBlock block) => new(block.Weights, IsInput: false) { Attention = block };

    // Certain only where both numbers are known, or one is said as a multiple of the other; what a run shows is looked at again.
    private static bool IsGrouped(Dimension first, Shape? input) => input is { Rank: > 0 } && (first.Size, input[0].Size) switch
    {
        ({ } groups, { } items) => groups != items && groups != 1,
        (null, null) => first.Symbol is { } symbol && input[0].Symbol is { } batch && symbol != batch && symbol.Contains(batch, StringComparison.Ordinal),
        _ => false,
    };
}

/// <summary>The last attention map.</summary>
internal sealed class LastAttentionCut : Cut
{
    public override string Name => "last-attention";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model) => [AttentionCut.Of(AttentionCut.BlocksOf(model)[^1])];
}

/// <summary>One attention map, and behind it the last in which the same tokens ask: it shows which of them reach the score.</summary>
internal sealed class ReadAttentionCut(Cut layer) : Cut
{
    public override string Name => layer.Name;

    internal override ImmutableArray<ResolvedCut> Resolve(Model model)
    {
        var blocks = AttentionCut.BlocksOf(model);
        return layer.Resolve(model) is [{ Attention: { } block } only]
            ? [.. new[] { only, AttentionCut.Of(blocks.Last(other => other.QueryStream == block.QueryStream)) }.DistinctBy(cut => cut.Value)]
            : throw new UnmaskException($"\"{layer.Name}\" is not one attention map of {model.Name}. It has: {string.Join(", ", blocks.Select(other => other.Weights))}; last-attention is the last.");
    }
}

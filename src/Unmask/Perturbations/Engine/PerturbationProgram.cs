using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.Perturbations;

/// <summary>A compiled optimisation: from parameters to scores, terms and the gradient; or to masks.</summary>
/// <param name="session">The compiled graph.</param>
/// <param name="graph">The graph.</param>
/// <param name="shapes">The axes of masks.</param>
internal sealed class PerturbationProgram(Session session, Graph graph, MaskShapes shapes) : ScoreProgram
{
    /// <summary>The axes of masks.</summary>
    public MaskShapes Shapes => shapes;

    /// <summary>What a run returns, in this order.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>The input that takes the multiplier of the objective, 1; <c>null</c>: no gradient is computed.</summary>
    public string? Seed { get; init; }

    /// <summary>The input that takes the input as it is, with which rules compare; <c>null</c>: none do.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether the first axis of what is masked is that of the items. Where it is not, items are run one by one.</summary>
    public required bool Batched { get; init; }

    /// <summary>The batch size that every run must have; <c>null</c>: any.</summary>
    public required int? FrozenBatch { get; init; }

    /// <summary>The inputs.</summary>
    public ImmutableArray<Value> Inputs => session.Inputs;

    public override int? RequiredBatch => Batched ? FrozenBatch : 1;

    public override long BytesPerItem { get; } = ActivationMemory.BytesPerItem(graph);

    public override long WeightBytes => session.WeightBytes;

    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => session.Run(feeds, Outputs, cancel);

    public override void Dispose() => session.Dispose();
}

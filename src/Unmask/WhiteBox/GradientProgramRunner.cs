using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.WhiteBox;

/// <summary>A compiled forward and backward pass: from values and seeds to scores, activations and multipliers.</summary>
internal sealed class GradientProgramRunner(
    Session session, GradientProgram program, GradientProgram? relevance, ImmutableArray<string> values, long bytesPerItem, int? requiredBatch, bool batched, bool fedBatched) : ScoreProgram
{
    /// <summary>The inputs that take the seed, [N, classes].</summary>
    public ImmutableArray<string> Seeds { get; } = relevance is null ? [program.Seed] : [program.Seed, relevance.Seed];

    /// <summary>The inputs, the seed among them.</summary>
    public ImmutableArray<Value> Inputs => session.Inputs;

    /// <summary>Whether the first axis of what is fed and of the cuts is that of the items. Where it is not, items are run one by one.</summary>
    public bool Batched => batched;

    /// <summary>Whether the first axis of what is fed is that of the items.</summary>
    public bool FedBatched => fedBatched;

    public override long BytesPerItem => bytesPerItem;

    public override long WeightBytes => session.WeightBytes;

    public override int? RequiredBatch => batched ? requiredBatch : 1;

    /// <summary>Runs one batch.</summary>
    /// <returns>The scores [N, classes], the multipliers at the cuts, the cuts' own values unless the only one is what was fed, and the multipliers of the second rule set if there is one.</returns>
    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) =>
        session.Run(feeds, [program.Target, .. program.Multipliers, .. values, .. relevance?.Multipliers ?? []], cancel);

    public override void Dispose() => session.Dispose();

    /// <summary>The number of cuts.</summary>
    public int Cuts => program.Cuts.Length;

    /// <summary>The number of cuts whose own values are returned.</summary>
    public int Values => values.Length;
}

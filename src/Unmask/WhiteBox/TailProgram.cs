using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.WhiteBox;

/// <summary>A compiled forward pass from an inner value to the scores.</summary>
internal sealed class TailProgram(Session session, long bytesPerItem, int? requiredBatch, bool batched) : ScoreProgram
{
    /// <summary>What is fed: the inner value, and the model's inputs that the rest of it reads as well.</summary>
    public ImmutableArray<Value> Inputs => session.Inputs;

    /// <summary>Whether the first axis of the inner value is that of the items. Where it is not, items are run one by one.</summary>
    public bool Batched => batched;

    public override long BytesPerItem => bytesPerItem;

    public override long WeightBytes => session.WeightBytes;

    public override int? RequiredBatch => batched ? requiredBatch : 1;

    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => session.Run(feeds, [ScoreEpilogue.Output(0)], cancel);

    public override void Dispose() => session.Dispose();
}

using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>Prologue, model and scores (or observers) joined into one compiled graph.</summary>
internal sealed class OnnxProgram(Session session, long bytesPerItem, int? requiredBatch, IReadOnlyList<string> outputs) : ScoreProgram
{
    public override long BytesPerItem => bytesPerItem;

    public override long WeightBytes => session.WeightBytes;

    public override int? RequiredBatch => requiredBatch;

    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => session.Run(feeds, outputs, cancel);

    public override void Dispose() => session.Dispose();
}

using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>Prologue, model and scores joined into one compiled graph.</summary>
internal sealed class OnnxProgram(Session session, long bytesPerItem, int? requiredBatch, int scores) : ScoreProgram
{
    private readonly string[] _outputs = [.. Enumerable.Range(0, scores).Select(ScoreEpilogue.Output)];

    public override long BytesPerItem => bytesPerItem;

    public override long WeightBytes => session.WeightBytes;

    public override int? RequiredBatch => requiredBatch;

    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => session.Run(feeds, _outputs, cancel);

    public override void Dispose() => session.Dispose();
}

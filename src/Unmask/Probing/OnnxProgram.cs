using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>Prologue, model and score joined into one compiled graph.</summary>
internal sealed class OnnxProgram(Session session, long bytesPerItem, int? requiredBatch) : ScoreProgram
{
    private static readonly string[] Outputs = [ScoreEpilogue.Output];

    public override long BytesPerItem => bytesPerItem;

    public override int? RequiredBatch => requiredBatch;

    public override TensorData Run(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => session.Run(feeds, Outputs, cancel)[0];

    public override void Dispose() => session.Dispose();
}

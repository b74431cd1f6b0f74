using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Maskers.Engine;

/// <summary>The classifier run on whole pictures, forward only: its taps and its answer.</summary>
internal sealed class TapReader : IDisposable
{
    private readonly Session _session;
    private readonly string _input;
    private readonly string[] _outputs;

    /// <summary>Compiles.</summary>
    /// <param name="classifier">Its only output is logits.</param>
    /// <param name="input">Its input.</param>
    /// <param name="taps">What is read.</param>
    public TapReader(Graph classifier, string input, ImmutableArray<Tap> taps)
    {
        string logits = classifier.Outputs[0].Name;
        (_input, _outputs) = (input, [.. taps.Select(tap => tap.Name), logits]);
        _session = Session.FromGraph(FoldBatchNormalization.Run(PruneUnreachable.Run(ExposeValues.Run(classifier, _outputs))));
    }

    /// <summary>Taps by their names, and the answers [N, classes].</summary>
    public (Dictionary<string, TensorData> Taps, TensorData Answers) Read(TensorData pictures, CancellationToken cancel = default)
    {
        var results = _session.Run(new Dictionary<string, TensorData>(StringComparer.Ordinal) { [_input] = pictures }, _outputs, cancel);
        return (_outputs[..^1].Zip(results).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal), results[^1]);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}

using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Maskers.Engine;

/// <summary>The classifier run on whole pictures, forward only, with running statistics: its taps and its answer.</summary>
internal sealed class TapReader : IDisposable
{
    private readonly Session _session;
    private readonly string _input;
    private readonly string[] _outputs;

    /// <summary>Compiles.</summary>
    /// <param name="classifier">Its only output is logits. Weights that are inputs are given with each run.</param>
    /// <param name="input">Its input of pictures.</param>
    /// <param name="taps">What is read.</param>
    public TapReader(Graph classifier, string input, ImmutableArray<Tap> taps)
    {
        string logits = classifier.Outputs[0].Name;
        (_input, _outputs) = (input, [.. taps.Select(tap => tap.Name), logits]);
        _session = Session.FromGraph(FoldBatchNormalization.Run(PruneUnreachable.Run(ExposeValues.Run(classifier, _outputs))));
    }

    /// <summary>Taps by their names, and the answers [N, classes].</summary>
    /// <param name="pictures">The classifier's input.</param>
    /// <param name="weights">Those that are inputs.</param>
    /// <param name="cancel">Stops inside.</param>
    public (Dictionary<string, TensorData> Taps, TensorData Answers) Read(TensorData pictures, IEnumerable<KeyValuePair<string, TensorData>> weights, CancellationToken cancel = default)
    {
        var feeds = new Dictionary<string, TensorData>(weights.Where(pair => _session.Inputs.Any(input => input.Name == pair.Key)), StringComparer.Ordinal) { [_input] = pictures };
        var results = _session.Run(feeds, _outputs, cancel);
        return (_outputs[..^1].Zip(results).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal), results[^1]);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}

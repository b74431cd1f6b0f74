using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask;

/// <summary>The same model in 8-bit integers.</summary>
internal sealed partial class OnnxCore
{
    private Graph? _quantizable;

    /// <summary>Why the model cannot be run in int8, as the end of a sentence that begins with «the model»; <c>null</c> when it can.</summary>
    public string? Int8Obstacle => _options.Provider != Providers.Cpu
        ? $"is run by \"{_options.Provider}\", and int8 is for \"{Providers.Cpu}\""
        : QuantizeInt8.Obstacle(QuantizableGraph);

    /// <summary>The graph that is quantised: only what scores need, batch normalisations folded.</summary>
    public Graph QuantizableGraph => _quantizable ??= FoldBatchNormalization.Run(PruneUnreachable.Run(
        ExposeValues.Run(_graph with { Outputs = [] }, new[] { Sources.Output, Sources.Logits, Sources.Probabilities }.OfType<string>())));

    /// <summary>Compiles the way from a prologue's feeds to what is observed of inner values (<see cref="ObserveRanges"/>).</summary>
    public ScoreProgram CompileObservers(Graph prologue, IReadOnlyList<string> values, IReadOnlyList<ChannelMeans> means)
    {
        var program = Joined(prologue, ObserveRanges.Run(QuantizableGraph, values, means));
        string[] outputs = [.. program.Outputs.Select(output => output.Name)];
        return new OnnxProgram(Session.FromGraph(program, _options), ActivationMemory.BytesPerItem(program), _frozenBatch, outputs);
    }

    /// <summary>The model in int8.</summary>
    public OnnxCore Quantized(Observations seen) =>
        new(QuantizeInt8.Run(QuantizableGraph, seen), Explained, Sources, _frozenBatch, _obstacle, _options, _throughput, _quantizedGradients) { _bytesPerFloat = 1 };
}

using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask;

/// <summary>An ONNX graph, made ready: at the working opset, with the batch free where possible, its logits and probabilities found.</summary>
internal sealed partial class OnnxCore : ModelCore
{
    private readonly Graph _graph;
    private readonly int? _frozenBatch;
    private readonly string _obstacle;
    private readonly SessionOptions _options;
    private readonly ThroughputOptions _throughput;

    // In int8 the runtime fuses the pairs away: what the graph shows as floats takes a byte.
    private int _bytesPerFloat = sizeof(float);

    private readonly QuantizedGradients _quantizedGradients;

    private OnnxCore(Graph graph, Value explained, ScoreSources sources, int? frozenBatch, string obstacle, SessionOptions options, ThroughputOptions throughput, QuantizedGradients quantizedGradients)
    {
        _quantizedGradients = quantizedGradients;
        _graph = graph;
        _frozenBatch = frozenBatch;
        _obstacle = obstacle;
        _options = options;
        _throughput = throughput;
        Sources = sources;
        Inputs = [explained, .. graph.Inputs.Where(input => input.Name != explained.Name)];
    }

    public override ImmutableArray<Value> Inputs { get; }

    public override ScoreSources Sources { get; }

    /// <summary>The graph that is run, before anything is joined to it.</summary>
    public Graph Graph => _graph;

    /// <summary>The batch size that could not be freed; <c>null</c>: any.</summary>
    public int? FrozenBatch => _frozenBatch;

    public override ImmutableArray<string> Notes =>
    [
        .. Sources.Head.Note is { } reading ? [reading] : Array.Empty<string>(),
        .. _frozenBatch is { } size
            ? [$"The model was exported with a fixed batch of {size} that could not be freed, so items are run {(size == 1 ? "one by one" : $"in groups of {size}")}: this is slower. {_obstacle}"]
            : Array.Empty<string>(),
    ];

    /// <summary>Reads and prepares a model.</summary>
    public static OnnxCore Load(Graph file, ModelOptions options)
    {
        ThrowIfWeightsAreNotNumbers(file, options);

        var graph = ShapeInference.Run(RaiseOpset.Run(file));
        var explained = ModelSignature.ExplainedInput(graph, options);
        var session = new SessionOptions { Provider = options.Provider };
        var (free, frozen, obstacle) = BatchFreedom.Find(graph, explained.Name, session);
        var output = ModelSignature.Output(free, options);
        var split = SplitFinalActivation.Run(free, output.Name);
        explained = split.Graph.Inputs.First(input => input.Name == explained.Name);
        var head = OutputReading.HeadOf(output, explained, options, ModelCard.Of(file).Labels);
        return new OnnxCore(split.Graph, explained, SourcesOf(split, output.Name, options.OutputKind, head), frozen, obstacle, session, options.Throughput, options.QuantizedGradients);
    }

    public override ScoreProgram Compile(Graph? prologue, IReadOnlyList<Score> scores)
    {
        var builder = (_graph with { Outputs = [] }).ToBuilder();
        ScoreEpilogue.Append(builder, Sources, scores, selects: prologue is not null);
        var program = PruneUnreachable.Run(builder.Build());
        if (prologue is not null)
        {
            program = Joined(prologue, program);
        }

        // Without a prologue one input is run alone; with one, many masks are.
        var mode = prologue is null ? ThreadingMode.Latency : ThreadingMode.Throughput;
        var session = Session.FromGraph(program, _options with { Threads = _throughput.ThreadsInside(mode) });
        long bytes = ActivationMemory.BytesPerItem(program) * _bytesPerFloat / sizeof(float);
        return new OnnxProgram(session, bytes, _frozenBatch, [.. Enumerable.Range(0, scores.Count).Select(ScoreEpilogue.Output)]);
    }

    private Graph Joined(Graph prologue, Graph program) =>
        JoinGraphs.Run(prologue, program, ImmutableDictionary<string, string>.Empty.Add(Explained.Name, MaskPrologue.Masked));

    /// <summary>NaN among the weights. Infinities may be meant (masks of attention), so they pass; a score that is not finite is refused later.</summary>
    private static void ThrowIfWeightsAreNotNumbers(Graph file, ModelOptions options)
    {
        var broken = Verifier.NonFiniteConstants(file).Where(constant => constant.HasNaN).Select(constant => $"\"{constant.Name}\"").ToList();
        if (broken.Count > 0)
        {
            throw new ModelFormatException($"{options.Name ?? "The model"} has weights that are not numbers (NaN) in {string.Join(", ", broken.Take(3))}"
                + $"{(broken.Count > 3 ? $" and {broken.Count - 3} more" : "")}: its predictions mean nothing. Export the model again from a good checkpoint.");
        }
    }

    private static ScoreSources SourcesOf(SplitOutputs split, string output, OutputKind? declared, ScoreHead head)
    {
        ScoreSources sources = (split.Kind, declared) switch
        {
            (_, OutputKind.Other) => new(output, null, null),
            // A box's numbers are of several kinds: no activation speaks for all of them.
            _ when head is PerBox => new(output, null, output),
            (_, OutputKind.Logits) => new(output, output, null),
            (FinalActivationKind.None, OutputKind.Probabilities) => new(output, null, output),
            // Without a visible activation a classifier's outputs are logits: that is how they are usually exported.
            (FinalActivationKind.None, _) => new(output, output, null),
            (FinalActivationKind.Sigmoid, _) => new(output, split.Logits, split.Probabilities, Independent: true),
            _ => new(output, split.Logits, split.Probabilities),
        };
        return sources with { Head = head };
    }
}

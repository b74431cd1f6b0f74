using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Maskers;
using Unmask.Maskers.Engine;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask;

/// <summary>The same model with a masker behind its taps.</summary>
internal sealed partial class OnnxCore
{
    /// <summary>The input of classes that a masker is asked about: Int64 [classes, 1].</summary>
    public const string AskedClasses = "unmask_asked_classes";

    /// <summary>
    /// Compiles classifier and masker as one graph: the classifier runs once, the masker for each class that is asked about.
    /// <code>
    ///   x ─ classifier ─ taps ─ first item ─ (one for each class) ─ masker ─ masks →
    ///                           classes ───────────┴─────────────────┘
    /// </code>
    /// </summary>
    public OnnxProgram CompileMasker(Masker masker, double? confidence)
    {
        var graph = PruneUnreachable.Run(ExposeValues.Run(Inside with { Outputs = [] }, masker.Taps)).ToBuilder();
        var connections = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? count = null;
        if (masker.IsClassConditional)
        {
            graph.Input(AskedClasses, ElementType.Int64, new Shape(Dimension.Named("classes"), 1));
            connections.Add(MaskerNames.Class, AskedClasses);
            string classes = graph.Add("Shape", [AskedClasses], "masker/classes", ("end", 1L));
            count = graph.Add("Concat", [classes, graph.Constant([1L, 1L, 1L])], "masker/count", ("axis", 0L));
        }

        foreach (string tap in masker.Taps)
        {
            // A model that insists on a batch was given the same item again and again.
            string first = graph.Add("Slice", [tap, graph.Constant([0L]), graph.Constant([1L]), graph.Constant([0L])], "masker/first");
            string read = count is null ? first : graph.Add("Expand", [first, count], "masker/repeated");
            graph.Output(read, ElementType.Float32, masker.Graph.Inputs.First(input => input.Name == tap).Shape);
            connections.Add(tap, read);
        }

        var joined = JoinGraphs.Run(graph.Build(), masker.WithConfidence(confidence), connections.ToImmutable(), new() { Main = JoinSide.First, Prefix = "masker/" });
        // Under another name, where the classifier has a value of its own.
        string mask = joined.Outputs[^masker.Graph.Outputs.Length].Name;
        var program = PruneUnreachable.Run(joined with { Outputs = [.. joined.Outputs.Where(output => output.Name == mask)] });
        return new(Session.FromGraph(program, _options with { Threads = _throughput.ThreadsInside(ThreadingMode.Latency) }), ActivationMemory.BytesPerItem(program), _frozenBatch, [mask]);
    }
}

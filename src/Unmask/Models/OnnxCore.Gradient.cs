using System.Collections.Concurrent;
using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>The same model with a backward pass behind it.</summary>
internal sealed partial class OnnxCore
{
    private readonly ConcurrentDictionary<(string Cuts, Score Score, RuleSet Rules, string? Observes), string?> _obstacles = new();
    private LayerRoles? _layers;
    private Graph? _inside;
    private ImmutableArray<AttentionBlock>? _attention;

    /// <summary>The graph that white-box methods look into: that of the model, fused attention spelt out.</summary>
    public Graph Inside => _inside ??= OpenAttention.Run(_graph) is var opened && ReferenceEquals(opened, _graph) ? _graph : ShapeInference.Run(opened);

    /// <summary>Layers by their roles.</summary>
    public LayerRoles Layers => _layers ??= new(Inside, Explained.Name, Sources);

    /// <summary>The attention that scores depend on, in the order of the model.</summary>
    public ImmutableArray<AttentionBlock> Attention => _attention ??= AttentionBlock.FindAll(
        PruneUnreachable.Run(ExposeValues.Run(Inside with { Outputs = [] }, [Sources.Logits ?? Sources.Probabilities ?? Sources.Output])));

    /// <summary>Compiles the model and the way back from its score to the cuts.</summary>
    /// <exception cref="UnsupportedOperatorException">A node between a cut and the score has no rule.</exception>
    /// <exception cref="NotDifferentiableException">A cut holds integers, or the score does not depend on it by differentiable operators.</exception>
    public GradientProgramRunner CompileGradient(GradientQuestion question)
    {
        var scored = Scored(question);
        var second = question.SecondRules is { } rules ? Second(scored, question, rules) : null;
        var gradient = Build(second?.Graph ?? scored, question, question.Cuts, question.Rules, [.. question.Values, .. second?.Multipliers ?? []]);
        var mode = question.Alone ? ThreadingMode.Latency : ThreadingMode.Throughput;
        var session = Session.FromGraph(gradient.Graph, _options with { Threads = _throughput.ThreadsInside(mode) });
        return new(session, gradient, second, question.Values)
        {
            Batched = question.Inner.All(value => IsBatched(scored, value)),
            FedBatched = IsBatched(scored, question.Fed),
            FrozenBatch = _frozenBatch,
        };
    }

    /// <summary>
    /// A walk by the second rule set, to which the first is added over the same forward pass. What is fed is a cut as well, since rules ask which operands are data: all
    /// that depends on it. Its own multipliers are pruned.
    /// </summary>
    private static GradientProgram Second(Graph scored, GradientQuestion question, RuleSet rules)
    {
        var program = Build(scored, question, [.. question.Cuts.Append(question.Fed).Distinct()], rules, question.Values);
        return program with { Cuts = question.Cuts, Multipliers = program.Multipliers[..question.Cuts.Length] };
    }

    private static GradientProgram Build(Graph scored, GradientQuestion question, ImmutableArray<string> cuts, RuleSet rules, ImmutableArray<string> expose)
    {
        try
        {
            return Gradient.Build(scored, ScoreEpilogue.Output(0), cuts, new()
            {
                Rules = rules,
                Expose = expose,
                Observes = question.Observes,
                References = question.HasReference ? [question.Fed] : [],
                Through = question.Through,
            });
        }
        catch (NotDifferentiableException problem) when (problem.Message.Contains(ScoreEpilogue.Output(0), StringComparison.Ordinal))
        {
            // The score has a name of its own in the program, which nobody outside knows.
            string explained = question.Layer is { } layer ? $"\"{layer}\"" : $"the score ({question.Score.Name()})";
            throw new NotDifferentiableException(problem.Message.Replace($"\"{ScoreEpilogue.Output(0)}\"", explained, StringComparison.Ordinal), problem);
        }
    }

    /// <summary>Why a rule set has no way from a score back to cuts; <c>null</c> when it has one. Found out by writing it, without compiling it.</summary>
    public string? GradientObstacle(ImmutableArray<string> cuts, Score score, RuleSet rules, WalkObservation? observes = null) => _obstacles.GetOrAdd((string.Join(',', cuts), score, rules, observes?.Key), _ =>
    {
        try
        {
            var scored = Scored(new(Explained.Name, cuts, score, rules, Alone: true) { Shapes = LoopShapes(null) });
            Gradient.Build(scored, ScoreEpilogue.Output(0), [.. cuts], new() { Rules = rules, References = rules.Compares ? [.. cuts] : [], Observes = observes });
            return null;
        }
        catch (UnmaskException problem)
        {
            return problem.Message;
        }
    });

    /// <summary>Which rule covers which node between a cut and a score, from the score back. Nothing is compiled.</summary>
    public ImmutableArray<RuleCoverage> Coverage(string cut, Score score, RuleSet rules) =>
        Gradient.Build(Scored(new(Explained.Name, [cut], score, rules, Alone: true)), ScoreEpilogue.Output(0), [cut], new() { Rules = rules, References = rules.Compares ? [cut] : [] }).Coverage;

    /// <summary>Compiles the way to inner values.</summary>
    public OnnxProgram CompileValues(ImmutableArray<string> values)
    {
        var graph = PruneUnreachable.Run(ExposeValues.Run(Inside with { Outputs = [] }, values));
        return new(Session.FromGraph(graph, _options with { Threads = _throughput.ThreadsInside(ThreadingMode.Latency) }), ActivationMemory.BytesPerItem(graph), _frozenBatch, [.. values]);
    }

    /// <summary>Compiles the way from an inner value to the scores.</summary>
    public TailProgram CompileTail(string fed, Score score)
    {
        var scored = Scored(new(fed, [], score, RuleSet.Gradient, Alone: false));
        var session = Session.FromGraph(scored, _options with { Threads = _throughput.ThreadsInside(ThreadingMode.Throughput) });
        return new(session, ActivationMemory.BytesPerItem(scored), _frozenBatch, IsBatched(scored, fed));
    }

    /// <summary>Whether the first axis of a value is that of the items.</summary>
    public bool IsBatched(string value) => IsBatched(Inside, value);

    /// <summary>From what is fed to the scores of all classes.</summary>
    private Graph Scored(GradientQuestion question)
    {
        var builder = (Inside with { Outputs = [] }).ToBuilder();
        if (question.Layer is { } layer)
        {
            ScoreEpilogue.AppendLayer(builder, layer, IsBatched(layer));
        }
        else
        {
            ScoreEpilogue.Append(builder, Sources, [question.Score], selects: false);
        }

        // Cuts stay, even those that the score does not depend on: the error is about them, not about their absence.
        var whole = PruneUnreachable.Run(ExposeValues.Run(builder.Build(), question.Cuts.Where(cut => cut != question.Fed)));
        whole = question.Shapes is { } shapes ? InlineKnownLoops.Run(ShapeInference.Run(whole, shapes.Where(pair => whole.Inputs.Any(input => input.Name == pair.Key)).ToDictionary())) : whole;
        return ShapeInference.Run(question.Fed == Explained.Name ? whole : FeedValues.Run(whole, [question.Fed]));
    }

    /// <summary>Whether the first axis of a value is that of the items: as free, or as large, as the input's.</summary>
    private bool IsBatched(Graph graph, string name) => graph.ShapeOf(name) is { Rank: > 0 } shape && Explained.Shape is { Rank: > 0 } input
        && (shape[0] == input[0] || (_frozenBatch is null && !shape[0].IsKnown));
}

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
    private readonly ConcurrentDictionary<(string Question, RuleSet Rules), string?> _obstacles = new();
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
        var gradient = Backwards(second?.Graph ?? scored, question.Cuts, question.Rules, [.. question.Values, .. second?.Multipliers ?? []]);
        var mode = question.Alone ? ThreadingMode.Latency : ThreadingMode.Throughput;
        var session = Session.FromGraph(gradient.Graph, _options with { Threads = _throughput.ThreadsInside(mode) });
        return new(session, gradient, second, question.Values, ActivationMemory.BytesPerItem(gradient.Graph), _frozenBatch, question.Cuts.Append(question.Fed).All(value => IsBatched(scored, value)), IsBatched(scored, question.Fed));
    }

    /// <summary>
    /// A walk by the second rule set, to which the first is added over the same forward pass. What is fed is a cut as well, since rules ask which operands are data: all
    /// that depends on it. Its own multipliers are pruned.
    /// </summary>
    private static GradientProgram Second(Graph scored, GradientQuestion question, RuleSet rules)
    {
        var program = Backwards(scored, [.. question.Cuts.Append(question.Fed).Distinct()], rules, question.Values);
        return program with { Cuts = question.Cuts, Multipliers = program.Multipliers[..question.Cuts.Length] };
    }

    private static GradientProgram Backwards(Graph scored, ImmutableArray<string> cuts, RuleSet rules, ImmutableArray<string> expose) =>
        Gradient.Build(scored, ScoreEpilogue.Output(0), cuts, new() { Rules = rules, Expose = expose });

    /// <summary>Why there is no derivative of a score with respect to cuts; <c>null</c> when there is one. Found out by writing it, without compiling it.</summary>
    public string? GradientObstacle(ImmutableArray<string> cuts, Score score, RuleSet rules) => _obstacles.GetOrAdd(($"{string.Join(',', cuts)}|{score}", rules), _ =>
    {
        try
        {
            Gradient.Build(Scored(new(Explained.Name, cuts, score, rules, Alone: true)), ScoreEpilogue.Output(0), [.. cuts], new() { Rules = rules });
            return null;
        }
        catch (UnmaskException problem)
        {
            return problem.Message;
        }
    });

    /// <summary>Which rule covers which node between a cut and a score, from the score back. Nothing is compiled.</summary>
    public ImmutableArray<RuleCoverage> Coverage(string cut, Score score, RuleSet rules) =>
        Gradient.Build(Scored(new(Explained.Name, [cut], score, rules, Alone: true)), ScoreEpilogue.Output(0), [cut], new() { Rules = rules }).Coverage;

    /// <summary>Compiles the way to an inner value.</summary>
    public OnnxProgram CompileValue(string value)
    {
        var graph = PruneUnreachable.Run(ExposeValues.Run(Inside with { Outputs = [] }, [value]));
        return new(Session.FromGraph(graph, _options with { Threads = _throughput.ThreadsInside(ThreadingMode.Latency) }), ActivationMemory.BytesPerItem(graph), _frozenBatch, [value]);
    }

    /// <summary>Whether the first axis of a value is that of the items.</summary>
    public bool IsBatched(string value) => IsBatched(Inside, value);

    /// <summary>From what is fed to the scores of all classes.</summary>
    private Graph Scored(GradientQuestion question)
    {
        var builder = (Inside with { Outputs = [] }).ToBuilder();
        ScoreEpilogue.Append(builder, Sources, [question.Score], selects: false);
        var whole = PruneUnreachable.Run(builder.Build());
        return ShapeInference.Run(question.Fed == Explained.Name ? whole : FeedValues.Run(whole, [question.Fed]));
    }

    /// <summary>Whether the first axis of a value is that of the items: as free, or as large, as the input's.</summary>
    private bool IsBatched(Graph graph, string name) => graph.ShapeOf(name) is { Rank: > 0 } shape && Explained.Shape is { Rank: > 0 } input
        && (shape[0] == input[0] || (_frozenBatch is null && !shape[0].IsKnown));
}

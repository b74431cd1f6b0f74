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

    /// <summary>Layers by their roles.</summary>
    public LayerRoles Layers => _layers ??= new(_graph, Explained.Name, Sources);

    /// <summary>Compiles the model and the way back from its score to the cuts.</summary>
    /// <exception cref="UnsupportedOperatorException">A node between a cut and the score has no rule.</exception>
    /// <exception cref="NotDifferentiableException">A cut holds integers, or the score does not depend on it by differentiable operators.</exception>
    public GradientProgramRunner CompileGradient(GradientQuestion question)
    {
        var scored = Scored(question);
        var gradient = Gradient.Build(scored, ScoreEpilogue.Output(0), [.. question.Cuts], new()
        {
            Rules = question.Rules,
            Expose = question.Values,
        });
        var mode = question.Alone ? ThreadingMode.Latency : ThreadingMode.Throughput;
        var session = Session.FromGraph(gradient.Graph, _options with { Threads = _throughput.ThreadsInside(mode) });
        return new(session, gradient, question.Values, ActivationMemory.BytesPerItem(gradient.Graph), _frozenBatch, question.Cuts.Append(question.Fed).All(value => IsBatched(scored, value)));
    }

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
        var graph = PruneUnreachable.Run(ExposeValues.Run(_graph with { Outputs = [] }, [value]));
        return new(Session.FromGraph(graph, _options with { Threads = _throughput.ThreadsInside(ThreadingMode.Latency) }), ActivationMemory.BytesPerItem(graph), _frozenBatch, [value]);
    }

    /// <summary>Whether the first axis of a value is that of the items.</summary>
    public bool IsBatched(string value) => IsBatched(_graph, value);

    /// <summary>From what is fed to the scores of all classes.</summary>
    private Graph Scored(GradientQuestion question)
    {
        var builder = (_graph with { Outputs = [] }).ToBuilder();
        ScoreEpilogue.Append(builder, Sources, [question.Score], selects: false);
        var whole = PruneUnreachable.Run(builder.Build());
        return ShapeInference.Run(question.Fed == Explained.Name ? whole : FeedValues.Run(whole, [question.Fed]));
    }

    /// <summary>Whether the first axis of a value is that of the items: as free, or as large, as the input's.</summary>
    private bool IsBatched(Graph graph, string name) => graph.ShapeOf(name) is { Rank: > 0 } shape && Explained.Shape is { Rank: > 0 } input
        && (shape[0] == input[0] || (_frozenBatch is null && !shape[0].IsKnown));
}

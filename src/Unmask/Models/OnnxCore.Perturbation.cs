using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Perturbations;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>The same model with masks in front of it and an objective behind it.</summary>
internal sealed partial class OnnxCore
{
    /// <summary>Compiles an optimisation.</summary>
    /// <exception cref="UnsupportedOperatorException">A node between the mask and the score has no rule.</exception>
    /// <exception cref="NotDifferentiableException">The score does not depend on the mask by differentiable operators.</exception>
    public PerturbationProgram CompilePerturbation(PerturbationQuestion question)
    {
        var mode = question.Alone ? ThreadingMode.Latency : ThreadingMode.Throughput;
        var settings = _options with { Threads = _throughput.ThreadsInside(mode) };
        string site = question.Site.Name;
        var element = (Inside.TypeOf(site) as Graphs.ValueType.Tensor)?.Element ?? ElementType.Float32;
        var (front, shapes) = PerturbationGraph.InFront(question, element);
        if (question.Kind == PerturbationOutput.Masks)
        {
            return new(Session.FromGraph(front, settings), front, shapes) { Outputs = [PerturbationNames.Keep, PerturbationNames.Masks, PerturbationNames.Canvas], Batched = true, FrozenBatch = null };
        }

        var scored = Scored(new(site, [], question.Score, question.Recipe.Rules, question.Alone) { Shapes = question.Shapes, Layer = question.Layer });
        var joined = JoinGraphs.Run(front, scored, ImmutableDictionary<string, string>.Empty.Add(site, PerturbationNames.Perturbed));
        var whole = ShapeInference.Run(PerturbationGraph.WithObjective(joined, question));
        ImmutableArray<string> outputs = [PerturbationNames.ItemScores, PerturbationNames.ItemValues, .. question.Recipe.Terms.Select((_, i) => PerturbationNames.Term(i))];
        bool batched = IsBatched(scored, site);
        if (question.Kind == PerturbationOutput.Objective)
        {
            var forward = PruneUnreachable.Run(whole with { Outputs = [.. whole.Outputs.Where(output => outputs.Contains(output.Name))] }, removeInputs: true);
            return new(Session.FromGraph(forward, settings), forward, shapes) { Outputs = outputs, Batched = batched, FrozenBatch = _frozenBatch };
        }

        var rules = question.Recipe.Rules;
        var gradient = Gradient.Build(whole, PerturbationNames.Loss, [question.ParametersInput], new() { Rules = rules, Expose = outputs, References = rules.Compares ? [site] : [] });
        return new(Session.FromGraph(gradient.Graph, settings), gradient.Graph, shapes)
        {
            Outputs = [.. outputs, gradient.Multipliers[0]],
            Seed = gradient.Seed,
            Reference = gradient.References.FirstOrDefault(),
            Batched = batched,
            FrozenBatch = _frozenBatch,
        };
    }
}

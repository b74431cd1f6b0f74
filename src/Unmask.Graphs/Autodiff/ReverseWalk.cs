using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Carries multipliers from the target to the cuts, node by node from behind, and adds up those that meet.</summary>
internal sealed class ReverseWalk(Emitter emitter, GradientOptions options, GradientPaths paths)
{
    private readonly WalkSums _multipliers = new();
    private readonly WalkSums _relevances = new();
    private readonly Dictionary<string, SignedParts> _parts = new(StringComparer.Ordinal);
    private readonly ReferenceForward? _reference = options.References.IsEmpty ? null : new(emitter, options.References);
    private readonly ImmutableArray<RuleCoverage>.Builder _coverage = ImmutableArray.CreateBuilder<RuleCoverage>();
    private readonly Lazy<RuleScope> _scope = new(() => new RuleScope(emitter.Graph, paths.Cuts, ""));

    public GradientProgram Run(string target, ImmutableArray<string> cuts)
    {
        var type = emitter.TypeOf(target);
        var seed = emitter.Input($"{target}_Seed", type?.Element ?? ElementType.Float32, type?.Shape);
        var observer = options.Observes?.Begin(emitter, cuts[0]);
        _multipliers.Send(target, options.Rules.SeedsRelevance ? Quotient(seed, emitter.Value(target)) : seed);
        foreach (var node in emitter.Graph.Nodes.Reverse().Where(OnPath))
        {
            Visit(node, observer);
        }

        (emitter.Prefix, emitter.Origin) = ("Grad", null);
        ImmutableArray<Value> multipliers = [.. cuts.Select(cut => emitter.Named(Whole(cut) ?? emitter.Value(cut).Zeros(), $"{cut}_Grad"))];
        ImmutableArray<Value?> relevances = [.. cuts.Select(cut => _relevances.Total(cut) is { } sum ? emitter.Named(sum, $"{cut}_Relevance") : null)];
        ImmutableArray<Value> observed = observer is null ? [] : [.. observer.Finish().Zip(options.Observes!.Outputs, emitter.Named)];
        ImmutableArray<Value> there = _reference is null ? [] : [.. cuts.Prepend(target).Select(name => emitter.Named(_reference.At(name), $"{name}_AtReference"))];
        var exposed = options.Expose.Prepend(target).Distinct(StringComparer.Ordinal).Select(name => new Value(name, emitter.TypeOf(name)));
        var graph = emitter.Build([.. exposed, .. multipliers, .. relevances.OfType<Value>(), .. there, .. observed]);
        return new(graph, target, seed.Name, cuts, [.. multipliers.Select(value => value.Name)], _reference?.Inputs ?? [])
        {
            Relevances = [.. relevances.Select(value => value?.Name ?? "")],
            Coverage = _coverage.ToImmutable(),
            TargetReference = there.FirstOrDefault()?.Name,
            CutReferences = [.. there.Skip(1).Select(value => value.Name)],
            Observed = [.. observed.Select(value => value.Name)],
        };
    }

    // Where the target is 0 there is no multiplier that makes it a share.
    private static Expression Quotient(Expression seed, Expression value)
    {
        var zero = value.Is(0);
        return (seed / Expression.Emit("Where", zero, 1, value)).Where(!zero);
    }

    private bool OnPath(Node node) => node.Outputs.Any(output => HasMultiplier(output) || _relevances.Holds(output)) && SubgraphScopes.Reads(node).Any(paths.Wants);

    private bool HasMultiplier(string value) => _multipliers.Holds(value) || _parts.ContainsKey(value);

    private void Visit(Node node, IWalkObserver? observer)
    {
        (emitter.Prefix, emitter.Origin) = ($"{node.Name}_Grad", node.Origin);
        bool[] needs = [.. node.Inputs.Select(paths.Wants)];
        if (node.Outputs.Any(HasMultiplier))
        {
            Apply(paths.RowOf(node), node, needs, observer);
        }

        if (node.Outputs.Any(_relevances.Holds))
        {
            _relevances.SendAll(node, RelevanceCarrier.Carry(new Backward(emitter, node, [.. node.Outputs.Select(_relevances.Total)], needs), _scope.Value));
        }
    }

    private void Apply(RuleRow row, Node node, bool[] needs, IWalkObserver? observer)
    {
        Expression?[] dy = [.. node.Outputs.Select(output => row.TakesParts ? _multipliers.Total(output) : Whole(output))];
        var backward = new Backward(emitter, node, dy, needs, _reference) { DyParts = row.TakesParts ? PartsOf(node.Outputs[0]) : null };
        _coverage.Add(new(node.Name, node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}", row.Name));
        row.Flow(backward);
        observer?.Visited(backward, row);
        _multipliers.SendAll(node, backward.Flows);
        _relevances.SendAll(node, backward.Relevances);
        for (int i = 0; i < needs.Length; i++)
        {
            if (backward.PartFlows[i] is { } parts)
            {
                _parts[node.Inputs[i]] = PartsOf(node.Inputs[i]) is { } before ? before + parts : parts;
            }
        }
    }

    private SignedParts? PartsOf(string value) => _parts.TryGetValue(value, out var parts) ? parts : null;

    /// <summary>The sum of all multipliers that were sent to a value, those in two parts joined by the sign of its difference from the reference; <c>null</c>: none was.</summary>
    private Expression? Whole(string value)
    {
        if (PartsOf(value) is not { } parts || _reference is null)
        {
            return _multipliers.Total(value);
        }

        var joined = parts.Joined(emitter.Value(value) - _reference.At(value));
        return _multipliers.Total(value) is { } total ? total + joined : joined;
    }
}

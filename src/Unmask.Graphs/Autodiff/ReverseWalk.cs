using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Carries multipliers from the target to the cuts, node by node from behind, and adds up those that meet.</summary>
internal sealed class ReverseWalk(Emitter emitter, GradientOptions options, GradientPaths paths)
{
    private readonly Dictionary<string, List<Expression>> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Expression> _total = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SignedParts> _parts = new(StringComparer.Ordinal);
    private readonly ReferenceForward? _reference = options.References.IsEmpty ? null : new(emitter, options.References);

    public GradientProgram Run(string target, ImmutableArray<string> cuts)
    {
        var type = emitter.TypeOf(target);
        var seed = emitter.Input($"{target}_Seed", type?.Element ?? ElementType.Float32, type?.Shape);
        var observer = options.Observes?.Begin(emitter, cuts[0]);
        _pending[target] = [seed];
        foreach (var node in emitter.Graph.Nodes.Reverse().Where(OnPath))
        {
            Visit(node, observer);
        }

        (emitter.Prefix, emitter.Origin) = ("Grad", null);
        ImmutableArray<Value> multipliers = [.. cuts.Select(cut => emitter.Named(Whole(cut) ?? emitter.Value(cut).Zeros(), $"{cut}_Grad"))];
        ImmutableArray<Value> observed = observer is null ? [] : [.. observer.Finish().Zip(options.Observes!.Outputs, emitter.Named)];
        ImmutableArray<Value> there = _reference is null ? [] : [.. cuts.Prepend(target).Select(name => emitter.Named(_reference.At(name), $"{name}_AtReference"))];
        var exposed = options.Expose.Prepend(target).Distinct(StringComparer.Ordinal).Select(name => new Value(name, emitter.TypeOf(name)));
        return new(emitter.Build([.. exposed, .. multipliers, .. there, .. observed]), target, seed.Name, cuts, [.. multipliers.Select(value => value.Name)], _reference?.Inputs ?? [])
        {
            TargetReference = there.FirstOrDefault()?.Name,
            CutReferences = [.. there.Skip(1).Select(value => value.Name)],
            Observed = [.. observed.Select(value => value.Name)],
        };
    }

    private bool OnPath(Node node) => node.Outputs.Any(output => _pending.ContainsKey(output) || _parts.ContainsKey(output)) && SubgraphScopes.Reads(node).Any(paths.Wants);

    private void Visit(Node node, IWalkObserver? observer)
    {
        (emitter.Prefix, emitter.Origin) = ($"{node.Name}_Grad", node.Origin);
        bool[] needs = [.. node.Inputs.Select(paths.Wants)];
        var row = paths.RowOf(node);
        Expression?[] dy = [.. node.Outputs.Select(output => row.TakesParts ? Total(output) : Whole(output))];
        var backward = new Backward(emitter, node, dy, needs, _reference) { DyParts = row.TakesParts ? PartsOf(node.Outputs[0]) : null };
        row.Flow(backward);
        observer?.Visited(backward, row);
        for (int i = 0; i < needs.Length; i++)
        {
            if (backward.Flows[i] is { } multiplier)
            {
                Send(node.Inputs[i], multiplier);
            }

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
            return Total(value);
        }

        var joined = parts.Joined(emitter.Value(value) - _reference.At(value));
        return Total(value) is { } total ? total + joined : joined;
    }

    private void Send(string value, Expression multiplier)
    {
        if (!_pending.TryGetValue(value, out var sent))
        {
            _pending[value] = sent = [];
        }

        sent.Add(multiplier);
    }

    /// <summary>The sum of all multipliers that were sent to a value; <c>null</c>: none was.</summary>
    private Expression? Total(string value)
    {
        if (_total.TryGetValue(value, out var known))
        {
            return known;
        }

        if (value.Length == 0 || !_pending.TryGetValue(value, out var sent))
        {
            return null;
        }

        var total = sent[0];
        foreach (var next in sent.Skip(1))
        {
            total += next;
        }

        return _total[value] = total;
    }
}

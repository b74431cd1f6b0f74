using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Carries multipliers from the target to the cuts, node by node from behind, and adds up those that meet.</summary>
internal sealed class ReverseWalk(Emitter emitter, GradientOptions options, GradientPaths paths)
{
    private readonly Dictionary<string, List<Expression>> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Expression> _total = new(StringComparer.Ordinal);

    public GradientProgram Run(string target, ImmutableArray<string> cuts)
    {
        var type = emitter.TypeOf(target);
        var seed = emitter.Input($"{target}_Seed", type?.Element ?? ElementType.Float32, type?.Shape);
        var reference = options.HasReference ? new ReferenceForward(emitter, paths, cuts) : null;
        var observer = options.Observes?.Begin(emitter, cuts[0]);
        _pending[target] = [seed];
        foreach (var node in emitter.Graph.Nodes.Reverse().Where(OnPath))
        {
            Visit(node, reference, observer);
        }

        (emitter.Prefix, emitter.Origin) = ("Grad", null);
        ImmutableArray<Value> multipliers = [.. cuts.Select(cut => emitter.Named(Total(cut) ?? emitter.Value(cut).Zeros(), $"{cut}_Grad"))];
        ImmutableArray<Value> observed = observer is null ? [] : [.. observer.Finish().Zip(options.Observes!.Outputs, emitter.Named)];
        var exposed = options.Expose.Prepend(target).Distinct(StringComparer.Ordinal).Select(name => new Value(name, emitter.TypeOf(name)));
        return new(emitter.Build([.. exposed, .. multipliers, .. observed]), target, seed.Name, cuts, [.. multipliers.Select(value => value.Name)], reference?.Inputs ?? [])
        {
            Observed = [.. observed.Select(value => value.Name)],
        };
    }

    private bool OnPath(Node node) => node.Outputs.Any(_pending.ContainsKey) && SubgraphScopes.Reads(node).Any(paths.Wants);

    private void Visit(Node node, ReferenceForward? reference, IWalkObserver? observer)
    {
        (emitter.Prefix, emitter.Origin) = ($"{node.Name}_Grad", node.Origin);
        bool[] needs = [.. node.Inputs.Select(paths.Wants)];
        Expression?[] dy = [.. node.Outputs.Select(Total)];
        var backward = new Backward(emitter, node, dy, needs, reference is null ? null : reference.At);
        var row = paths.RowOf(node);
        row.Flow(backward);
        observer?.Visited(backward, row);
        for (int i = 0; i < needs.Length; i++)
        {
            if (backward.Flows[i] is { } multiplier)
            {
                Send(node.Inputs[i], multiplier);
            }
        }
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

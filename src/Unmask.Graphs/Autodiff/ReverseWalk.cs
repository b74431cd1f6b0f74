using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Carries multipliers from the target to the cuts, node by node from behind, and adds up those that meet.</summary>
internal sealed class ReverseWalk(Emitter emitter, GradientOptions options, GradientPaths paths)
{
    private readonly Sums _multipliers = new();
    private readonly Sums _relevances = new();
    private readonly ImmutableArray<RuleCoverage>.Builder _coverage = ImmutableArray.CreateBuilder<RuleCoverage>();
    private readonly Lazy<RuleScope> _scope = new(() => new RuleScope(emitter.Graph, paths.Cuts, ""));

    public GradientProgram Run(string target, ImmutableArray<string> cuts)
    {
        var type = emitter.TypeOf(target);
        var seed = emitter.Input($"{target}_Seed", type?.Element ?? ElementType.Float32, type?.Shape);
        var reference = options.HasReference ? new ReferenceForward(emitter, paths, cuts) : null;
        _multipliers.Send(target, options.Rules.SeedsRelevance ? Quotient(seed, emitter.Value(target)) : seed);
        foreach (var node in emitter.Graph.Nodes.Reverse().Where(OnPath))
        {
            Visit(node, reference);
        }

        (emitter.Prefix, emitter.Origin) = ("Grad", null);
        ImmutableArray<Value> multipliers = [.. cuts.Select(cut => emitter.Named(_multipliers.Total(cut) ?? emitter.Value(cut).Zeros(), $"{cut}_Grad"))];
        ImmutableArray<Value?> relevances = [.. cuts.Select(cut => _relevances.Total(cut) is { } sum ? emitter.Named(sum, $"{cut}_Relevance") : null)];
        var exposed = options.Expose.Prepend(target).Distinct(StringComparer.Ordinal).Select(name => new Value(name, emitter.TypeOf(name)));
        var graph = emitter.Build([.. exposed, .. multipliers, .. relevances.OfType<Value>()]);
        return new(graph, target, seed.Name, cuts, [.. multipliers.Select(value => value.Name)], reference?.Inputs ?? [])
        {
            Relevances = [.. relevances.Select(value => value?.Name ?? "")],
            Coverage = _coverage.ToImmutable(),
        };
    }

    // Where the target is 0 there is no multiplier that makes it a share.
    private static Expression Quotient(Expression seed, Expression value)
    {
        var zero = value.Is(0);
        return (seed / Expression.Emit("Where", zero, 1, value)).Where(!zero);
    }

    private bool OnPath(Node node) => node.Outputs.Any(output => _multipliers.Holds(output) || _relevances.Holds(output)) && SubgraphScopes.Reads(node).Any(paths.Wants);

    private void Visit(Node node, ReferenceForward? reference)
    {
        (emitter.Prefix, emitter.Origin) = ($"{node.Name}_Grad", node.Origin);
        bool[] needs = [.. node.Inputs.Select(paths.Wants)];
        if (node.Outputs.Any(_multipliers.Holds))
        {
            var backward = new Backward(emitter, node, [.. node.Outputs.Select(_multipliers.Total)], needs, reference is null ? null : reference.At);
            var row = paths.RowOf(node);
            _coverage.Add(new(node.Name, node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}", row.Name));
            row.Flow(backward);
            _multipliers.SendAll(node, backward.Flows);
            _relevances.SendAll(node, backward.Relevances);
        }

        if (node.Outputs.Any(_relevances.Holds))
        {
            _relevances.SendAll(node, RelevanceCarrier.Carry(new Backward(emitter, node, [.. node.Outputs.Select(_relevances.Total)], needs), _scope.Value));
        }
    }

    /// <summary>What was sent to values, added up when it is asked for.</summary>
    private sealed class Sums
    {
        private readonly Dictionary<string, List<Expression>> _pending = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Expression> _total = new(StringComparer.Ordinal);

        public bool Holds(string value) => _pending.ContainsKey(value);

        public void Send(string value, Expression part)
        {
            if (!_pending.TryGetValue(value, out var sent))
            {
                _pending[value] = sent = [];
            }

            sent.Add(part);
        }

        public void SendAll(Node node, Expression?[] parts)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (parts[i] is { } part)
                {
                    Send(node.Inputs[i], part);
                }
            }
        }

        /// <summary>The sum of all that was sent to a value; <c>null</c>: nothing was.</summary>
        public Expression? Total(string value)
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
}

using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Two programs end to end: from the target back to an inner value, and from there, by the part that is asked for, to the cuts.
/// <code>
///   v ─ (target_Grad) ─ y_Grad ─ Mul ─ (y's own program) ─ x_Grad →
///                       y_Part ─┘
/// </code>
/// </summary>
internal static class GradientThrough
{
    public static GradientProgram Build(Graph graph, string target, string through, IReadOnlyList<string> cuts, GradientOptions options)
    {
        // Other rule sets give shares of the target, not of the part of it that passes the value; references and observers see the whole program.
        if (options.Rules != RuleSet.Gradient || !options.References.IsEmpty || options.Observes is not null)
        {
            throw new UnmaskException($"Only the derivative can follow a target through \"{through}\" alone, and this method carries something else (relevance, a reference, biases). "
                + "Explain the unit itself, or use a gradient method: gradient, integrated-gradients, layer-conductance.");
        }

        var whole = Gradient.Build(graph, target, [through], options);
        string arrived = whole.MultiplierOf(through);
        ImmutableArray<string> kept = [target, .. options.Expose];
        var last = Gradient.Build(whole.Graph, through, cuts, options with { Expose = [arrived, .. kept] });
        string part = UniqueNames.Fresh(last.Graph.AllNames().ToHashSet(StringComparer.Ordinal), $"{through}_Part");
        return new(Joined(last, arrived, part, [.. kept, .. last.Multipliers]), target, whole.Seed, last.Cuts, last.Multipliers, []) { Part = part };
    }

    /// <summary>What arrived at the value, times the part, becomes the seed of the second program.</summary>
    private static Graph Joined(GradientProgram last, string arrived, string part, ImmutableArray<string> outputs)
    {
        var graph = last.Graph;
        var seed = graph.Inputs.First(input => input.Name == last.Seed);
        int made = Enumerable.Range(0, graph.Nodes.Length).First(i => graph.Nodes[i].Outputs.Contains(arrived));
        var node = new Node($"{part}/Mul", "Mul", [arrived, part], [last.Seed]) { Origin = Origin.Added(part) };
        return PruneUnreachable.Run(graph with
        {
            Inputs = [.. graph.Inputs.Where(input => input.Name != last.Seed), new Value(part, seed.Type)],
            Nodes = graph.Nodes.Insert(made + 1, node),
            Outputs = [.. outputs.Distinct(StringComparer.Ordinal).Select(name => graph.Outputs.First(output => output.Name == name))],
            InnerTypes = seed.Type is { } type ? graph.InnerTypes.SetItem(last.Seed, type) : graph.InnerTypes,
        });
    }
}

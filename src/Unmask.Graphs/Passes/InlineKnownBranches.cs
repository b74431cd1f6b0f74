using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Replaces an If whose condition is known before the run by the branch that is taken. Exporters leave such nodes where a shape decides.
/// <code>
///   x ─ If(cond = true) { then: Squeeze(x), else: x } ─ y       →       x ─ Squeeze ─ y
/// </code>
/// </summary>
public static class InlineKnownBranches
{
    /// <summary>Inlines branches of the main graph, those that appear in inlined branches included.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        while (graph.Nodes.Any(node => node.Is("If")))
        {
            var next = Once(graph);
            if (next.Nodes.Length == graph.Nodes.Length && next.Nodes.SequenceEqual(graph.Nodes))
            {
                break;
            }

            graph = next;
        }

        return graph;
    }

    private static Graph Once(Graph graph)
    {
        var inference = new GraphInference(graph, StatedTypes.Of(graph));
        inference.Run();
        var names = new HashSet<string>(graph.AllNames().Concat(SubgraphScopes.ValueNames(graph)), StringComparer.Ordinal);
        var nodes = new List<Node>();
        var constants = graph.Constants.ToBuilder();
        foreach (var node in graph.Nodes)
        {
            if (node.Is("If") && inference.ContentsOf(node.Inputs[0])?.Single.Number is { } condition
                && node.Attributes.GetValueOrDefault(condition != 0 ? "then_branch" : "else_branch") is NodeAttribute.Subgraph { Value: var branch })
            {
                Inline(node, branch, names, nodes, constants);
            }
            else
            {
                nodes.Add(node);
            }
        }

        return graph with { Nodes = [.. nodes], Constants = constants.ToImmutable() };
    }

    private static void Inline(Node node, Graph branch, HashSet<string> names, List<Node> nodes, ImmutableDictionary<string, TensorData>.Builder constants)
    {
        // Two branches may use the same names.
        var renamed = branch.Nodes.SelectMany(inner => inner.Outputs).Concat(branch.Constants.Keys).Where(name => name.Length > 0)
            .ToDictionary(name => name, name => UniqueNames.Fresh(names, $"{node.Name}/{name}"), StringComparer.Ordinal);
        foreach (var (name, constant) in branch.Constants)
        {
            constants[renamed[name]] = constant;
        }

        nodes.AddRange(branch.Nodes.Select(inner => Rename(inner, renamed) with { Name = UniqueNames.Fresh(names, $"{node.Name}/{inner.Name}") }));
        foreach (var (outer, inner) in node.Outputs.Zip(branch.Outputs).Where(pair => pair.First.Length > 0))
        {
            string identity = UniqueNames.Fresh(names, $"{node.Name}/Identity");
            nodes.Add(new Node(identity, "Identity", [New(inner.Name, renamed)], [outer]) { Origin = node.Origin });
        }
    }

    private static Node Rename(Node node, Dictionary<string, string> renamed)
    {
        var inner = node.MapSubgraphs(body => body with
        {
            Nodes = [.. body.Nodes.Select(each => Rename(each, renamed))],
            Outputs = [.. body.Outputs.Select(output => output with { Name = New(output.Name, renamed) })],
        });
        return inner with { Inputs = [.. node.Inputs.Select(input => New(input, renamed))], Outputs = [.. node.Outputs.Select(output => New(output, renamed))] };
    }

    private static string New(string name, Dictionary<string, string> renamed) => renamed.GetValueOrDefault(name, name);
}

namespace Unmask.Graphs;

/// <summary>The operator sets of a model and of the functions that it calls.</summary>
internal static class FunctionOpsets
{
    /// <summary>The graph, raised to the highest standard operator set of its functions, with the other sets that their bodies use.</summary>
    public static Graph Unify(Graph graph, IReadOnlyCollection<Function> called, ModelSource source)
    {
        long standard = graph.Opset;
        var opsets = graph.Opsets;
        foreach (var function in called)
        {
            foreach (string domain in function.AllNodes().Select(node => node.Domain).Distinct(StringComparer.Ordinal))
            {
                if (!function.Opsets.TryGetValue(domain, out long version))
                {
                    continue;
                }

                if (domain.Length == 0)
                {
                    standard = Math.Max(standard, version);
                }
                else if (!opsets.TryGetValue(domain, out long other) || other == version || called.Any(each => each.Key.Domain == domain))
                {
                    opsets = opsets.SetItem(domain, version);
                }
                else
                {
                    throw source.Error($"the function {function.Key} uses version {version} of the operators of \"{domain}\", the model version {other}.");
                }
            }
        }

        graph = graph with { Opsets = opsets };
        return graph.Opset == 0 && standard > 0
            ? graph with { Opsets = opsets.SetItem("", standard) }
            : RaiseOpset.Run(graph, standard);
    }

    /// <summary>The graph without the operator sets that only functions were in.</summary>
    public static Graph Prune(Graph graph, IReadOnlyCollection<Function> called)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        Collect(graph, used);
        return graph with
        {
            Opsets = graph.Opsets.RemoveRange(called.Select(function => function.Key.Domain).Where(domain => domain.Length > 0 && !used.Contains(domain))),
        };
    }

    private static void Collect(Graph graph, HashSet<string> domains)
    {
        foreach (var node in graph.Nodes)
        {
            domains.Add(node.Domain);
            foreach (var subgraph in node.Subgraphs)
            {
                Collect(subgraph, domains);
            }
        }
    }
}

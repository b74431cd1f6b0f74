using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>The operator sets of two graphs that become one.</summary>
internal static class JoinOpsets
{
    /// <summary>Both graphs in the higher of their standard operator sets.</summary>
    public static (Graph First, Graph Second) Unify(Graph first, Graph second)
    {
        long version = Math.Max(first.Opset, second.Opset);
        return (RaiseOpset.Run(first, version), RaiseOpset.Run(second, version));
    }

    /// <summary>The operator sets of the joined graph.</summary>
    /// <exception cref="UnmaskException">The graphs use different versions of a set that is not the standard one.</exception>
    public static ImmutableSortedDictionary<string, long> Merge(Graph first, Graph second)
    {
        var merged = first.Opsets;
        foreach (var (domain, version) in second.Opsets)
        {
            if (!merged.TryGetValue(domain, out long other) || other == version || !Uses(first, domain))
            {
                merged = merged.SetItem(domain, version);
            }
            else if (Uses(second, domain))
            {
                throw new UnmaskException(
                    $"The graphs \"{first.Name}\" and \"{second.Name}\" cannot be joined: one uses version {other} of the operators of \"{domain}\", "
                    + $"the other version {version}. Export both with the same version.");
            }
        }

        return merged;
    }

    private static bool Uses(Graph graph, string domain) =>
        graph.Nodes.Any(node => node.Domain == domain || node.Subgraphs.Any(body => Uses(body, domain)));
}

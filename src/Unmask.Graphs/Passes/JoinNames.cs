using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Two graphs whose names no longer clash, so that their nodes can stand in one list.
/// A connection is made by giving both ends one name where that is possible, otherwise by an Identity node (a bridge).
/// </summary>
/// <param name="First">The first graph.</param>
/// <param name="Second">The second graph.</param>
/// <param name="Bridges">Identity nodes between the two.</param>
/// <param name="Fed">The connected inputs of the second graph and what feeds them, under their new names.</param>
internal sealed record JoinNames(Graph First, Graph Second, ImmutableArray<Node> Bridges, ImmutableArray<(string Input, string Source)> Fed)
{
    public static JoinNames Plan(Graph first, Graph second, IReadOnlyDictionary<string, string> connections, JoinOptions options)
    {
        var shared = Shareable(first, second, connections, options);
        var values = (First: Renaming.None, Second: Renaming.None);
        if (options.Main == JoinSide.Second)
        {
            var forced = connections.Where(pair => shared.Contains(pair.Key)).ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
            values.First = Renaming.Of(first, second, forced, options.Prefix);
        }
        else
        {
            var forced = connections.Where(pair => shared.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            values.Second = Renaming.Of(second, first, forced, options.Prefix);
        }

        first = RenameValues.Run(first, values.First.Values, values.First.Nodes);
        second = RenameValues.Run(second, values.Second.Values, values.Second.Nodes);
        ImmutableArray<(string Input, string Source)> fed = [.. connections.Select(pair => (values.Second.Of(pair.Key), values.First.Of(pair.Value)))];
        return new(first, second, Bridge(first, second, fed), fed);
    }

    /// <summary>The connected inputs that can be one value with what feeds them, without changing a name that the joined graph must keep.</summary>
    private static HashSet<string> Shareable(Graph first, Graph second, IReadOnlyDictionary<string, string> connections, JoinOptions options)
    {
        var made = first.Nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        var returned = second.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        return connections
            .Where(pair => options.Main == JoinSide.Second ? made.Contains(pair.Value) && !options.KeepConnectedOutputs : !returned.Contains(pair.Key))
            .Where(pair => used.Add(pair.Value))
            .Select(pair => pair.Key)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static ImmutableArray<Node> Bridge(Graph first, Graph second, ImmutableArray<(string Input, string Source)> fed)
    {
        var taken = SubgraphScopes.NodeNames(first).Concat(SubgraphScopes.NodeNames(second)).ToHashSet(StringComparer.Ordinal);
        var bridges = ImmutableArray.CreateBuilder<Node>();
        foreach (var (input, source) in fed.Where(pair => pair.Input != pair.Source))
        {
            string name = UniqueNames.Fresh(taken, $"{input}_Identity");
            bridges.Add(new Node(name, "Identity", [source], [input]));
        }

        return bridges.ToImmutable();
    }

    /// <summary>New names for the values and nodes of one graph that stand in the way of another's.</summary>
    private sealed record Renaming(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Nodes)
    {
        public static Renaming None { get; } = new(ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);

        public string Of(string value) => Values.GetValueOrDefault(value, value);

        public static Renaming Of(Graph graph, Graph main, IReadOnlyDictionary<string, string> forced, string prefix) => new(
            Away([.. SubgraphScopes.ValueNames(graph)], [.. SubgraphScopes.ValueNames(main)], forced, prefix),
            Away([.. SubgraphScopes.NodeNames(graph)], [.. SubgraphScopes.NodeNames(main)], ImmutableDictionary<string, string>.Empty, prefix));

        private static Dictionary<string, string> Away(HashSet<string> own, HashSet<string> kept, IReadOnlyDictionary<string, string> forced, string prefix)
        {
            var taken = new HashSet<string>(own, StringComparer.Ordinal);
            taken.UnionWith(kept);
            var renamed = new Dictionary<string, string>(forced, StringComparer.Ordinal);
            foreach (string name in own.Where(name => name.Length > 0 && kept.Contains(name) && !forced.ContainsKey(name)).Order(StringComparer.Ordinal))
            {
                renamed[name] = UniqueNames.Fresh(taken, prefix + name);
            }

            return renamed;
        }
    }
}

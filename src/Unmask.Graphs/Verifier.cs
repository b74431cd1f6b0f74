using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Checks what every graph promises: each value is made once and before it is read, names are unique, subgraphs hide no value of the graphs around
/// them, operator sets are stated, no function is left, constants are as large as their shapes say.
/// </summary>
public static class Verifier
{
    /// <summary>Everything that is wrong with a graph, each a sentence; empty for a valid graph.</summary>
    public static ImmutableArray<string> Check(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var check = new GraphCheck(graph.Opsets);
        check.Run(graph, around: null);
        return [.. check.Problems];
    }

    /// <summary>Stops at an invalid graph: a mistake of the code that made it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="made">What made it, for the message; for instance the name of a pass.</param>
    /// <exception cref="InvalidOperationException">The graph is invalid; the message lists what is wrong.</exception>
    public static void ThrowIfInvalid(Graph graph, string made = "")
    {
        var problems = Check(graph);
        if (!problems.IsEmpty)
        {
            string who = made.Length == 0 ? "" : $" made by {made}";
            throw new InvalidOperationException($"The graph \"{graph.Name}\"{who} is invalid:\n  {string.Join("\n  ", problems)}");
        }
    }

    /// <summary>The floating-point constants (16, 32 or 64 bits) that hold a NaN or an infinity, by name in ordinal order; subgraphs' included.</summary>
    /// <remarks>Reads all weights once, at the speed of memory. A tensor of external data above 2 GiB is not looked into.</remarks>
    public static ImmutableArray<NonFiniteConstant> NonFiniteConstants(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var found = new List<NonFiniteConstant>();
        FiniteScan.Run(graph, found);
        found.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return [.. found];
    }
}

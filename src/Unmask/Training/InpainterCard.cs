using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>What an in-painter's file says of itself: that it is one, what its output means, and the space of its pictures.</summary>
internal static class InpainterCard
{
    /// <summary>The key of the entry.</summary>
    public const string Key = "unmask.inpainter";

    /// <summary>The value of an in-painter whose input has its holes filled harmonically, and whose output is means, then log-variances.</summary>
    public const string OverHarmonic = "gaussian-over-harmonic";

    /// <summary>A graph that says so.</summary>
    public static Graph WriteTo(Graph graph, Preprocessing preprocessing)
    {
        var described = ModelCard.WriteTo(graph, [], preprocessing);
        return described with { Metadata = described.Metadata.Remove("unmask.labels").SetItem(Key, OverHarmonic) };
    }

    /// <summary>Whether a graph is such an in-painter.</summary>
    public static bool IsOverHarmonic(Graph graph) => graph.Metadata.TryGetValue(Key, out string? kind) && kind == OverHarmonic;
}

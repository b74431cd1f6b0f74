using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>Every metric, in one list: the command line, the reports and the generic tests read it.</summary>
public static class MetricCatalogue
{
    /// <summary>All metrics.</summary>
    public static ImmutableArray<MetricInfo> All { get; } = [];

    /// <summary>The metric of an id.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MetricInfo Find(string id) => All.FirstOrDefault(metric => metric.Id == id)
        ?? throw new UnmaskException($"There is no metric \"{id}\". "
            + (Graphs.Suggestions.Nearest(id, All.Select(metric => metric.Id)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(metric => metric.Id))}.");
}

using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>A value whose channels' means are wanted; its second axis is the channels.</summary>
/// <param name="Value">The value.</param>
/// <param name="Channels">The number of channels.</param>
/// <param name="Rank">The number of axes, at least 2.</param>
public sealed record ChannelMeans(string Value, long Channels, int Rank);

/// <summary>What was seen of a graph's inner values.</summary>
/// <param name="Ranges">Their ranges.</param>
/// <param name="Means">The means of their channels.</param>
public sealed record Observations(ImmutableDictionary<string, ValueRange> Ranges, ImmutableDictionary<string, ImmutableArray<float>> Means)
{
    /// <summary>Whether all that was seen is finite.</summary>
    public bool IsFinite => Ranges.Values.All(range => range.IsFinite) && Means.Values.All(means => means.All(float.IsFinite));

    /// <summary>Both together: ranges that hold both, and means weighted by how much each has seen.</summary>
    /// <param name="other">Observations of the same values.</param>
    /// <param name="share">What part of all was seen by this one, 0 to 1.</param>
    public Observations With(Observations other, double share) => new(
        Ranges.SetItems(other.Ranges.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Union(Ranges[pair.Key])))),
        Means.SetItems(other.Means.Select(pair => KeyValuePair.Create(
            pair.Key, Means[pair.Key].Zip(pair.Value, (one, another) => (float)((one * share) + (another * (1 - share)))).ToImmutableArray()))));
}

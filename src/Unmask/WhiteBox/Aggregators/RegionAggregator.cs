using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>In which order XRAI takes regions.</summary>
public enum RegionOrder
{
    /// <summary>At each step the region with the largest mean over the pixels that it would add.</summary>
    Greedy,

    /// <summary>By the mean over whole regions, once.</summary>
    Fast,
}

/// <summary>XRAI's regions: contributions become a map that is constant on each of the pieces that ranked regions add.</summary>
/// <param name="order">In which order regions are taken.</param>
/// <param name="fewestNew">Regions that would add fewer pixels are left out.</param>
/// <param name="area">The part of the picture at which to stop, above 0 to 1.</param>
public sealed class RegionAggregator(RegionOrder order, int fewestNew, double area) : Aggregator
{
    internal override AggregatedMap Apply(ImmutableArray<CutState> cuts)
    {
        var state = cuts.Single();
        var ranking = new RegionRanking(LargestOfChannels(state), RegionMasks.Of(state.Input));
        if (order == RegionOrder.Greedy)
        {
            ranking.Greedy(fewestNew, area);
        }
        else
        {
            ranking.ByMean(fewestNew, area);
        }

        return new(ranking.Map, MapForm.Pixels);
    }

    /// <summary>The largest signed contribution among a pixel's channels, as in the paper's repository.</summary>
    private static float[] LargestOfChannels(CutState state)
    {
        float[] contributions = state.Contribution();
        var layout = state.Input.Layout;
        var (height, width) = layout.Spatial;
        float[] map = new float[height * width];
        for (int place = 0; place < map.Length; place++)
        {
            map[place] = contributions[layout.IndexOf(0, place / width, place % width)];
            for (int channel = 1; channel < layout.Channels; channel++)
            {
                map[place] = Math.Max(map[place], contributions[layout.IndexOf(channel, place / width, place % width)]);
            }
        }

        return map;
    }
}

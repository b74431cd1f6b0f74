using Unmask.Numerics;

namespace Unmask.WhiteBox;

/// <summary>Places projected on the first right singular vector of [places, channels], each channel centred: Eigen-CAM.</summary>
internal static class PrincipalMap
{
    public static double[] Of(ChannelMaps maps, PlaceTerm term)
    {
        double[][] channels = new double[maps.Channels][];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            channels[channel] = Centred(maps.A(channel), maps.G(channel), term);
        }

        double[] map = LeadingComponent.Of(channels);
        // A singular vector has no sign of its own: what stands out most is made positive.
        return -map.Min() > map.Max() ? [.. map.Select(value => -value)] : map;
    }

    private static double[] Centred(ReadOnlySpan<float> a, ReadOnlySpan<float> g, PlaceTerm term)
    {
        double[] values = new double[a.Length];
        double mean = 0;
        for (int place = 0; place < values.Length; place++)
        {
            values[place] = term(a[place], g[place]);
            mean += values[place] / values.Length;
        }

        for (int place = 0; place < values.Length; place++)
        {
            values[place] -= mean;
        }

        return values;
    }
}

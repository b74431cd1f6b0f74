using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>
/// Guided Grad-CAM, of two cuts and two rule sets: the second rule set's multipliers at the input, every channel times the rectified Grad-CAM map of the layer, which the
/// first's make. Selvaraju et al., ICCV 2017, §3.2.
/// </summary>
/// <param name="nearest">Whether the map is enlarged by repeating cells instead of bilinearly.</param>
internal sealed class GuidedMapAggregator(bool nearest) : Aggregator
{
    internal override AggregatedMap Apply(ImmutableArray<CutState> cuts)
    {
        if (cuts is not [var input, var layer])
        {
            throw new UnmaskException($"Guided Grad-CAM takes the map of one layer before the score, but was given {string.Join(", ", cuts.Select(cut => cut.Name))}. Name one layer (--layer; `unmask inspect` lists them).");
        }

        var size = input.Grid ?? throw ChannelMaps.NoPlaces(input.Name, input.Sizes);
        var maps = ChannelMaps.Of(layer);
        float[] coarse = [.. ChannelWeights.Weighted(maps, ChannelWeights.Mean).Select(value => (float)Math.Max(0, value))];
        float[,] map = nearest ? Repeated(coarse, maps.Grid, size) : BilinearResize.Run(coarse, maps.Grid.Height, maps.Grid.Width, size.Height, size.Width);
        float[] product = [.. input.SecondMultiplier!];
        int channels = size.Channels(product.Length), places = size.Height * size.Width;
        for (int i = 0; i < product.Length; i++)
        {
            product[size.IndexOf(i / places, i % places, channels)] *= map[i % places / size.Width, i % size.Width];
        }

        return new(product, MapForm.Cut);
    }

    private static float[,] Repeated(float[] map, LayerGrid from, LayerGrid to)
    {
        float[,] repeated = new float[to.Height, to.Width];
        for (int place = 0; place < repeated.Length; place++)
        {
            int y = place / to.Width, x = place % to.Width;
            repeated[y, x] = map[(y * from.Height / to.Height * from.Width) + (x * from.Width / to.Width)];
        }

        return repeated;
    }
}

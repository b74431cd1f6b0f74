using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>FullGrad's map: the input's part, drawn as the layers' were inside the graph, and theirs. Cuts: the input, the layers' map, the sum of all biases.</summary>
/// <param name="style">How magnitudes are scaled.</param>
internal sealed class FullGradAggregator(BiasMapStyle style) : Aggregator
{
    internal override AggregatedMap Apply(ImmutableArray<CutState> cuts)
    {
        var (input, layers, biases) = (cuts[0], cuts[1], cuts[2]);
        float[] contributions = input.Contribution();
        var grid = input.Grid ?? throw ChannelMaps.NoPlaces(input.Name, input.Sizes);
        int channels = grid.Channels(contributions.Length), places = grid.Height * grid.Width;
        var (least, range) = Ranges(contributions, grid, channels);
        float[] map = [.. layers.Multiplier];
        for (int i = 0; i < contributions.Length; i++)
        {
            int channel = i / places, place = i % places;
            int group = style.ByChannel ? channel : 0;
            double above = Math.Abs(contributions[grid.IndexOf(channel, place, channels)]) - least[group];
            map[place] += range[group] == 0 ? 0 : (float)(above / (range[group] + style.Epsilon));
        }

        return new(map, MapForm.Pixels) { Sum = Total(contributions) + Total(biases.Multiplier) };
    }

    /// <summary>The least magnitude and the range of magnitudes, of each channel or of all.</summary>
    private (double[] Least, double[] Range) Ranges(float[] contributions, LayerGrid grid, int channels)
    {
        int places = grid.Height * grid.Width, groups = style.ByChannel ? channels : 1;
        double[] least = new double[groups], most = new double[groups];
        Array.Fill(least, double.PositiveInfinity);
        for (int i = 0; i < contributions.Length; i++)
        {
            int group = style.ByChannel ? i / places : 0;
            double size = Math.Abs(contributions[grid.IndexOf(i / places, i % places, channels)]);
            (least[group], most[group]) = (Math.Min(least[group], size), Math.Max(most[group], size));
        }

        return (least, [.. most.Zip(least, (high, low) => high - low)]);
    }

    private static double Total(float[] values) => values.Sum(value => (double)value);
}

/// <summary>The credit of the biases at the input, with input times gradient if asked. Cuts: the input, the credit.</summary>
/// <param name="withGradient">Whether input times gradient is added.</param>
internal sealed class BiasCreditAggregator(bool withGradient) : Aggregator
{
    internal override AggregatedMap Apply(ImmutableArray<CutState> cuts)
    {
        float[] products = cuts[0].Contribution(), credit = cuts[1].Multiplier;
        double gradient = products.Sum(value => (double)value), biases = credit.Sum(value => (double)value);
        return withGradient
            ? new([.. credit.Zip(products, (part, product) => part + product)], MapForm.Cut) { Sum = gradient + biases }
            : new(credit, MapForm.Cut) { Sum = biases, Apart = gradient };
    }
}

namespace Unmask.WhiteBox;

/// <summary>Maps that weigh the channels of a feature map.</summary>
internal static class ClassActivationMap
{
    /// <summary>L(u) = Σ_k w_k A_k(u), w_k = 1/Z Σ_u ∂S/∂A_k(u): Selvaraju et al., eq. 1 and 2, before the ReLU.</summary>
    public static AggregatedMap MeanWeights(CutState state) => Weighted(state, state.Multiplier, 1.0 / (GridOf(state).Height * GridOf(state).Width));

    /// <summary>L(u) = Σ_k w_k A_k(u), w_k = Σ_u R_k(u): Jung and Oh, ICCV 2021, before the ReLU.</summary>
    public static AggregatedMap ContributionWeights(CutState state) => Weighted(state, state.Contribution(), 1);

    /// <summary>The channels, each times the sum over places of something else of it.</summary>
    private static AggregatedMap Weighted(CutState state, float[] summed, double factor)
    {
        var grid = GridOf(state);
        int places = grid.Height * grid.Width, channels = grid.Channels(state.Value.Length);
        double[] map = new double[places];
        for (int channel = 0; channel < channels; channel++)
        {
            double weight = 0;
            for (int place = 0; place < places; place++)
            {
                weight += summed[grid.IndexOf(channel, place, channels)] * factor;
            }

            for (int place = 0; place < places; place++)
            {
                map[place] += weight * state.Value[grid.IndexOf(channel, place, channels)];
            }
        }

        return new([.. map.Select(value => (float)value)], MapForm.Grid);
    }

    private static LayerGrid GridOf(CutState state) => state.Grid ?? throw new UnmaskException(
        $"The layer \"{state.Name}\" has the axes [{string.Join(", ", state.Sizes)}], in which no places of a picture were found: a class activation map needs a feature map "
        + "[channels, height, width] or the tokens of a picture. Leave --layer out to have one found, or see `unmask inspect`.");
}

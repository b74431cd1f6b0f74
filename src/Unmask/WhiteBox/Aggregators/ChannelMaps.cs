namespace Unmask.WhiteBox;

/// <summary>The feature maps of a layer and their multipliers, channel by channel: [channels, places], whatever the layer's own axes are.</summary>
internal sealed class ChannelMaps
{
    private readonly float[] _values;
    private readonly float[] _multipliers;

    private readonly Lazy<float[]> _contributions;

    private ChannelMaps(LayerGrid grid, int channels, float[] values, float[] multipliers, Lazy<float[]> contributions)
    {
        _contributions = contributions;
        (Grid, Channels, Places) = (grid, channels, grid.Height * grid.Width);
        (_values, _multipliers) = (values, multipliers);
    }

    public LayerGrid Grid { get; }

    public int Channels { get; }

    public int Places { get; }

    /// <summary>The mean of G² over noisy inputs; <c>null</c>: that of the multiplier itself.</summary>
    public float[]? Squares { get; private init; }

    /// <summary>The mean of G³ over noisy inputs; <c>null</c>: that of the multiplier itself.</summary>
    public float[]? Cubes { get; private init; }

    /// <summary>Takes what lies at places of the picture; tokens that belong to none are left out.</summary>
    /// <exception cref="UnmaskException">The layer has no places.</exception>
    public static ChannelMaps Of(CutState state)
    {
        var grid = state.Grid ?? throw NoPlaces(state.Name, state.Sizes);
        int channels = grid.Channels(state.Value.Length);
        return new(grid, channels, ByChannel(state.Value, grid, channels), ByChannel(state.Multiplier, grid, channels), new(() => ByChannel(state.Contribution(), grid, channels)))
        {
            Squares = state.Squares is { } squares ? ByChannel(squares, grid, channels) : null,
            Cubes = state.Cubes is { } cubes ? ByChannel(cubes, grid, channels) : null,
        };
    }

    /// <summary>A_k at all places.</summary>
    public ReadOnlySpan<float> A(int channel) => _values.AsSpan(channel * Places, Places);

    /// <summary>G_k = ∂S/∂A_k at all places.</summary>
    public ReadOnlySpan<float> G(int channel) => _multipliers.AsSpan(channel * Places, Places);

    /// <summary>R_k, the contributions, at all places: A ⊙ G unless a path integrated them.</summary>
    public ReadOnlySpan<float> R(int channel) => _contributions.Value.AsSpan(channel * Places, Places);

    /// <summary>The error of a layer without places.</summary>
    public static UnmaskException NoPlaces(string layer, IEnumerable<int> sizes) => new(
        $"The layer \"{layer}\" has the axes [{string.Join(", ", sizes)}], in which no places of a picture were found: a class activation map needs a feature map "
        + "[channels, height, width] or the tokens of a picture. Leave --layer out to have one found, or see `unmask inspect`.");

    private static float[] ByChannel(float[] values, LayerGrid grid, int channels)
    {
        int places = grid.Height * grid.Width;
        if (grid.Axes is GridAxes.ChannelsFirst or GridAxes.Map)
        {
            return values;
        }

        float[] ordered = new float[channels * places];
        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i] = values[grid.IndexOf(i / places, i % places, channels)];
        }

        return ordered;
    }
}

using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>How the maps of several layers become one.</summary>
internal enum LayerCombination
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their product.</summary>
    Product,
}

/// <summary>A formula of feature maps and multipliers: of one layer the map on its own grid, of several one map over the model's pixels.</summary>
/// <param name="formula">The formula of one layer.</param>
/// <param name="rectifies">Whether each of several maps is rectified before they are joined.</param>
/// <param name="combination">How several are joined, each scaled to 0 … 1 and resized.</param>
internal sealed class LayerMapAggregator(Func<ChannelMaps, double[]> formula, bool rectifies = true, LayerCombination combination = LayerCombination.Mean) : Aggregator
{
    internal override AggregatedMap Apply(ImmutableArray<CutState> cuts)
    {
        if (cuts is [var only])
        {
            return new(Floats(formula(ChannelMaps.Of(only))), MapForm.Grid);
        }

        var joined = new LayerMapJoin(cuts[0].Input.Layout.Spatial, rectifies, combination);
        foreach (var cut in cuts)
        {
            var maps = ChannelMaps.Of(cut);
            joined.Add(Floats(formula(maps)), maps.Grid);
        }

        return new(joined.Result(), MapForm.Pixels);
    }

    private static float[] Floats(double[] map) => [.. map.Select(value => (float)value)];
}

/// <summary>Joins maps of several layers over the model's pixels: each scaled to 0 … 1 and resized bilinearly, their mean or product.</summary>
internal sealed class LayerMapJoin((int Height, int Width) size, bool rectifies, LayerCombination combination)
{
    private float[]? _joined;
    private int _count;

    public void Add(float[] map, LayerGrid grid)
    {
        float[,] resized = BilinearResize.Run(Scaled(map), grid.Height, grid.Width, size.Height, size.Width);
        float[] values = [.. resized.Cast<float>()];
        for (int i = 0; _joined is not null && i < values.Length; i++)
        {
            values[i] = combination == LayerCombination.Mean ? values[i] + _joined[i] : values[i] * _joined[i];
        }

        (_joined, _count) = (values, _count + 1);
    }

    public float[] Result() => combination == LayerCombination.Product ? _joined! : [.. _joined!.Select(value => value / _count)];

    /// <summary>(L − min) ÷ (max − min); zeros of a map that is the same everywhere.</summary>
    private float[] Scaled(float[] map)
    {
        float[] scaled = rectifies ? [.. map.Select(value => Math.Max(0, value))] : map;
        float low = scaled.Min(), range = scaled.Max() - low;
        return [.. scaled.Select(value => range == 0 ? 0 : (value - low) / range)];
    }
}

namespace Unmask;

/// <summary>Makes one map over the model's pixels of attributions of any kind.</summary>
internal static class AttributionMap
{
    /// <summary>The map, [height, width].</summary>
    /// <exception cref="UnmaskException">The layer has no places.</exception>
    public static float[,] Of(Explanation explanation, int height, int width)
    {
        float[] values = explanation.ToArray();
        var grid = GridOf(explanation, height, width);
        int channels = grid.Channels(values.Length);
        float[] map = new float[grid.Height * grid.Width];
        for (int place = 0; place < map.Length; place++)
        {
            float reduced = channels == 1 && grid.Axes == GridAxes.Map ? values[place] : Reduce(explanation.ChannelReduction, values, grid, channels, place);
            map[place] = explanation.Rectified ? Math.Max(0, reduced) : reduced;
        }

        return BilinearResize.Run(map, grid.Height, grid.Width, height, width);
    }

    private static LayerGrid GridOf(Explanation explanation, int height, int width) => explanation.Kind switch
    {
        MapKind.Pixels => new(height, width, GridAxes.Map),
        MapKind.Elements => new(height, width, explanation.Input.Layout.Order == AxisOrder.ChannelsFirst ? GridAxes.ChannelsFirst : GridAxes.ChannelsLast),
        _ => explanation.Layer?.Grid ?? throw new UnmaskException(
            $"The layer \"{explanation.Layer?.Name}\" has the axes [{string.Join(", ", explanation.Layer?.Sizes ?? [])}], which are no places of the picture: there is no map of it to draw or to order pixels by. "
            + "The array (--format npy,json) holds its attributions."),
    };

    private static float Reduce(ChannelReduction reduction, float[] values, LayerGrid grid, int channels, int place)
    {
        float sum = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            float value = values[grid.IndexOf(channel, place, channels)];
            sum = reduction switch
            {
                ChannelReduction.AbsMax => Math.Max(sum, Math.Abs(value)),
                ChannelReduction.AbsSum => sum + Math.Abs(value),
                ChannelReduction.L2 => sum + (value * value),
                _ => sum + value,
            };
        }

        return reduction switch
        {
            ChannelReduction.Mean => sum / channels,
            ChannelReduction.L2 => MathF.Sqrt(sum),
            _ => sum,
        };
    }
}

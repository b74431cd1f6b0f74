using Unmask.Graphs;

namespace Unmask;

/// <summary>Splits a tensor of items into inputs.</summary>
internal static class TensorItems
{
    public static IEnumerable<ModelInput> Split(TensorData items, Value explained, Preprocessing preprocessing)
    {
        var shape = explained.Shape;
        if (items.Dimensions.Length < 1 || (shape is not null && !Fits(shape, items)))
        {
            throw new UnmaskException($"The tensor has the shape {items.Shape}; the model's input is {explained}, with the items on the first axis."
                + ChannelHint(shape, items));
        }

        var sizes = items.Dimensions.Skip(1).Select(size => checked((int)size)).ToArray();
        var layout = ModelSignature.LayoutOf(explained, sizes);
        float[] values = TensorConversion.ToFloats(items);
        int broken = Array.FindIndex(values, value => !float.IsFinite(value));
        return broken < 0
            ? Enumerable.Range(0, (int)items.Dimensions[0]).Select(item => new ModelInput(values.AsSpan(item * layout.Count, layout.Count).ToArray(), layout, preprocessing))
            : throw new UnmaskException($"The tensor holds {values[broken]} at position {broken} of item {broken / layout.Count}: an input must be finite.");
    }

    private static bool Fits(Shape shape, TensorData items)
    {
        if (shape.Rank != items.Dimensions.Length)
        {
            return false;
        }

        for (int axis = 1; axis < shape.Rank; axis++)
        {
            if (shape[axis].Size is { } size && size != items.Dimensions[axis])
            {
                return false;
            }
        }

        return true;
    }

    private static string ChannelHint(Shape? shape, TensorData items) =>
        shape is { Rank: 4 } && items.Dimensions is [_, _, _, <= 4] && shape[1].Size == items.Dimensions[3] ? " The channels seem to be last: transpose to [N, C, H, W]."
        : shape is { } && shape.Rank == items.Dimensions.Length + 1 ? " The axis of the items is missing: add one in front."
        : "";
}

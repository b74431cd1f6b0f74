namespace Unmask.Graphs;

/// <summary>Shapes that a graph computes as tensors of integers.</summary>
internal static class ShapeArithmetic
{
    /// <summary>
    /// The shape that an input's elements state; <c>null</c> when not even their number is known. Elements that are not known, or that may be
    /// negative, give unknown axes.
    /// </summary>
    public static Shape? FromContents(ShapeContext node, int input)
    {
        if (node.ContentsOf(input) is { } contents)
        {
            return new([.. contents.Items.Select(item => AxisOf(node, item))]);
        }

        return Unknown(node.AxisOf(input, 0));
    }

    /// <summary>A shape of so many unknown axes; <c>null</c> when their number is unknown.</summary>
    public static Shape? Unknown(Dimension rank) => rank.Size is { } axes and <= 64 ? new(new Dimension[axes]) : null;

    /// <summary>The axis of a size that is computed.</summary>
    public static Dimension AxisOf(ShapeContext node, Quantity size) => node.Symbols.AxisOf(size.Whole);

    /// <summary>The size of an axis as an element of a tensor.</summary>
    public static Quantity QuantityOf(ShapeContext node, Dimension axis) => Quantity.Of(node.Symbols.SizeOf(axis));
}

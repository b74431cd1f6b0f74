using System.Collections.Immutable;

namespace Unmask;

/// <summary>Where the channels of a picture stand among the axes of a tensor.</summary>
public enum AxisOrder
{
    /// <summary>The input is not a picture: no axes are spatial.</summary>
    NotSpatial,

    /// <summary>[channels, height, width] (after the batch).</summary>
    ChannelsFirst,

    /// <summary>[height, width, channels] (after the batch).</summary>
    ChannelsLast,
}

/// <summary>The axes of one item of the explained input, without the batch.</summary>
/// <param name="Order">Where the channels stand.</param>
/// <param name="Sizes">The sizes of the axes.</param>
public sealed record InputLayout(AxisOrder Order, ImmutableArray<int> Sizes)
{
    /// <summary>Whether the input is a picture.</summary>
    public bool IsSpatial => Order != AxisOrder.NotSpatial;

    /// <summary>Height and width.</summary>
    /// <exception cref="UnmaskException">The input is not a picture.</exception>
    public (int Height, int Width) Spatial => Order switch
    {
        AxisOrder.ChannelsFirst => (Sizes[1], Sizes[2]),
        AxisOrder.ChannelsLast => (Sizes[0], Sizes[1]),
        _ => throw new UnmaskException($"The model's input [{string.Join(", ", Sizes)}] has no height and width: this method needs a picture. Occlusion works on any input."),
    };

    /// <summary>The number of channels.</summary>
    /// <exception cref="UnmaskException">The input is not a picture.</exception>
    public int Channels => Order switch
    {
        AxisOrder.ChannelsFirst => Sizes[0],
        AxisOrder.ChannelsLast => Sizes[2],
        _ => throw new UnmaskException($"The model's input [{string.Join(", ", Sizes)}] has no channels: this method needs a picture."),
    };

    /// <summary>The number of elements of one item.</summary>
    public int Count => Sizes.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>The position of an element in an item.</summary>
    internal int IndexOf(int channel, int y, int x) => Order == AxisOrder.ChannelsFirst
        ? (((channel * Sizes[1]) + y) * Sizes[2]) + x
        : (((y * Sizes[1]) + x) * Sizes[2]) + channel;

    /// <inheritdoc/>
    public bool Equals(InputLayout? other) => other is not null && Order == other.Order && Sizes.AsSpan().SequenceEqual(other.Sizes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Order, Sizes.Length, Count);

    /// <inheritdoc/>
    public override string ToString() => $"{Order} [{string.Join(", ", Sizes)}]";
}

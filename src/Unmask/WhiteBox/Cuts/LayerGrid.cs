namespace Unmask;

/// <summary>How the axes of one item of a layer lie on a picture.</summary>
public enum GridAxes
{
    /// <summary>[height, width].</summary>
    Map,

    /// <summary>[channels, height, width].</summary>
    ChannelsFirst,

    /// <summary>[height, width, channels].</summary>
    ChannelsLast,

    /// <summary>[tokens, features]: tokens that belong to no place in front (a class token), then one a place, row by row.</summary>
    Tokens,
}

/// <summary>The grid of places of a layer. It covers the model's whole input.</summary>
/// <param name="Height">Places down.</param>
/// <param name="Width">Places across.</param>
/// <param name="Axes">Which axes they are.</param>
public sealed record LayerGrid(int Height, int Width, GridAxes Axes)
{
    /// <summary>The tokens in front that belong to no place. Default 0; only for <see cref="GridAxes.Tokens"/>.</summary>
    public int Prefix { get; init; }

    /// <summary>The number of values at each place, of a layer with this many values.</summary>
    internal int Channels(int count) => Axes == GridAxes.Tokens ? count / ((Height * Width) + Prefix) : count / (Height * Width);

    /// <summary>The position of a value among all values of one item.</summary>
    internal int IndexOf(int channel, int place, int channels) => Axes switch
    {
        GridAxes.Map => place,
        GridAxes.ChannelsFirst => (channel * Height * Width) + place,
        GridAxes.ChannelsLast => (place * channels) + channel,
        _ => ((Prefix + place) * channels) + channel,
    };
}

/// <summary>The layer that an explanation is about.</summary>
/// <param name="Name">The name of its value in the model.</param>
/// <param name="Sizes">The axes of one item.</param>
/// <param name="Grid">How it lies on the picture; <c>null</c> when it has no places.</param>
public sealed record ExplainedLayer(string Name, System.Collections.Immutable.ImmutableArray<int> Sizes, LayerGrid? Grid);

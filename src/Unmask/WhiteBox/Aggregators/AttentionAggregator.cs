using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Maps that are read off attention: one number a token that is looked at. What differs is <see cref="Relevance"/>.</summary>
internal abstract class AttentionAggregator(TokenRow row) : Aggregator
{
    internal sealed override AggregatedMap Apply(ImmutableArray<CutState> cuts)
    {
        ImmutableArray<AttentionMap> maps = [.. cuts.Select(AttentionMap.Of)];
        var read = row.In(maps[^1]);
        return Relevance(maps, read).ToMap() with { Notes = [read.Note] };
    }

    /// <summary>The relevance of each token.</summary>
    /// <param name="maps">In the order of the model.</param>
    /// <param name="read">The share of each query of the last.</param>
    protected abstract TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read);

    /// <summary>The maps, if all attend within one stream of as many tokens.</summary>
    /// <exception cref="UnmaskException">They do not.</exception>
    protected static ImmutableArray<AttentionMap> OneStream(ImmutableArray<AttentionMap> maps)
    {
        if (maps.FirstOrDefault(map => !map.Block.IsSelf || map.Block.QueryStream != maps[0].Block.QueryStream) is { } cross)
        {
            throw new UnmaskException($"The attention \"{cross.Name}\" looks from one stream of tokens at another. The method follows a single stream; generic-attention follows several.");
        }

        return SameTokens(maps);
    }

    /// <summary>The maps from one on, counted from 0.</summary>
    /// <exception cref="UnmaskException">There are not so many.</exception>
    protected static ImmutableArray<AttentionMap> From(int startBlock, ImmutableArray<AttentionMap> maps) => startBlock < maps.Length
        ? maps[startBlock..]
        : throw new UnmaskException($"The method was to start at block {startBlock}, but the model has {maps.Length} attention maps, counted from 0.");

    /// <summary>The maps, if every stream keeps its tokens.</summary>
    /// <exception cref="UnmaskException">One does not.</exception>
    protected static ImmutableArray<AttentionMap> SameTokens(ImmutableArray<AttentionMap> maps)
    {
        var sizes = SizesOf(maps);
        return maps.FirstOrDefault(map => map.Queries != sizes[map.Block.QueryStream] || map.Keys != sizes[map.Block.KeyStream]) is { } other
            ? throw new UnmaskException($"The attention \"{other.Name}\" has {other.Queries} × {other.Keys} tokens, where attention before it has {sizes[other.Block.QueryStream]} × {sizes[other.Block.KeyStream]}: "
                + "the model is hierarchical (tokens are merged or attend to a part), and the method is defined for one set of tokens throughout. Use grad-cam, gradient, integrated-gradients or rise.")
            : maps;
    }

    /// <summary>The number of tokens of each stream.</summary>
    protected static Dictionary<int, int> SizesOf(ImmutableArray<AttentionMap> maps)
    {
        var sizes = new Dictionary<int, int>();
        foreach (var map in maps)
        {
            sizes.TryAdd(map.Block.QueryStream, map.Queries);
            sizes.TryAdd(map.Block.KeyStream, map.Keys);
        }

        return sizes;
    }
}

/// <summary>The relevance of tokens.</summary>
/// <param name="Values">One a token.</param>
/// <param name="Grid">How they lie on the picture; <c>null</c>: on none.</param>
internal sealed record TokenRelevance(double[] Values, LayerGrid? Grid)
{
    /// <summary>On a picture those of its places, [height, width]; else all tokens.</summary>
    public AggregatedMap ToMap() => Grid is { } grid
        ? new([.. Values.Skip(grid.Prefix).Select(value => (float)value)], MapForm.Grid, new LayerGrid(grid.Height, grid.Width, GridAxes.Map))
        : new([.. Values.Select(value => (float)value)], MapForm.Tokens);
}

using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// What is known of the elements of a small tensor before the run: constants, and sizes of symbolic axes on their way from Shape to Reshape.
/// </summary>
internal sealed class KnownContents
{
    /// <summary>Tensors with more elements are not followed: shape arithmetic is about a handful of numbers.</summary>
    public const int Largest = 1024;

    private KnownContents(ImmutableArray<int> sizes, ImmutableArray<Quantity> items)
    {
        Sizes = sizes;
        Items = items;
    }

    /// <summary>The sizes of the axes.</summary>
    public ImmutableArray<int> Sizes { get; }

    /// <summary>The elements, C-ordered.</summary>
    public ImmutableArray<Quantity> Items { get; }

    public int Rank => Sizes.Length;

    /// <summary>A scalar, or a vector's only element; unknown otherwise.</summary>
    public Quantity Single => Items.Length == 1 ? Items[0] : Quantity.Unknown;

    /// <summary>Every element as an integer; <c>null</c> unless all are known and whole.</summary>
    public long[]? Integers => Items.All(item => item.Integer is not null) ? [.. Items.Select(item => item.Integer.GetValueOrDefault())] : null;

    /// <summary>Every element as a number; <c>null</c> unless all are known.</summary>
    public double[]? Numbers => Items.All(item => item.Number is not null) ? [.. Items.Select(item => item.Number.GetValueOrDefault())] : null;

    public static KnownContents Scalar(Quantity item) => new([], [item]);

    public static KnownContents? Vector(IEnumerable<Quantity> items)
    {
        ImmutableArray<Quantity> all = [.. items];
        return all.Length <= Largest ? new([all.Length], all) : null;
    }

    /// <summary>Contents of these sizes whose element at each position is made by a function; <c>null</c> when there are too many.</summary>
    public static KnownContents? Make(ReadOnlySpan<int> sizes, Func<int[], Quantity> item)
    {
        long count = 1;
        foreach (int size in sizes)
        {
            count = Math.Min(count * size, Largest + 1L);
        }

        if (count > Largest)
        {
            return null;
        }

        var items = ImmutableArray.CreateBuilder<Quantity>((int)count);
        int[] position = new int[sizes.Length];
        for (int i = 0; i < count; i++)
        {
            items.Add(item(position));
            Advance(position, sizes);
        }

        return new([.. sizes], items.MoveToImmutable());
    }

    /// <summary>Contents of a static shape, all elements the same; <c>null</c> when the shape is not static or too large.</summary>
    public static KnownContents? Filled(Shape? shape, Quantity item) =>
        SizesOf(shape) is { } sizes ? Make(sizes, _ => item) : null;

    /// <summary>The sizes of a static shape of few elements, else <c>null</c>.</summary>
    public static int[]? SizesOf(Shape? shape) => shape is { IsStatic: true } && shape.ElementCount <= Largest && shape.All(axis => axis.Size <= Largest)
        ? [.. shape.Select(axis => (int)axis.Size.GetValueOrDefault())]
        : null;

    /// <summary>The element at a position; an axis of size 1 stands for any size, leading axes may be missing (broadcasting).</summary>
    public Quantity At(ReadOnlySpan<int> position)
    {
        int index = 0;
        int skipped = position.Length - Rank;
        for (int axis = 0; axis < Rank; axis++)
        {
            index = (index * Sizes[axis]) + (Sizes[axis] == 1 ? 0 : position[axis + skipped]);
        }

        return Items[index];
    }

    /// <summary>The same elements under other sizes of the same product; <c>null</c> when the product differs.</summary>
    public KnownContents? Reshaped(ReadOnlySpan<int> sizes)
    {
        long count = 1;
        foreach (int size in sizes)
        {
            count *= size;
        }

        return count == Items.Length ? new([.. sizes], Items) : null;
    }

    /// <summary>Every element changed by a function.</summary>
    public KnownContents Select(Func<Quantity, Quantity> function) => new(Sizes, [.. Items.Select(function)]);

    private static void Advance(int[] position, ReadOnlySpan<int> sizes)
    {
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            if (++position[axis] < sizes[axis])
            {
                return;
            }

            position[axis] = 0;
        }
    }
}

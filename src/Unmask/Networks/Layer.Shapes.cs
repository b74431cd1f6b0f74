using Unmask.Graphs;

namespace Unmask.Training;

/// <content>Sums, products and joins of results, and other arrangements of the same numbers.</content>
public sealed partial class Layer
{
    /// <summary>The sum with another result of the same shape: a residual connection.</summary>
    /// <param name="other">The other result.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Layer Add(Layer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ItemShape.SequenceEqual(other.ItemShape)
            ? _builder.Add("Add", "add", [Name, other.Name], ItemShape.AsSpan())
            : throw new ArgumentException($"{ShapeText} and {other.ShapeText} cannot be added.", nameof(other));
    }

    /// <summary>The product with another result, number by number: a gate.</summary>
    /// <param name="other">Of the same shape, or with axes of 1 that are repeated: [C, 1, 1] weighs channels, [1, H, W] pixels.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Layer Multiply(Layer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool fits = ItemShape.Length == other.ItemShape.Length && ItemShape.Zip(other.ItemShape).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
        return fits
            ? _builder.Add("Mul", "multiply", [Name, other.Name], ItemShape.Zip(other.ItemShape, Math.Max).ToArray())
            : throw new ArgumentException($"{ShapeText} and {other.ShapeText} cannot be multiplied.", nameof(other));
    }

    /// <summary>This result's channels (of a sequence: tokens), then those of others: the join of a U-Net.</summary>
    /// <param name="others">The same shape but for the first axis.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Layer Concat(params ReadOnlySpan<Layer> others)
    {
        long channels = Channels;
        string[] names = [Name, .. others.ToArray().Select(other => other.Name)];
        foreach (var other in others)
        {
            channels += other.ItemShape.AsSpan()[1..].SequenceEqual(ItemShape.AsSpan()[1..])
                ? other.Channels
                : throw new ArgumentException($"{ShapeText} and {other.ShapeText} differ behind their first axis: they cannot be joined.", nameof(others));
        }

        return _builder.Add("Concat", "concat", names, [channels, .. ItemShape.AsSpan()[1..]], ("axis", 1L));
    }

    /// <summary>All values of an item as one vector of features.</summary>
    public Layer Flatten() => _builder.Add("Flatten", "flatten", [Name], [Count], ("axis", 1L));

    /// <summary>The same numbers in the same order under another shape.</summary>
    /// <param name="itemShape">The sizes of one item; their product is that of this item's.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public Layer Reshape(params ReadOnlySpan<long> itemShape)
    {
        long count = 1;
        foreach (long size in itemShape)
        {
            count *= size;
        }

        // A size of 0 is that of the input: the batch.
        return count == Count
            ? _builder.Add("Reshape", "reshape", [Name, _builder.Given("reshape.shape", TensorData.Vector<long>([0, .. itemShape]))], itemShape)
            : throw new ArgumentException($"An item {ShapeText} of {Count} numbers cannot become [{string.Join(", ", itemShape.ToArray())}] of {count}.", nameof(itemShape));
    }

    /// <summary>Exchanges the axes of an item.</summary>
    /// <param name="axes">Which axis of this item stands at each place of the result: each axis once, from 0.</param>
    /// <exception cref="ArgumentException">An axis is missing or there twice.</exception>
    public Layer Transpose(params ReadOnlySpan<int> axes)
    {
        int[] order = axes.ToArray();
        return order.Order().SequenceEqual(Enumerable.Range(0, ItemShape.Length))
            ? _builder.Add("Transpose", "transpose", [Name], order.Select(axis => ItemShape[axis]).ToArray(), ("perm", (long[])[0, .. order.Select(axis => axis + 1L)]))
            : throw new ArgumentException($"An item is {ShapeText}: each axis from 0 to {ItemShape.Length - 1} is wanted once, here are {string.Join(", ", order)}.", nameof(axes));
    }

    /// <summary>A part of an item along one axis.</summary>
    /// <param name="axis">The axis; −1 is the last.</param>
    /// <param name="start">The first index.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or no such part of it.</exception>
    public Layer Slice(int axis, int start, int count)
    {
        int at = Axis(axis, nameof(axis));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + count, ItemShape[at], nameof(count));
        string Bound(string hint, long value) => _builder.Given(hint, TensorData.Vector(value));
        return _builder.Add("Slice", "slice", [Name, Bound("slice.start", start), Bound("slice.end", (long)start + count), Bound("slice.axis", at + 1L)], ItemShape.SetItem(at, count).AsSpan());
    }

    /// <summary>The mean along an axis, which goes away.</summary>
    /// <param name="axis">The axis; −1 is the last. Default 0: the mean token of a sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Layer Mean(int axis = 0)
    {
        int at = Axis(axis, nameof(axis));
        return _builder.Add("ReduceMean", "mean", [Name, _builder.Given("mean.axis", TensorData.Vector(at + 1L))], ItemShape.RemoveAt(at).AsSpan(), ("keepdims", 0L));
    }
}

using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Items to learn from, read when they are wanted. May be read from several threads at once.</summary>
public abstract class TrainingSet
{
    /// <summary>The number of items.</summary>
    public abstract int Count { get; }

    /// <summary>Reads items as the inputs of the network and of the objective, by name; the first axis of each is the items.</summary>
    /// <param name="items">Their indices.</param>
    /// <param name="variation">Under which key items are varied (augmented) at random; <c>null</c>: they are not, as for validation.</param>
    public abstract Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation);

    /// <summary>Told which items are read next, so that a set whose items take time can make them ready on other threads meanwhile. Does nothing unless a set overrides it.</summary>
    /// <param name="items">Their indices, all of a batch.</param>
    /// <param name="variation">As they will be read.</param>
    public virtual void Announce(ReadOnlyMemory<int> items, Variation variation)
    {
    }

    /// <summary>Told before the first step whose weights change, for sets whose items depend on what is being trained. Does nothing unless a set overrides it.</summary>
    internal virtual void Begin(TrainingProgram program)
    {
    }
}

/// <summary>Keys the random variation of items, so that it depends neither on batches nor on threads.</summary>
/// <param name="Seed">Of the training.</param>
/// <param name="Epoch">The pass over the data, from 0.</param>
public readonly record struct Variation(ulong Seed, int Epoch)
{
    /// <summary>The random numbers of an item in this pass.</summary>
    public Rng Of(int item) => Rng.At(Seed, ((long)Epoch << 32) | (uint)item);
}

/// <summary>Items that lie in memory: arrays whose first axis is the items.</summary>
public sealed class ArrayTrainingSet : TrainingSet
{
    private readonly IReadOnlyDictionary<string, TensorData> _arrays;

    /// <summary>Takes arrays by the name of the input that they go to.</summary>
    /// <exception cref="ArgumentException">They hold different numbers of items, or none.</exception>
    public ArrayTrainingSet(IReadOnlyDictionary<string, TensorData> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        long[] counts = [.. arrays.Values.Select(array => array.Dimensions is [var items, ..] ? items : 0).Distinct()];
        if (counts is not [> 0 and var count])
        {
            throw new ArgumentException($"All arrays must hold the same number of items, at least one; here are {string.Join(", ", arrays.Select(pair => $"{pair.Key}: {pair.Value}"))}.", nameof(arrays));
        }

        (_arrays, Count) = (arrays, checked((int)count));
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <summary>What the items are, in one line, by which a checkpoint knows them again; <c>null</c> (default): not said, and a training goes on with any of as many.</summary>
    public string? Name { get; init; }

    /// <summary>Part of the items.</summary>
    public ArrayTrainingSet Part(ReadOnlySpan<int> items) => new(Read(items, null));

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        var read = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        foreach (var (name, array) in _arrays)
        {
            int bytes = (int)(array.ByteLength / Count);
            byte[] rows = new byte[(long)bytes * items.Length];
            for (int i = 0; i < items.Length; i++)
            {
                array.Bytes.Span.Slice(items[i] * bytes, bytes).CopyTo(rows.AsSpan(i * bytes));
            }

            read[name] = TensorData.FromBytes(array.Type, [items.Length, .. array.Dimensions.AsSpan()[1..]], rows);
        }

        return read;
    }

    /// <inheritdoc/>
    public override string ToString() => Name ?? "arrays";
}

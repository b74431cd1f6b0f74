using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>What one run of a <see cref="GradientProgramRunner"/> gave, item by item: of several cuts the elements stand end to end.</summary>
internal sealed class GradientResults
{
    private readonly int _size;

    /// <summary>Takes the results in the order in which the program returns them.</summary>
    /// <param name="program">The program.</param>
    /// <param name="results">Its results.</param>
    public GradientResults(GradientProgramRunner program, ImmutableArray<TensorData> results)
    {
        _size = (int)results[0].Dimensions[0];
        int next = 0;
        ImmutableArray<TensorData> Take(int count) => results.Slice((next += count) - count, count);
        Scores = EndToEnd(Take(1));
        var multipliers = Take(program.Cuts);
        Multipliers = EndToEnd(multipliers);
        Values = EndToEnd(Take(program.Values));
        ReferenceScores = EndToEnd(Take(program.HasReference ? 1 : 0));
        ReferenceValues = EndToEnd(Take(program.HasReference ? program.Values : 0));
        Relevances = WithZeros(program, Take(program.HasRelevance.Count(has => has)), multipliers);
        SecondMultipliers = EndToEnd(Take(program.SecondCuts));
        Sizes = [.. multipliers.Select(tensor => SizesOf(tensor, program.Batched))];
    }

    /// <summary>The number of items.</summary>
    public int Items => _size;

    /// <summary>The axes of one item at each cut.</summary>
    public ImmutableArray<ImmutableArray<int>> Sizes { get; }

    public float[] Scores { get; }

    public float[] Multipliers { get; }

    /// <summary>Empty when the only cut is what was fed.</summary>
    public float[] Values { get; }

    /// <summary>Empty without a reference.</summary>
    public float[] ReferenceScores { get; }

    /// <summary>Empty without a reference, or when the only cut is what was fed.</summary>
    public float[] ReferenceValues { get; }

    /// <summary>Relevance that is no multiple of the values; empty when no cut has any.</summary>
    public float[] Relevances { get; }

    /// <summary>Empty without a second rule set.</summary>
    public float[] SecondMultipliers { get; }

    /// <summary>What belongs to one item.</summary>
    public ReadOnlySpan<float> Of(float[] items, int item) => items.AsSpan(item * (items.Length / _size), items.Length / _size);

    /// <summary>[N, …] of each cut become, item by item, the cuts' values end to end.</summary>
    private float[] EndToEnd(ImmutableArray<TensorData> tensors)
    {
        if (tensors is [var only])
        {
            return TensorConversion.ToFloats(only);
        }

        float[][] parts = [.. tensors.Select(TensorConversion.ToFloats)];
        float[] joined = new float[parts.Sum(part => part.Length)];
        int at = 0;
        for (int item = 0; item < _size; item++)
        {
            foreach (float[] part in parts)
            {
                Of(part, item).CopyTo(joined.AsSpan(at));
                at += part.Length / _size;
            }
        }

        return joined;
    }

    /// <summary>Zeros stand for cuts without any.</summary>
    private float[] WithZeros(GradientProgramRunner program, ImmutableArray<TensorData> relevances, ImmutableArray<TensorData> multipliers)
    {
        int next = 0;
        return relevances.IsEmpty ? []
            : EndToEnd([.. program.HasRelevance.Select((has, cut) => has ? relevances[next++] : TensorData.Adopt(new float[multipliers[cut].Count], [.. multipliers[cut].Dimensions]))]);
    }

    /// <summary>The axes of one item. A first axis that is a multiple of the batch (windows of items) keeps the rest.</summary>
    private ImmutableArray<int> SizesOf(TensorData tensor, bool batched)
    {
        ImmutableArray<int> all = [.. tensor.Dimensions.Select(size => (int)size)];
        return !batched && all is not [1, ..] ? all
            : all[0] == _size ? all[1..]
            : [all[0] / _size, .. all[1..]];
    }
}

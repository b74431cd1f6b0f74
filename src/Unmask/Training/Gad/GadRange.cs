using System.Collections.Immutable;
using Unmask.Metrics;

namespace Unmask.Training;

/// <summary>
/// Chooses how far classes are pushed apart, which the paper leaves open: in multiples of the network's own gap. A class's gap is the median over its pictures of how far the logit of its class is from
/// that of the other (against the rest: from the highest of the others), signs left out; α is once, twice, three and four times that, each class by its own.
/// </summary>
/// <remarks>So what is done to a network does not depend on the scale of its logits: ten times the logits are pushed apart ten times as far. A fixed α is out of reach for one network and next to nothing for another.</remarks>
public static class GadRange
{
    private static readonly double[] Multiples = [1, 2, 3, 4];

    /// <summary>The distances for a network.</summary>
    /// <param name="logits">Its logits, item by item.</param>
    /// <param name="outputs">Logits of an item.</param>
    /// <param name="sides">The side of each item; at least one on each.</param>
    /// <param name="pair">The classes.</param>
    public static ImmutableArray<GadDistance> Of(ReadOnlySpan<float> logits, int outputs, ReadOnlySpan<ClassSide> sides, ClassPair pair)
    {
        List<double> first = [], second = [];
        for (int item = 0; item < sides.Length; item++)
        {
            if (sides[item] != ClassSide.Neither)
            {
                (sides[item] == ClassSide.First ? first : second).Add(GapOf(logits.Slice(item * outputs, outputs), pair));
            }
        }

        if (first.Count == 0 || second.Count == 0)
        {
            throw new ArgumentException("A gap needs pictures of both classes.", nameof(sides));
        }

        double one = Bootstrap.MedianOf([.. first]), other = Bootstrap.MedianOf([.. second]);
        return [.. Multiples.Select(multiple => new GadDistance(multiple * one, multiple * other))];
    }

    private static double GapOf(ReadOnlySpan<float> logits, ClassPair pair)
    {
        double other = double.NegativeInfinity;
        for (int output = 0; output < logits.Length; output++)
        {
            other = output != pair.First && output == (pair.Second ?? output) ? Math.Max(other, logits[output]) : other;
        }

        return Math.Abs(logits[pair.First] - other);
    }
}

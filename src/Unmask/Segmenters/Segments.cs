using System.Collections.Immutable;

namespace Unmask;

/// <summary>Which part of an input each pixel, or each element, belongs to: the features of methods that hide segments.</summary>
public sealed class Segments
{
    private readonly int[] _labels;

    private Segments(ImmutableArray<int> sizes, int[] labels, int count)
    {
        Sizes = sizes;
        _labels = labels;
        Count = count;
    }

    /// <summary>The sizes of the axes that are labelled: [height, width] when all channels of a pixel belong together, else those of the input's item.</summary>
    public ImmutableArray<int> Sizes { get; }

    /// <summary>The segment of each pixel or element, 0 to <see cref="Count"/> − 1, the last axis innermost.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The number of segments, at least 1.</summary>
    public int Count { get; }

    /// <summary>Takes labels of any numbers; they are renamed 0, 1, 2 … in the order of the numbers.</summary>
    /// <param name="sizes">The sizes of the labelled axes.</param>
    /// <param name="labels">One integer a pixel or element.</param>
    /// <exception cref="ArgumentException">There are no labels, or not as many as the sizes say.</exception>
    public static Segments Of(ReadOnlySpan<int> sizes, ReadOnlySpan<int> labels)
    {
        int expected = 1;
        foreach (int size in sizes)
        {
            expected = checked(expected * size);
        }

        if (labels.Length != expected || expected == 0)
        {
            throw new ArgumentException($"Sizes [{string.Join(", ", sizes.ToArray())}] need {expected} labels, at least 1; {labels.Length} were given.", nameof(labels));
        }

        int[] numbers = [.. labels.ToArray().Distinct().Order()];
        int[] renamed = new int[labels.Length];
        for (int i = 0; i < renamed.Length; i++)
        {
            renamed[i] = Array.BinarySearch(numbers, labels[i]);
        }

        return new([.. sizes], renamed, numbers.Length);
    }

    /// <summary>The number of pixels or elements of each segment.</summary>
    public int[] Areas()
    {
        int[] areas = new int[Count];
        foreach (int label in _labels)
        {
            areas[label]++;
        }

        return areas;
    }

    /// <summary>Takes labels of a picture; they are renamed 0, 1, 2 … in the order in which they appear, row by row.</summary>
    internal static Segments InOrderOfAppearance(int height, int width, ReadOnlySpan<int> labels)
    {
        var names = new Dictionary<int, int>();
        int[] renamed = new int[labels.Length];
        for (int i = 0; i < renamed.Length; i++)
        {
            if (!names.TryGetValue(labels[i], out renamed[i]))
            {
                names.Add(labels[i], renamed[i] = names.Count);
            }
        }

        return new([height, width], renamed, names.Count);
    }

    /// <summary>Whether the labels are those of pixels, all channels together.</summary>
    internal bool OfPixels(InputLayout layout) => layout.IsSpatial && Sizes.Length == 2;

    /// <summary>The segment of each element of an item.</summary>
    internal int[] OfElements(InputLayout layout)
    {
        if (!OfPixels(layout))
        {
            return _labels;
        }

        int[] labels = new int[layout.Count];
        var (height, width) = layout.Spatial;
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    labels[layout.IndexOf(channel, y, x)] = _labels[(y * width) + x];
                }
            }
        }

        return labels;
    }
}

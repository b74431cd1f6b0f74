using Unmask.Graphs;

namespace Unmask.Perturbations;

/// <summary>The memory of a run's feeds, which the next run of the same sizes uses again.</summary>
/// <param name="buffers">What earlier runs left.</param>
/// <param name="feeds">Receives what is fed.</param>
/// <param name="declared">The inputs that the program has; others are not fed.</param>
internal sealed class FeedMemory(Dictionary<string, float[]> buffers, Dictionary<string, TensorData> feeds, HashSet<string> declared)
{
    /// <summary>The memory of an input of these sizes, which is fed.</summary>
    public Span<float> Feed(string name, ReadOnlySpan<int> sizes)
    {
        int count = 1;
        foreach (int size in sizes)
        {
            count = checked(count * size);
        }

        float[] buffer = Buffer(name, count);
        Adopt(name, buffer, sizes);
        return buffer;
    }

    /// <summary>Memory by name.</summary>
    public float[] Buffer(string name, int count) => buffers.TryGetValue(name, out float[]? kept) && kept.Length == count ? kept : buffers[name] = new float[count];

    /// <summary>Feeds memory, if the program has such an input.</summary>
    public void Adopt(string name, float[] buffer, ReadOnlySpan<int> sizes)
    {
        if (!declared.Contains(name))
        {
            return;
        }

        long[] dimensions = new long[sizes.Length];
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = sizes[i];
        }

        feeds[name] = TensorData.Adopt(buffer, dimensions);
    }
}

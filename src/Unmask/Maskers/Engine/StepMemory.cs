using System.Collections.Concurrent;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>Pictures that several networks read in one step: read once for each part of the batch, and forgotten before the next step.</summary>
/// <param name="pictures">The pictures.</param>
/// <param name="labels">The class on each, where the pictures say none.</param>
internal sealed class StepMemory(TrainingSet pictures, long[] labels) : TrainingSet
{
    private readonly ConcurrentDictionary<(int First, int Count), Dictionary<string, TensorData>> _read = [];

    /// <inheritdoc/>
    public override int Count => pictures.Count;

    /// <inheritdoc/>
    public override void Announce(ReadOnlyMemory<int> items, Variation variation) => pictures.Announce(items, variation);

    /// <summary>Forgets what was read.</summary>
    public void Forget() => _read.Clear();

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        // An item is in one part of a batch only.
        var key = (items[0], items.Length);
        if (variation is null || !_read.TryGetValue(key, out var read))
        {
            read = pictures.Read(items, variation);
            long[] known = new long[items.Length];
            for (int i = 0; i < known.Length; i++)
            {
                known[i] = labels[items[i]];
            }

            read[Objective.TargetInput] = TensorData.Adopt(known, known.Length);
            if (variation is not null)
            {
                _read[key] = read;
            }
        }

        return new(read, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override string ToString() => pictures.ToString() ?? "";
}

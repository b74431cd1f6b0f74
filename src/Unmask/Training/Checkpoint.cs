using System.Text;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>The state of a training in a file (NumPy's <c>.npz</c>), written whole or not at all, and on the disk before it replaces the last one.</summary>
internal static class Checkpoint
{
    /// <summary>Writes it; a checkpoint of the name is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">What is kept.</param>
    /// <param name="identity">The recipe and data in words: only the same may go on from it.</param>
    /// <exception cref="UnmaskException">The folder cannot be written to, or the disk is full.</exception>
    public static void Write(string path, TrainingState state, string identity) => AtomicFile.Write(path, stream => Npz.Write(
        stream,
        [("identity", TensorData.Vector<byte>(Encoding.UTF8.GetBytes(identity))),
        ("weights", Of(state.Weights)),
        ("running", Of(state.Running)),
        ("slot0", Of(state.Slots[0])),
        ("slot1", Of(state.Slots[1])),
        ("best_weights", Of(state.BestWeights)),
        ("best_running", Of(state.BestRunning)),
        ("counts", TensorData.Vector(state.Epoch, state.Batch, state.Step, state.BestEpoch)),
        ("sums", TensorData.Vector(state.LossSum, state.AccuracySum, state.BestLoss)),
        .. state.Partner?.State ?? []]), durable: true);

    /// <summary>Reads it into a state.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnmaskException">It is damaged, or belongs to another recipe, network or data.</exception>
    public static void Read(string path, TrainingState state, string identity)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no checkpoint {path} to go on from. Leave out --resume to begin anew.");
        }

        var arrays = Npz.Read(path);
        try
        {
            ThrowIfOther(path, Encoding.UTF8.GetString(arrays["identity"].Bytes.Span), identity);
            arrays["weights"].AsSpan<float>().CopyTo(state.Weights);
            arrays["running"].AsSpan<float>().CopyTo(state.Running);
            arrays["slot0"].AsSpan<float>().CopyTo(state.Slots[0]);
            arrays["slot1"].AsSpan<float>().CopyTo(state.Slots[1]);
            (state.BestWeights, state.BestRunning) = (arrays["best_weights"].AsSpan<float>().ToArray(), arrays["best_running"].AsSpan<float>().ToArray());
            var counts = arrays["counts"].AsSpan<long>();
            (state.Epoch, state.Batch, state.Step, state.BestEpoch) = (counts[0], counts[1], counts[2], counts[3]);
            var sums = arrays["sums"].AsSpan<double>();
            (state.LossSum, state.AccuracySum, state.BestLoss) = (sums[0], sums[1], sums[2]);
            state.Partner?.Restore(arrays);
        }
        catch (Exception problem) when (problem is KeyNotFoundException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new UnmaskException($"{path} is not a checkpoint of a training, or is damaged. Begin anew without --resume, or in another folder.", problem);
        }
    }

    private static void ThrowIfOther(string path, string there, string asked)
    {
        if (there == asked)
        {
            return;
        }

        throw new UnmaskException($"{path} belongs to another training: {TrainingIdentity.Differences(there, asked, "the checkpoint")}. Ask for the same again, or begin anew without --resume.");
    }

    private static TensorData Of(float[] values) => TensorData.Adopt(values, values.Length);
}

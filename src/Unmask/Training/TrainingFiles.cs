namespace Unmask.Training;

/// <summary>The files that a training leaves in its folder while it runs.</summary>
/// <param name="folder">The folder; <c>null</c>: none are written.</param>
internal sealed class TrainingFiles(string? folder)
{
    private List<EpochMetrics> _epochs = [];

    /// <summary>Writes the state.</summary>
    public void Save(TrainingState state, string identity)
    {
        if (folder is not null)
        {
            Checkpoint.Write(Path.Combine(folder, Trainer.CheckpointFile), state, identity);
        }
    }

    /// <summary>Goes on from what is there.</summary>
    public void Resume(TrainingState state, string identity)
    {
        if (folder is null)
        {
            throw new InvalidOperationException("A training without a folder has nothing to go on from. Set Trainer.Folder.");
        }

        Checkpoint.Read(Path.Combine(folder, Trainer.CheckpointFile), state, identity);
        string metrics = Path.Combine(folder, Trainer.MetricsFile);
        // Lines behind the checkpoint belong to epochs that are done again.
        _epochs = File.Exists(metrics)
            ? [.. File.ReadAllLines(metrics).Select(EpochMetrics.FromJson).OfType<EpochMetrics>().Where(epoch => epoch.Epoch <= state.Epoch)]
            : [];
    }

    /// <summary>All epochs so far.</summary>
    public IReadOnlyList<EpochMetrics> Epochs => _epochs;

    /// <summary>Adds an epoch.</summary>
    public void Add(EpochMetrics epoch)
    {
        _epochs.Add(epoch);
        if (folder is not null)
        {
            AtomicFile.WriteText(Path.Combine(folder, Trainer.MetricsFile), string.Concat(_epochs.Select(each => each.ToJson() + "\n")), durable: true);
        }
    }
}

using System.Globalization;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>The folder of a training.</summary>
internal static class TrainingFolder
{
    /// <summary>A checkpoint may be hours of work: it is not written over.</summary>
    public static void ThrowIfTaken(string folder, bool resume)
    {
        if (!resume && File.Exists(Path.Combine(folder, Trainer.CheckpointFile)))
        {
            throw new UnmaskException($"{folder} holds a training already ({Trainer.CheckpointFile}). Go on with it by --resume, or choose another folder with -o.");
        }
    }
}

/// <summary>The steps of a training as those of any long work.</summary>
/// <param name="steps">Told of them.</param>
/// <param name="items">What the training learns from, in the plural.</param>
internal sealed class TrainingSteps(IProgress<Step> steps, string items = "pictures") : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => steps.Report(new(value.Step, value.Steps, string.Create(
        CultureInfo.InvariantCulture, $"steps · epoch {value.Epoch} of {value.Epochs} · loss {value.Loss:0.0000} · {value.ItemsPerSecond:0} {items}/s")));
}

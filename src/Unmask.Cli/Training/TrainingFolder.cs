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

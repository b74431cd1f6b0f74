using System.Globalization;

namespace Unmask.Training;

/// <summary>The steps of a training as those of any long work.</summary>
/// <param name="steps">Told of them.</param>
/// <param name="items">What the training learns from, in the plural. Default: pictures.</param>
public sealed class TrainingSteps(IProgress<Step> steps, string items = "pictures") : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        // Slow steps have a speed below 1.
        string speed = value.ItemsPerSecond.ToString(value.ItemsPerSecond < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
        steps.Report(new(value.Step, value.Steps, string.Create(CultureInfo.InvariantCulture, $"steps · epoch {value.Epoch} of {value.Epochs} · loss {value.Loss:0.0000} · {speed} {items}/s")));
    }
}

using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Another network that learns in the same steps as a trainer's, each time before it, and what of it changes: two networks that learn against each other are a trainer and its partner. A step of both is one
/// step: it is not cut short between them, and a checkpoint holds both.
/// </summary>
internal abstract class TrainingPartner
{
    /// <summary>Told once, before the first step, of the network that it learns beside.</summary>
    public abstract void Begin(TrainingProgram trained);

    /// <summary>Takes a step.</summary>
    /// <param name="batch">The items of the step.</param>
    /// <param name="variation">The pass over the data.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">Steps in all.</param>
    public abstract void Step(ReadOnlyMemory<int> batch, Variation variation, long step, long steps);

    /// <summary>Everything that changes, by name: for the checkpoint.</summary>
    public abstract IEnumerable<(string Name, TensorData Data)> State { get; }

    /// <summary>Takes what a checkpoint holds.</summary>
    /// <param name="state">As <see cref="State"/> gave it, among other arrays.</param>
    /// <exception cref="KeyNotFoundException">Something is missing.</exception>
    /// <exception cref="ArgumentException">Something has another size.</exception>
    public abstract void Restore(IReadOnlyDictionary<string, TensorData> state);
}

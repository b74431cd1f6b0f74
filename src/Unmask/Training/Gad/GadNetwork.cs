using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>A network whose support models are to be trained: which part of it is trained, and what its classes are called.</summary>
/// <param name="Tuning">The network, prepared.</param>
/// <param name="Labels">The names of its classes, one an output.</param>
public sealed record GadNetwork(FineTuning Tuning, Labels Labels)
{
    /// <summary>Prepares a model. Its file in the folder of support models will say its labels and preprocessing, whether the model's own says them or not.</summary>
    /// <param name="model">The model.</param>
    /// <param name="part">Which weights are trained. Default: all.</param>
    /// <param name="options">What the model's file does not say; <c>null</c> (default): nothing.</param>
    /// <exception cref="UnmaskException">The model computes in integers, is no classifier of pictures, or a batch size cannot be freed.</exception>
    public static GadNetwork Of(Graph model, TrainedPart part = TrainedPart.All, ModelOptions? options = null)
    {
        options ??= new();
        var tuning = FineTuning.Of(model, null, part, options);
        if (tuning.Network.Outputs[0].Shape is not { Rank: 2 } shape || shape[1].Size is not (> 1 and { } outputs))
        {
            throw new UnmaskException($"The model's output {tuning.Network.Outputs[0]} is not a score for each of several classes, [N, classes]: there are no classes to push apart. Choose another output with --output.");
        }

        if (tuning.Preprocessing is null)
        {
            throw new UnmaskException($"The model's input {tuning.Input} is not a picture: GAD intersects maps of pictures.");
        }

        var known = options.Labels ?? ModelCard.Of(model).Labels ?? new Labels([]);
        var labels = new Labels(Enumerable.Range(0, (int)outputs).Select(index => known[index]));
        return new(known.Count == outputs ? tuning : FineTuning.Of(model, null, part, options with { Labels = labels }), labels);
    }
}

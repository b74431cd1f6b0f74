using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train classifier -m MODEL.onnx</c> is asked for besides the data and the folder.</summary>
internal sealed record FineTuningRequest
{
    /// <summary>The model's file.</summary>
    public required string ModelFile { get; init; }

    /// <summary>What is trained.</summary>
    public required TrainedPart Part { get; init; }

    /// <summary>The model's labels, output and preprocessing.</summary>
    public required ModelOptions Options { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }
}

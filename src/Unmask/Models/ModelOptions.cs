using Unmask.Probing;

namespace Unmask;

/// <summary>How a model is loaded and read.</summary>
public sealed record ModelOptions
{
    /// <summary>The name for messages and results; <c>null</c> (default): the file's name.</summary>
    public string? Name { get; init; }

    /// <summary>How pictures become inputs; <c>null</c> (default): what the file's metadata says, else a guess that results mention.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Changes part of the preprocessing that the file declares or that is guessed, for instance its size; <c>null</c> (default): nothing.</summary>
    public Func<Preprocessing, Preprocessing>? AdjustPreprocessing { get; init; }

    /// <summary>The names of the classes; <c>null</c> (default): what the file's metadata says, else «class 0», «class 1» …</summary>
    public Labels? Labels { get; init; }

    /// <summary>The input that is explained; <c>null</c> (default): the only floating-point input, or the one that looks like a picture.</summary>
    public string? Input { get; init; }

    /// <summary>The output that is explained; <c>null</c> (default): the first.</summary>
    public string? Output { get; init; }

    /// <summary>What the output means; <c>null</c> (default): probabilities after a final softmax or sigmoid, else logits.</summary>
    public OutputKind? OutputKind { get; init; }

    /// <summary>What white-box methods do with a model that computes in integers. Default <see cref="QuantizedGradients.FloatGraph"/>.</summary>
    public QuantizedGradients QuantizedGradients { get; init; } = QuantizedGradients.FloatGraph;

    /// <summary>The execution provider (see <see cref="Unmask.Runtime.Providers"/>). Default <c>cpu</c>.</summary>
    public string Provider { get; init; } = Runtime.Providers.Cpu;

    /// <summary>Threads and memory of long runs. Results do not depend on it.</summary>
    public Runtime.ThroughputOptions Throughput { get; init; } = new();
}

using System.CommandLine;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.Cli.Commands;

/// <summary>The options that say how a model is loaded and run; shared by all commands that have one.</summary>
internal sealed class ModelArguments
{
    private readonly Option<string?> _labels = Arguments.Text("--labels", "FILE", "Names of the classes, one a line. Default: those in the model's file.");
    private readonly Option<string?> _input = Arguments.Text("--input", "NAME", "The model's input that is explained. Default: the one that looks like a picture, or the only one.");
    private readonly Option<string?> _output = Arguments.Text("--output", "NAME", "The model's output with the scores. Default: the first.");
    private readonly Option<string?> _outputKind = Arguments.Text("--output-kind", "KIND", "What the output is: logits, probabilities, segmentation, detections or other. Default: judged by its shape and the model's last operator.");
    private readonly Option<string?> _quantized = Arguments.Text("--quantized", "HOW", "What white-box methods do with a model that computes in integers: float (explain the float model that it stands for) or straight-through (as it is; gradients pass rounding). Default float.");
    private readonly Option<string?> _provider = Arguments.Text("--provider", "NAME", "What ONNX Runtime computes on. `unmask inspect` lists what is here. Default cpu.");
    private readonly Option<string?> _threads = Arguments.Text("--threads", "N", "Threads; results do not depend on it. Default: all processors.");
    private readonly Option<string?> _batchSize = Arguments.Text("--batch-size", "N", "Inputs in one run; results do not depend on it. Default: what --memory allows, at most 16.");
    private readonly Option<string?> _memory = Arguments.Text("--memory", "MB", "Memory for the activations of all batches under way. Default 48.");
    private readonly PreprocessingArguments _preprocessing = new();
    private readonly Option<string[]> _feeds = Arguments.Texts("--feed", "NAME=FILE", "Another input of the model: NAME=FILE.npy, NAME=FILE.npz:ARRAY, or FILE.npz for all arrays by their names. May be repeated.");

    public void AddTo(Command command)
    {
        command.Add(_labels);
        _preprocessing.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[_input, _output, _outputKind, _feeds, _quantized, _provider, _threads, _batchSize, _memory])
        {
            command.Add(option);
        }
    }

    /// <summary>How the model is to be loaded.</summary>
    /// <exception cref="UsageException">A value is not understood.</exception>
    public ModelOptions Read(ParseResult parsed)
    {
        var options = new ModelOptions
        {
            Labels = parsed.GetValue(_labels) is { } file ? Labels.FromFile(Arguments.Existing(file, "The labels file")) : null,
            Input = parsed.GetValue(_input),
            Output = parsed.GetValue(_output),
            OutputKind = parsed.Choice(_outputKind, ("logits", OutputKind.Logits), ("probabilities", OutputKind.Probabilities), ("segmentation", OutputKind.Segmentation), ("detections", OutputKind.Detections), ("other", OutputKind.Other)),
            QuantizedGradients = parsed.Choice(_quantized, ("float", QuantizedGradients.FloatGraph), ("straight-through", QuantizedGradients.StraightThrough)) ?? QuantizedGradients.FloatGraph,
            Provider = parsed.GetValue(_provider) ?? Providers.Cpu,
            Throughput = Throughput(parsed),
        };
        return _preprocessing.Apply(parsed, options);
    }

    /// <summary>The model's other inputs by name, read from their files.</summary>
    /// <exception cref="UsageException">A text is not understood, or a file has no such array.</exception>
    public Dictionary<string, Graphs.TensorData> ReadFeeds(ParseResult parsed) => FeedFiles.Read(parsed.GetValue(_feeds) ?? []);

    private ThroughputOptions Throughput(ParseResult parsed)
    {
        var options = new ThroughputOptions();
        return options with
        {
            Threads = parsed.Whole(_threads, 1, 1024) ?? options.Threads,
            BatchSize = parsed.Whole(_batchSize, 1, 65536),
            MemoryBudgetBytes = parsed.Whole(_memory, 1) is { } megabytes ? (long)megabytes << 20 : options.MemoryBudgetBytes,
        };
    }
}

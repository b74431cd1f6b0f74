using System.CommandLine;
using Unmask.Cli.Training;
using Unmask.Training;

namespace Unmask.Cli.Commands;

/// <summary>The options of <c>unmask train classifier</c> that begin with an existing model.</summary>
internal sealed class FineTuningArguments
{
    private readonly Option<string?> _model = Arguments.Text("--model", "MODEL.onnx", "Begins with this model instead of a new network: its own input and preprocessing, a new last layer where its labels are not the data's classes.", "-m");
    private readonly Option<string?> _part = Arguments.Text("--train", "PART", "With -m, what is trained: head (the last layer), last-block or all. A head is trained on what the rest makes of the pictures, unvaried, if that fits into --cache. Default head.");
    private readonly Option<string?> _labels = Arguments.Text("--labels", "FILE", "With -m, the names of the model's own classes, one a line. Default: those in its file.");
    private readonly Option<string?> _output = Arguments.Text("--output", "NAME", "With -m, the output with the scores. Default: the first.");
    private readonly PreprocessingArguments _preprocessing = new();

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option<string?>>)[_model, _part, _labels, _output])
        {
            command.Add(option);
        }

        _preprocessing.AddAllButSizeTo(command);
    }

    /// <summary>What is asked of an existing model; <c>null</c>: there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="given">The numbers of the recipe that were given.</param>
    /// <param name="size">For models that take pictures of any size.</param>
    /// <exception cref="UsageException">A value is not understood, or makes no sense without a model.</exception>
    public FineTuningRequest? Read(ParseResult parsed, GivenRecipe given, int? size)
    {
        var part = parsed.Choice(_part, ("head", TrainedPart.Head), ("last-block", TrainedPart.LastBlock), ("all", TrainedPart.All));
        var options = _preprocessing.Apply(parsed, new() { Output = parsed.GetValue(_output), Labels = parsed.GetValue(_labels) is { } labels ? Labels.FromFile(Arguments.Existing(labels, "The labels file")) : null });
        if (parsed.GetValue(_model) is not { } file)
        {
            return part is null && options is { Output: null, Labels: null, Preprocessing: null, AdjustPreprocessing: null }
                ? null
                : throw new UsageException("--train, --labels, --output and how pictures are prepared are for an existing model: name it with -m MODEL.onnx.");
        }

        var recipe = FineTuning.RecipeOf(part ?? TrainedPart.Head, given.Epochs, given.Rate, given.Batch ?? 64, given.Seed);
        var adjust = options.AdjustPreprocessing;
        return new()
        {
            ModelFile = Arguments.Existing(file, "The model"),
            Part = part ?? TrainedPart.Head,
            Options = size is { } side ? options with { AdjustPreprocessing = own => (adjust?.Invoke(own) ?? own) with { Size = (side, side) } } : options,
            Recipe = recipe with { Shards = given.Shards ?? recipe.Shards, Patience = given.Patience },
        };
    }
}

/// <summary>The numbers of a recipe that the command line gives; <c>null</c>: the default of what is trained.</summary>
internal readonly record struct GivenRecipe(int? Epochs, double? Rate, int? Batch, int? Shards, int? Patience, ulong Seed);

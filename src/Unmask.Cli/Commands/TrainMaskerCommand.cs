using System.CommandLine;
using Unmask.Cli.Training;
using Unmask.Maskers;
using Unmask.Training;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask train masker</c>: its options, and how they become a request.</summary>
internal sealed class TrainMaskerCommand
{
    private static readonly string Recipes = string.Join(", ", MaskerRecipe.All.Select(recipe => recipe.Name));

    private readonly Option<string?> _data = Arguments.Text("--data", "FOLDER", "A folder, .zip, .tar or .tar.gz of pictures; of what they show, see --labels.");
    private readonly Option<string?> _recipe = Arguments.Text("--recipe", "NAME", $"What is learnt: {Recipes}. Default {MaskerRecipe.PhangFix.Name}.");
    private readonly Option<string?> _model = Arguments.Text("--model", "MODEL.onnx", "The classifier that the masker is for. Default: the built-in demonstration network.", "-m");
    private readonly Option<string?> _taps = Arguments.Text("--taps", "NAMES", "The classifier's values that the masker reads, separated by commas; `unmask inspect` lists them. Default: the last feature maps of its coarsest stages, as many as the recipe reads.");
    private readonly Option<string?> _labels = Arguments.Text("--labels", "WHOSE", "What says which class a picture belongs to: data, or own (the classifier's answer). Default: data where it says one of the classifier's classes, else own.");
    private readonly Option<string?> _names = Arguments.Text("--names", "FILE", "The names of the classifier's classes, one a line, to know the data's folders by. Default: those in its file.");
    private readonly Option<string?> _output = Arguments.Text("--output", "NAME", "The classifier's output with the scores. Default: the first.");
    private readonly Option<string?> _examples = Arguments.Text("--examples-per-class", "N", "Learns from N pictures of each class of the data. Default: from all.");
    private readonly Option<string?> _epochs = Arguments.Text("--epochs", "N", "Passes over the data. Default: the recipe's.");
    private readonly Option<string?> _selectorEpochs = Arguments.Text("--selector-epochs", "N", "Passes over the data in which the selector of real-time-saliency learns first which classes are on a picture. Default: the recipe's.");
    private readonly Option<string?> _batch = Arguments.Text("--batch", "N", "Pictures of a step. Default: the recipe's.");
    private readonly Option<string?> _shards = Arguments.Text("--shards", "N", "Parts of a batch that are computed apart, each in memory at once; the result depends on it. Default: as many as make parts of four pictures.");
    private readonly Option<string?> _rate = Arguments.Text("--lr", "X", "The highest learning rate. Default: the recipe's.");
    private readonly Option<string?> _augment = Arguments.Text("--augment", "LIST", "How pictures vary while they are learnt from: none, or NAME=VALUE with commas between, as for `train classifier`. With none the classifier looks at each picture once only, if what it sees fits into --cache. Default: the recipe's.");
    private readonly Option<string?> _infill = Arguments.Text("--infill", "NAME", "What replaces what is hidden: zero, blur:SIGMA, mean, noise, mixed and others (docs/infills.md). Default: the recipe's.");
    private readonly Option<string?> _validation = Arguments.Text("--validation", "SHARE", "The share of pictures that is kept for validation, from 0 to below 1. Default 0.1.");
    private readonly Option<string?> _cache = Arguments.Text("--cache", "MB", "Memory for decoded pictures, and as much for what the classifier sees of them where they do not vary. Default 1024.");
    private readonly PreprocessingArguments _preprocessing = new();
    private readonly TrainingArguments _run = new("weights, shuffling, variation, draws and the choice for validation", $"{MaskerTrainingRun.FileName}, metrics.jsonl and the checkpoint");

    private TrainMaskerCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainMaskerCommand();
        var command = new Command("masker", "Trains a small network that explains a classifier's answers at once, for the method masker.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._recipe, arguments._model, arguments._epochs, arguments._labels, arguments._taps, arguments._examples])
        {
            command.Add(option);
        }

        arguments._preprocessing.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._names, arguments._output, arguments._selectorEpochs, arguments._batch, arguments._shards, arguments._rate, arguments._augment, arguments._infill, arguments._validation, arguments._cache])
        {
            command.Add(option);
        }

        arguments._run.AddTo(command);
        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        var view = _run.View(parsed, terminal, "as wished");
        return new MaskerTrainingRun(request, view, _run.Progress(parsed, terminal), cancel).Run();
    }

    private MaskerRequest Read(ParseResult parsed)
    {
        string? model = parsed.GetValue(_model) is { } file ? Arguments.Existing(file, "The model") : null;
        var options = new ModelOptions
        {
            Name = model is null ? Demo.ModelName : Path.GetFileName(model),
            Output = parsed.GetValue(_output),
            Labels = parsed.GetValue(_names) is { } names ? Labels.FromFile(Arguments.Existing(names, "The file of names")) : null,
        };
        return new()
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("train masker needs --data FOLDER: a folder or archive of pictures of the kind that the classifier is for."),
            ModelFile = model,
            ModelOptions = _preprocessing.Apply(parsed, options),
            Recipe = Recipe(parsed),
            Taps = [.. (parsed.GetValue(_taps) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            Labels = parsed.Choice(_labels, ("data", ClassSource.Data), ("own", ClassSource.Model)),
            Share = parsed.Share(_validation) ?? 0.1,
            CacheBytes = (long)(parsed.Whole(_cache, 0) ?? 1024) << 20,
            Threads = _run.Threads(parsed),
            Folder = _run.Folder(parsed),
            Resume = _run.Resumes(parsed),
        };
    }

    private MaskerRecipe Recipe(ParseResult parsed)
    {
        var recipe = Named(parsed.GetValue(_recipe) ?? MaskerRecipe.PhangFix.Name);
        var own = recipe.Training;
        int batch = parsed.Whole(_batch, 1) ?? own.BatchSize;
        var training = own with
        {
            Epochs = parsed.Whole(_epochs, 1) ?? own.Epochs,
            BatchSize = batch,
            Shards = parsed.Whole(_shards, 1) ?? MaskerRecipe.TrainingOf(1, batch: batch).Shards,
            LearningRate = own.LearningRate with { Peak = parsed.Above0(_rate) ?? own.LearningRate.Peak },
            Seed = _run.Seed(parsed),
        };
        return recipe with
        {
            Training = training,
            Selector = recipe.Selector with { Epochs = parsed.Whole(_selectorEpochs, 1) ?? recipe.Selector.Epochs },
            ExamplesPerClass = parsed.Whole(_examples, 1),
            Augmentation = parsed.GetValue(_augment) switch { null => recipe.Augmentation, "none" => Augmentation.None, var text => Augmentation.Parse(text) },
            Infill = Infill(parsed) ?? recipe.Infill,
        };
    }

    private Infill? Infill(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_infill) is { } text ? Unmask.Infill.Parse(text) : null;
        }
        catch (FormatException problem)
        {
            throw new UsageException($"{_infill.Name}: {problem.Message}", problem);
        }
    }

    private static MaskerRecipe Named(string name)
    {
        try
        {
            return MaskerRecipe.Named(name);
        }
        catch (UnmaskException problem)
        {
            throw new UsageException(problem.Message, problem);
        }
    }
}

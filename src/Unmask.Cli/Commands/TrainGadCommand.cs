using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Training;
using Unmask.Cli.Views;
using Unmask.Training;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask train gad</c>: its options, and how they become a request.</summary>
internal sealed class TrainGadCommand
{
    private readonly Option<string?> _data = Arguments.Text("--data", "FOLDER", "A folder, .zip, .tar or .tar.gz of labelled pictures: a folder a class, NUMBER_name.jpg, or labels.tsv. Folders val and test above the classes are left out.");
    private readonly Option<string?> _model = Arguments.Text("--model", "FILE", "The ONNX model. Default: the built-in demonstration network.", "-m");
    private readonly Option<string?> _classes = Arguments.Text("--classes", "A,B", "The model's classes that are pushed apart, by label or index; one alone against the rest. Where the data calls them otherwise: A=NAME,B=NAME.");
    private readonly Option<string?> _alpha = Arguments.Text("--alpha", "LIST", "How far, in logits, a support model each: 2,4,6,8; with a number for each class 2:1,4:2; or auto (once to four times the network's own gap between the classes). Default 2,4,6,8, as in the paper.");
    private readonly Option<string?> _part = Arguments.Text("--train", "PART", "Which weights are trained: all, last-block or head (the last layer). Batch normalisations stay as they are. Default all, as in the paper.");
    private readonly Option<string?> _epochs = Arguments.Text("--epochs", "N", "Passes over the pictures for each support model. Default 10.");
    private readonly Option<string?> _rate = Arguments.Text("--lr", "X", "The learning rate of Adam. Default 0.00004.");
    private readonly Option<string?> _decay = Arguments.Text("--decay", "HOW", "How the rate falls: constant (not at all), or cosine (to nothing at the last step, so that the last steps are no noise: for support models that are not reached). Default constant, as in the paper.");
    private readonly Option<string?> _batch = Arguments.Text("--batch", "N", "Pictures of a step. Default 32.");
    private readonly Option<string?> _shards = Arguments.Text("--shards", "N", "Parts of a batch that are computed apart; the result depends on it. Default 2.");
    private readonly Option<string?> _items = Arguments.Text("--items", "N", "At most N pictures, drawn at random by the seed. Default: all.");
    private readonly Option<string?> _cache = Arguments.Text("--cache", "MB", "Memory for decoded pictures; those beyond it go to a temporary file. Default 1024.");
    private readonly ModelArguments _modelArguments = new();

    // Threads are among the model's options.
    private readonly TrainingArguments _training = new("shuffling and of --items", $"the support models and {GadSupports.ManifestFile}", hasThreads: false);

    private TrainGadCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainGadCommand();
        var command = new Command("gad", "Trains support models, copies of a model with two classes pushed apart, for the method gad.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._model, arguments._classes, arguments._alpha, arguments._part, arguments._epochs, arguments._rate, arguments._decay, arguments._batch, arguments._shards, arguments._items, arguments._cache])
        {
            command.Add(option);
        }

        arguments._training.AddTo(command);
        arguments._modelArguments.AddTo(command);
        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        var view = _training.Shown<GadTrainingView>(parsed, () => new JsonGadTrainingView(terminal), () => new QuietGadTrainingView(terminal), () => new TextGadTrainingView(terminal));
        return new GadRun(request, view, _training.Progress(parsed, terminal), cancel).Run();
    }

    private GadRequest Read(ParseResult parsed)
    {
        var options = _modelArguments.Read(parsed);
        var recipe = GadTraining.RecipeOf(parsed.Whole(_epochs, 1) ?? 10, parsed.Above0(_rate) ?? 4e-5, parsed.Whole(_batch, 1) ?? 32, _training.Seed(parsed));
        var decay = parsed.Choice(_decay, ("constant", RateDecay.Constant), ("cosine", RateDecay.Cosine)) ?? RateDecay.Constant;
        long cache = (long)(parsed.Whole(_cache, 0) ?? 1024) << 20;
        return new()
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("train gad needs --data FOLDER: a folder or archive of labelled pictures, for instance with a folder for each class."),
            ModelFile = parsed.GetValue(_model) is { } file ? Arguments.Existing(file, "The model") : null,
            ModelOptions = options,
            Classes = parsed.GetValue(_classes) ?? throw new UsageException("train gad needs --classes A,B: two classes of the model that are pushed apart, or one against the rest. `unmask inspect MODEL.onnx` says how many classes it has."),
            Part = parsed.Choice(_part, ("all", TrainedPart.All), ("last-block", TrainedPart.LastBlock), ("head", TrainedPart.Head)) ?? TrainedPart.All,
            Training = new()
            {
                Distances = Distances(parsed),
                Recipe = recipe with { Shards = parsed.Whole(_shards, 1) ?? recipe.Shards, LearningRate = recipe.LearningRate with { Decay = decay } },
                Threads = options.Throughput.Threads,
                FeatureBytes = cache,
                Resume = _training.Resumes(parsed),
            },
            Items = parsed.Whole(_items, 2),
            CacheBytes = cache,
            Folder = _training.Folder(parsed),
        };
    }

    private ImmutableArray<GadDistance>? Distances(ParseResult parsed)
    {
        string? text = parsed.GetValue(_alpha);
        return text is null ? GadTraining.PaperDistances : text == "auto" ? null : [.. text.Split(',').Select(part => Distance(part, text))];
    }

    private GadDistance Distance(string part, string text)
    {
        double[] numbers = [.. part.Split(':').Select(number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && value >= 0 ? value : -1)];
        return numbers.Length is 1 or 2 && !numbers.Contains(-1)
            ? new(numbers[0], numbers[^1])
            : throw Arguments.Bad(_alpha, text, "numbers of at least 0 with commas between, each for both classes (2,4,6,8) or one for each (2:1,4:2), or auto");
    }
}

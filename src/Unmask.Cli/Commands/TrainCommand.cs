using System.CommandLine;
using Unmask.Cli.Training;
using Unmask.Training;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask train</c>: its kinds.</summary>
internal static class TrainCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var command = new Command("train", "Trains a network and saves it as an ONNX model, or finds out about one on pictures.")
        {
            TrainClassifierCommand.Create(terminal, cancel),
            TrainInpainterCommand.Create(terminal, cancel),
            TrainFeaturesCommand.Create(terminal, cancel),
            TrainMaskerCommand.Create(terminal, cancel),
            TrainGadCommand.Create(terminal, cancel),
        };
        command.SetAction(static int (_) => throw new UsageException("train needs to know what: `unmask train classifier --data FOLDER`, `unmask train inpainter --data FOLDER`, `unmask train masker -m MODEL.onnx --data FOLDER`, `unmask train features -m MODEL.onnx --data FOLDER`, or `unmask train gad -m MODEL.onnx --data FOLDER --classes A,B`. `unmask train --help` lists what there is."));
        return command;
    }
}

/// <summary><c>unmask train classifier</c>: its options, and how they become a request.</summary>
internal sealed class TrainClassifierCommand
{
    private readonly Option<string?> _data = Arguments.Text("--data", "FOLDER", "A folder, .zip, .tar or .tar.gz of labelled pictures: a folder a class, NUMBER_name.jpg, or labels.tsv. Folders train, val and test above the classes part them; else --validation and --test do.");
    private readonly Option<string?> _epochs = Arguments.Text("--epochs", "N", "Passes over the data. Default 20; with -m and --train last-block or all 5.");
    private readonly Option<string?> _size = Arguments.Text("--size", "PIXELS", "Height and width of the network's input, 16 to 512. Default 64, or 32 where the first picture is smaller than 64.");
    private readonly Option<string?> _width = Arguments.Text("--width", "N", "Channels of the network's first stage; the last has four or eight times as many. Default 32.");
    private readonly Option<string?> _blocks = Arguments.Text("--blocks", "N", "Residual blocks of each stage. Default 1.");
    private readonly Option<string?> _stages = Arguments.Text("--stages", "N", "Stages; each but the first halves the picture and doubles the channels. Default 4, or 3 below 64 pixels.");
    private readonly Option<string?> _reduction = Arguments.Text("--reduction", "N", "How much the picture is reduced before the first stage: 1, 2 or 4 times. Default 4, or 1 below 64 pixels.");
    private readonly Option<string?> _widest = Arguments.Text("--widest", "N", "The most channels that a stage has. Default: they double with every stage.");
    private readonly Option<string?> _augment = Arguments.Text("--augment", "LIST", $"How pictures vary while they are learnt from, as NAME=VALUE with commas between. {string.Join(" ", Augmentation.Settings.Select(setting => $"{setting.Name} (default {setting.Default}): {setting.Description}"))}");
    private readonly Option<string?> _names = Arguments.Text("--names", "FILE", "Names of the classes for the model's file, one a line, in the order of the data's. Default: the data's.");
    private readonly Option<bool> _fold = Arguments.Flag("--fold", "Puts batch normalisations into the convolutions before them: a model of fewer operators, to use but not to train further.");
    private readonly Option<string?> _start = Arguments.Text("--start", "MODEL", "Begins with the weights of an earlier model of the same network; its classes and size may be others. Default: weights are drawn.");
    private readonly Option<string?> _batch = Arguments.Text("--batch", "N", "Pictures of a step. Default 64.");
    private readonly Option<string?> _shards = Arguments.Text("--shards", "N", "Parts of a batch that are computed apart; the result depends on it. Default 2.");
    private readonly Option<string?> _rate = Arguments.Text("--lr", "X", "The highest learning rate. Default 0.05; with -m 0.002 for head, 0.001 for last-block, 0.0005 for all.");
    private readonly Option<string?> _validation = Arguments.Text("--validation", "SHARE", "The share of each class that the network is tried on after each epoch, from 0 to below 1, where the data has no folder val. Default 0.1.");
    private readonly Option<string?> _test = Arguments.Text("--test", "SHARE", "The share of each class that it is tried on once, at the end, from 0 to below 1, where the data has no folder test. Default 0.");
    private readonly Option<string?> _patience = Arguments.Text("--patience", "N", "Ends after N epochs without a lower validation loss, with the best weights. Default: goes on to the end.");
    private readonly Option<string?> _cache = Arguments.Text("--cache", "MB", "Memory for decoded pictures; those beyond it go to a temporary file. Default 1024.");
    private readonly FineTuningArguments _tuning = new();

    private readonly TextArguments _texts = new();
    private readonly TrainingArguments _run = new("weights, shuffling, augmentation and the choice for validation", "model.onnx, metrics.jsonl and the checkpoint");

    private TrainClassifierCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainClassifierCommand();
        var command = new Command("classifier", "Trains a small residual network, or an existing model, on labelled pictures.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._epochs, arguments._size, arguments._width, arguments._blocks, arguments._stages, arguments._reduction, arguments._widest, arguments._start, arguments._augment, arguments._names, arguments._fold, arguments._batch, arguments._rate, arguments._shards, arguments._validation, arguments._test, arguments._patience, arguments._cache])
        {
            command.Add(option);
        }

        arguments._run.AddTo(command);
        arguments._tuning.AddTo(command);
        arguments._texts.AddTo(command);
        command.SetAction(parsed => arguments._texts.AreMeant(parsed) ? arguments._texts.Run(parsed, terminal, cancel) : arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        var view = _run.View(parsed, terminal);
        var progress = _run.Progress(parsed, terminal);
        return ReadTuning(parsed) is { } tuning
            ? new FineTuningRun(request, tuning, view, progress, cancel).Run()
            : new ClassifierRun(request, view, progress, cancel).Run();
    }

    private ClassifierRequest Read(ParseResult parsed)
    {
        ulong seed = _run.Seed(parsed);
        var recipe = ClassifierTraining.RecipeOf(parsed.Whole(_epochs, 1) ?? 20, parsed.Above0(_rate) ?? 0.05, parsed.Whole(_batch, 1) ?? 64, seed);
        return new()
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("train classifier needs --data FOLDER: a folder or archive of labelled pictures, for instance with a folder for each class."),
            Size = parsed.Whole(_size, 16, 512),
            Training = new()
            {
                Width = parsed.Whole(_width, 1, 1024) ?? 32,
                Blocks = parsed.Whole(_blocks, 1, 64) ?? 1,
                Stages = parsed.Whole(_stages, 1, 8),
                Reduction = parsed.Number(_reduction, "1, 2 or 4", value => value is 1 or 2 or 4) is { } factor ? (int)factor : null,
                Widest = parsed.Whole(_widest, 1, 65536),
                Augmentation = parsed.GetValue(_augment) is { } augmentation ? Augmentation.Parse(augmentation) : new(),
                Recipe = recipe with { Shards = parsed.Whole(_shards, 1) ?? recipe.Shards, Patience = parsed.Whole(_patience, 1) },
            },
            Start = parsed.GetValue(_start) is { } start ? Arguments.Existing(start, "The model to start from") : null,
            Names = parsed.GetValue(_names) is { } names ? Arguments.Existing(names, "The file of names") : null,
            Fold = parsed.GetValue(_fold),
            Shares = SharesOf(parsed, seed),
            CacheBytes = (long)(parsed.Whole(_cache, 0) ?? 1024) << 20,
            Threads = _run.Threads(parsed),
            Folder = _run.Folder(parsed),
            Resume = _run.Resumes(parsed),
        };
    }

    private PictureShares SharesOf(ParseResult parsed, ulong seed)
    {
        double validation = parsed.Share(_validation) ?? 0.1, test = parsed.Share(_test) ?? 0;
        return validation + test < 1
            ? new(validation, test, seed)
            : throw new UsageException($"{_validation.Name} and {_test.Name} together must leave something to learn from; {validation} and {test} were given.");
    }

    private FineTuningRequest? ReadTuning(ParseResult parsed)
    {
        var given = new GivenRecipe(parsed.Whole(_epochs, 1), parsed.Above0(_rate), parsed.Whole(_batch, 1), parsed.Whole(_shards, 1), parsed.Whole(_patience, 1), _run.Seed(parsed));
        var tuning = _tuning.Read(parsed, given, parsed.Whole(_size, 16, 512));
        return tuning is not null && ((ReadOnlySpan<Option<string?>>)[_width, _blocks, _stages, _reduction, _widest, _start, _names]).ToArray().FirstOrDefault(option => parsed.GetValue(option) is not null) is { } option
            ? throw new UsageException($"{option.Name} is of a new network; with -m the model's own layers stay what they are.")
            : tuning;
    }
}

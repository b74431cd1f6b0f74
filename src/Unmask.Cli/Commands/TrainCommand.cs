using System.CommandLine;
using Unmask.Cli.Explaining;
using Unmask.Cli.Training;
using Unmask.Cli.Views;
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
        };
        command.SetAction(static int (_) => throw new UsageException("train needs to know what: `unmask train classifier --data FOLDER`, `unmask train inpainter --data FOLDER`, or `unmask train features -m MODEL.onnx --data FOLDER`. `unmask train --help` lists what there is."));
        return command;
    }
}

/// <summary><c>unmask train classifier</c>: its options, and how they become a request.</summary>
internal sealed class TrainClassifierCommand
{
    private readonly Option<string?> _data = Arguments.Text("--data", "FOLDER", "A folder or .zip of labelled pictures: a folder a class, NUMBER_name.jpg, or labels.tsv. Folders train and test above the classes part them; else --validation does.");
    private readonly Option<string?> _epochs = Arguments.Text("--epochs", "N", "Passes over the data. Default 20; with -m and --train last-block or all 5.");
    private readonly Option<string?> _size = Arguments.Text("--size", "PIXELS", "Height and width of the network's input, 16 to 512. Default 64, or 32 where the first picture is smaller than 64.");
    private readonly Option<string?> _width = Arguments.Text("--width", "N", "Channels of the network's first stage; the last has four or eight times as many. Default 32.");
    private readonly Option<string?> _batch = Arguments.Text("--batch", "N", "Pictures of a step. Default 64.");
    private readonly Option<string?> _shards = Arguments.Text("--shards", "N", "Parts of a batch that are computed apart; the result depends on it. Default 2.");
    private readonly Option<string?> _rate = Arguments.Text("--lr", "X", "The highest learning rate. Default 0.05; with -m 0.002 for head, 0.001 for last-block, 0.0005 for all.");
    private readonly Option<string?> _validation = Arguments.Text("--validation", "SHARE", "The share of each class that is kept for validation, from 0 to below 1. Default 0.1.");
    private readonly Option<string?> _patience = Arguments.Text("--patience", "N", "Ends after N epochs without a lower validation loss, with the best weights. Default: goes on to the end.");
    private readonly Option<string?> _cache = Arguments.Text("--cache", "MB", "Memory for decoded pictures; those beyond it are decoded again in each epoch. Default 1024.");
    private readonly Option<string?> _threads = Arguments.Text("--threads", "N", "Threads; the result does not depend on it. Default: all processors.");
    private readonly Option<string?> _seed = Arguments.Text("--seed", "N", "Seed of weights, shuffling, augmentation and the choice for validation. Default 0.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where model.onnx, metrics.jsonl and the checkpoint go. Default {OutputFolder.Default}.", "-o");
    private readonly FineTuningArguments _tuning = new();
    private readonly Option<bool> _resume = Arguments.Flag("--resume", "Goes on with the training that was ended in the same folder, to the same result as if it had not been.");
    private readonly Option<bool> _json = Arguments.Flag("--json", "The result as JSON on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");

    private readonly TextArguments _texts = new();

    private TrainClassifierCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainClassifierCommand();
        var command = new Command("classifier", "Trains a small residual network, or an existing model, on labelled pictures.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._epochs, arguments._seed, arguments._folder, arguments._resume, arguments._size, arguments._width, arguments._batch, arguments._rate, arguments._shards, arguments._validation, arguments._patience, arguments._cache, arguments._threads, arguments._json, arguments._quiet])
        {
            command.Add(option);
        }

        arguments._tuning.AddTo(command);
        arguments._texts.AddTo(command);
        command.SetAction(parsed => arguments._texts.AreMeant(parsed) ? arguments._texts.Run(parsed, terminal, cancel) : arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        bool quiet = parsed.GetValue(_quiet);
        ClassifierView view = parsed.GetValue(_json) ? new JsonClassifierView(terminal) : quiet ? new QuietClassifierView(terminal) : new TextClassifierView(terminal);
        var progress = ExplainProgress.For(terminal, quiet);
        return ReadTuning(parsed) is { } tuning
            ? new FineTuningRun(request, tuning, view, progress, cancel).Run()
            : new ClassifierRun(request, view, progress, cancel).Run();
    }

    private ClassifierRequest Read(ParseResult parsed)
    {
        ulong seed = (ulong)(parsed.Whole(_seed, 0) ?? 0);
        var recipe = ClassifierTraining.RecipeOf(parsed.Whole(_epochs, 1) ?? 20, Rate(parsed) ?? 0.05, parsed.Whole(_batch, 1) ?? 64, seed);
        return new()
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("train classifier needs --data FOLDER: a folder or .zip of labelled pictures, for instance with a folder for each class."),
            Size = parsed.Whole(_size, 16, 512),
            Width = parsed.Whole(_width, 1, 1024) ?? 32,
            Recipe = recipe with { Shards = parsed.Whole(_shards, 1) ?? recipe.Shards, Patience = parsed.Whole(_patience, 1) },
            Share = Number(parsed, _validation, "a number from 0 to below 1", value => value is >= 0 and < 1) ?? 0.1,
            CacheBytes = (long)(parsed.Whole(_cache, 0) ?? 1024) << 20,
            Threads = parsed.Whole(_threads, 1, 1024),
            Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
            Resume = parsed.GetValue(_resume),
        };
    }

    private FineTuningRequest? ReadTuning(ParseResult parsed)
    {
        var given = new GivenRecipe(parsed.Whole(_epochs, 1), Rate(parsed), parsed.Whole(_batch, 1), parsed.Whole(_shards, 1), parsed.Whole(_patience, 1), (ulong)(parsed.Whole(_seed, 0) ?? 0));
        var tuning = _tuning.Read(parsed, given, parsed.Whole(_size, 16, 512));
        return tuning is not null && parsed.GetValue(_width) is not null
            ? throw new UsageException("--width is of a new network; with -m the model's own layers stay as wide as they are.")
            : tuning;
    }

    private double? Rate(ParseResult parsed) => Number(parsed, _rate, "a number above 0", value => value > 0);

    private static double? Number(ParseResult parsed, Option<string?> option, string wanted, Predicate<double> fits) => parsed.Numbers(option) switch
    {
        null => null,
        [var value] when fits(value) => value,
        _ => throw Arguments.Bad(option, parsed.GetValue(option) ?? "", wanted),
    };
}

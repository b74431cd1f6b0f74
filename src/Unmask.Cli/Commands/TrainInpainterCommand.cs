using System.CommandLine;
using Unmask.Cli.Explaining;
using Unmask.Cli.Training;
using Unmask.Cli.Views;
using Unmask.Training;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask train inpainter</c>: its options, and how they become a request.</summary>
internal sealed class TrainInpainterCommand
{
    private readonly Option<string?> _data = Arguments.Text("--data", "FOLDER", "A folder or .zip of pictures; what they show does not matter.");
    private readonly Option<string?> _epochs = Arguments.Text("--epochs", "N", "Passes over the data. Default 40.");
    private readonly Option<string?> _size = Arguments.Text("--size", "PIXELS", "Height and width at which the network paints, a multiple of 16 up to 512. Default 64.");
    private readonly Option<string?> _width = Arguments.Text("--width", "N", "Channels of the network's finest scale; the coarsest has eight times as many. Default 32.");
    private readonly Option<string?> _batch = Arguments.Text("--batch", "N", "Pictures of a step. Default 32.");
    private readonly Option<string?> _rate = Arguments.Text("--lr", "X", "The highest learning rate. Default 0.002.");
    private readonly Option<string?> _validation = Arguments.Text("--validation", "SHARE", "The share of pictures that is kept for validation, from 0 to below 1. Default 0.1.");
    private readonly Option<string?> _cache = Arguments.Text("--cache", "MB", "Memory for decoded pictures; those beyond it are decoded again in each epoch. Default 1024.");
    private readonly Option<string?> _threads = Arguments.Text("--threads", "N", "Threads; the result does not depend on it. Default: all processors.");
    private readonly Option<string?> _seed = Arguments.Text("--seed", "N", "Seed of weights, shuffling, masks and the choice for validation. Default 0.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where inpainter.onnx, metrics.jsonl and the checkpoint go. Default {OutputFolder.Default}.", "-o");
    private readonly Option<bool> _resume = Arguments.Flag("--resume", "Goes on with the training that was ended in the same folder, to the same result as if it had not been.");
    private readonly Option<bool> _json = Arguments.Flag("--json", "The result as JSON on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");

    private TrainInpainterCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainInpainterCommand();
        var command = new Command("inpainter", "Trains a small network that paints hidden parts of pictures, for the in-fill inpainter:FILE.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._epochs, arguments._seed, arguments._folder, arguments._resume, arguments._size, arguments._width, arguments._batch, arguments._rate, arguments._validation, arguments._cache, arguments._threads, arguments._json, arguments._quiet])
        {
            command.Add(option);
        }

        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        bool quiet = parsed.GetValue(_quiet);
        ClassifierView view = parsed.GetValue(_json) ? new JsonClassifierView(terminal) : quiet ? new QuietClassifierView(terminal) : new TextClassifierView(terminal);
        return new InpainterRun(request, view, ExplainProgress.For(terminal, quiet), cancel).Run();
    }

    private InpainterRequest Read(ParseResult parsed)
    {
        ulong seed = (ulong)(parsed.Whole(_seed, 0) ?? 0);
        int size = parsed.Whole(_size, 16, 512) ?? 64;
        return new()
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("train inpainter needs --data FOLDER: a folder or .zip of pictures."),
            Training = new()
            {
                Size = size % 16 == 0 ? size : throw Arguments.Bad(_size, parsed.GetValue(_size) ?? "", "a multiple of 16"),
                Width = parsed.Whole(_width, 1, 1024) ?? 32,
                Recipe = InpainterTraining.RecipeOf(parsed.Whole(_epochs, 1) ?? 40, parsed.Above0(_rate) ?? 0.002, parsed.Whole(_batch, 1) ?? 32, seed),
            },
            Share = parsed.Share(_validation) ?? 0.1,
            CacheBytes = (long)(parsed.Whole(_cache, 0) ?? 1024) << 20,
            Threads = parsed.Whole(_threads, 1, 1024),
            Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
            Resume = parsed.GetValue(_resume),
        };
    }
}

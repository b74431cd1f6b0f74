using System.CommandLine;
using Unmask.Cli.Training;
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
    private readonly TrainingArguments _run = new("weights, shuffling, masks and the choice for validation", "inpainter.onnx, metrics.jsonl and the checkpoint");

    private TrainInpainterCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainInpainterCommand();
        var command = new Command("inpainter", "Trains a small network that paints hidden parts of pictures, for the in-fill inpainter:FILE.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._epochs, arguments._size, arguments._width, arguments._batch, arguments._rate, arguments._validation, arguments._cache])
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
        var view = _run.View(parsed, terminal);
        return new InpainterRun(request, view, _run.Progress(parsed, terminal), cancel).Run();
    }

    private InpainterRequest Read(ParseResult parsed)
    {
        ulong seed = _run.Seed(parsed);
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
            Threads = _run.Threads(parsed),
            Folder = _run.Folder(parsed),
            Resume = _run.Resumes(parsed),
        };
    }
}

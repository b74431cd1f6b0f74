using System.CommandLine;
using Unmask.Cli.Explaining;
using Unmask.Cli.Training;
using Unmask.Cli.Views;
using Unmask.Training;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask train features</c>: its options, and how they become a request.</summary>
internal sealed class TrainFeaturesCommand
{
    private readonly Option<string?> _data = Arguments.Text("--data", "FOLDER", "A folder or .zip of pictures; labelled ones: a folder a class, NUMBER_name.jpg, or labels.tsv.");
    private readonly Option<string?> _model = Arguments.Text("--model", "FILE", "The ONNX model. Default: the built-in demonstration network.", "-m");
    private readonly Option<string?> _classes = Arguments.Text("--classes", "WHOSE", "What says which class a picture belongs to: data, or model (its top class). Default data.");
    private readonly Option<string?> _layers = Arguments.Text("--layers", "NAMES", "Layers whose channels may be features, separated by commas. Default: all activations.");
    private readonly Option<string?> _bound = Arguments.Text("--bound", "X", "The bound of the sum of a class's weights, signs left out; the larger, the more features. Default 100.");
    private readonly Option<bool> _nonNegative = Arguments.Flag("--non-negative", "Excludes weights below 0: channels that are less active on the class than on others.");
    private readonly Option<bool> _noConstant = Arguments.Flag("--no-constant", "Fits no constant beside the weights, as in the paper: for many classes.");
    private readonly Option<string?> _fewest = Arguments.Text("--fewest", "N", "Classes with fewer pictures get no features. Default 2.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where {FeaturesRun.FileName} goes. Default {OutputFolder.Default}.", "-o");
    private readonly Option<bool> _json = Arguments.Flag("--json", "The result as JSON on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the name of the file.");
    private readonly ModelArguments _modelArguments = new();

    private TrainFeaturesCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new TrainFeaturesCommand();
        var command = new Command("features", "Finds the channels by which a model tells each class from others, for the method visual-feedback.");
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._data, arguments._model, arguments._classes, arguments._layers, arguments._bound, arguments._nonNegative, arguments._noConstant, arguments._fewest, arguments._folder, arguments._json, arguments._quiet])
        {
            command.Add(option);
        }

        arguments._modelArguments.AddTo(command);
        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        bool quiet = parsed.GetValue(_quiet);
        FeaturesView view = parsed.GetValue(_json) ? new JsonFeaturesView(terminal) : quiet ? new QuietFeaturesView(terminal) : new TextFeaturesView(terminal);
        return new FeaturesRun(request, view, ExplainProgress.For(terminal, quiet), cancel).Run();
    }

    private FeaturesRequest Read(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(_data) ?? throw new UsageException("train features needs --data FOLDER: a folder or .zip of pictures, for instance with a folder for each class."),
        ModelFile = parsed.GetValue(_model) is { } file ? Arguments.Existing(file, "The model") : null,
        ModelOptions = _modelArguments.Read(parsed),
        Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
        Fitting = new()
        {
            Bound = parsed.Numbers(_bound) switch
            {
                null => 100,
                [> 0 and var bound] => bound,
                _ => throw Arguments.Bad(_bound, parsed.GetValue(_bound) ?? "", "a number above 0"),
            },
            NonNegative = parsed.GetValue(_nonNegative),
            Constant = !parsed.GetValue(_noConstant),
            Layers = [.. (parsed.GetValue(_layers) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            Classes = parsed.Choice(_classes, ("data", ClassSource.Data), ("model", ClassSource.Model)) ?? ClassSource.Data,
            FewestPictures = parsed.Whole(_fewest, 1) ?? 2,
        },
    };
}

using System.CommandLine;
using Unmask.Cli.Evaluating;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Metrics;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask evaluate</c>: its options, and how they become a request.</summary>
internal sealed class EvaluateCommand
{
    private readonly Argument<string?> _data = new("DATA")
    {
        Description = "A folder or .zip of pictures: plain, labelled (labels.tsv, NUMBER_name.jpg or a folder a class), or with located objects (images/ beside boxes/, polygons/ or semantic/).",
        // Not the parser's to demand: it would refuse --help without it.
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _model = Arguments.Text("--model", "MODEL.onnx", "The model. Without one: the demonstration network that comes with Unmask.", "-m");
    private readonly Option<string?> _items = Arguments.Text("--items", "N", "How many items, drawn at random by the seed. Default: all.");
    private readonly Option<string?> _target = Arguments.Text("--target", "WHAT", "What is explained: label (what the data says, one item a located category) or top (what the model sees). Default label where the data says it.", "-t");
    private readonly Option<string?> _leastProbability = Arguments.Text("--min-probability", "P", "Leaves out items whose class the model gives less. Default 0.");
    private readonly Option<string?> _truth = Arguments.Text("--truth", "KIND", "Of what ground truths are made: best, masks, polygons or boxes. Default best: masks, else polygons, else boxes.");
    private readonly Option<string?> _classMap = Arguments.Text("--class-map", "FILE", "Which classes show what the data names, one NAME: CLASSES a line (dog: 151-268). Default: ImageNet's for 1000 classes, else equal names.");
    private readonly Option<string?> _against = Arguments.Text("--against", "ROW", "The row that all others are compared with. Default: the first.");
    private readonly Option<bool> _noReferences = Arguments.Flag("--no-references", "Leaves out the reference rows (random, center, edge) that stand in every table.");
    private readonly Option<string?> _runs = Arguments.Text("--runs", "R", "Runs of each random method, with a seed each: how far do they differ? Default 1.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where the files go. Default {OutputFolder.Default}.", "-o");
    private readonly Option<bool> _resume = Arguments.Flag("--resume", "Goes on with the run that was ended in the same folder.");
    private readonly Option<bool> _json = Arguments.Flag("--json", "The report as JSON on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");
    private readonly MethodArguments _methods = new("deletion,insertion, and pointing-game where the data locates objects");
    private readonly ModelArguments _modelArguments = new();

    private EvaluateCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new EvaluateCommand();
        var command = new Command("evaluate", "Measures methods on many pictures: a table with intervals, reference rows, cost and paired differences.") { arguments._data };
        command.Add(arguments._model);
        arguments._methods.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._items, arguments._target, arguments._leastProbability, arguments._truth, arguments._classMap, arguments._against, arguments._noReferences, arguments._runs, arguments._folder, arguments._resume])
        {
            command.Add(option);
        }

        arguments._modelArguments.AddTo(command);
        command.Add(arguments._json);
        command.Add(arguments._quiet);
        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        bool quiet = parsed.GetValue(_quiet);
        EvaluateView view = parsed.GetValue(_json) ? new JsonEvaluateView(terminal) : quiet ? new QuietEvaluateView(terminal) : new TextEvaluateView(terminal);
        return new EvaluateRun(request, view, ExplainProgress.For(terminal, quiet), cancel).Run();
    }

    private EvaluateRequest Read(ParseResult parsed)
    {
        string? classMap = parsed.GetValue(_classMap) is { } file ? Arguments.Existing(file, "The class map") : null;
        ulong seed = _methods.Seed(parsed);
        return new EvaluateRequest
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("evaluate needs DATA, a folder or .zip of pictures. `unmask evaluate --help` says what it may look like; `unmask compare` shows single pictures."),
            ModelFile = parsed.GetValue(_model) is { } model ? Arguments.Existing(model, "The model") : null,
            ModelOptions = _modelArguments.Read(parsed),
            Methods = _methods.Read(parsed),
            References = !parsed.GetValue(_noReferences),
            Against = parsed.GetValue(_against),
            Runs = parsed.Whole(_runs, 1, 1000) ?? 1,
            Seed = seed,
            Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
            Resume = parsed.GetValue(_resume),
            Selection = new PhotoSelection
            {
                Items = parsed.Whole(_items, 1),
                Target = parsed.Choice(_target, ("label", PhotoTarget.Label), ("top", PhotoTarget.Top)) ?? PhotoTarget.Label,
                LeastProbability = LeastProbability(parsed),
                Truth = parsed.Choice(_truth, ("best", TruthKind.Best), ("masks", TruthKind.Masks), ("polygons", TruthKind.Polygons), ("boxes", TruthKind.Boxes)) ?? TruthKind.Best,
                Map = classMap is null ? null : (labels, classes) => ClassMap.FromFile(classMap, labels, classes),
                Seed = seed,
            },
            LabelsWanted = parsed.GetValue(_target) == "label",
        };
    }

    private double LeastProbability(ParseResult parsed) => parsed.Numbers(_leastProbability) switch
    {
        null => 0,
        [>= 0 and <= 1 and var share] => share,
        _ => throw Arguments.Bad(_leastProbability, parsed.GetValue(_leastProbability)!, "a number from 0 to 1"),
    };
}

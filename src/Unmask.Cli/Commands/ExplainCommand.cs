using System.CommandLine;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask explain</c>: its options, and how they become a request.</summary>
internal sealed class ExplainCommand
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Pictures, folders of pictures, or .npy tensors that are given to the model as they are. Without any: the photo that comes with Unmask.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _model = Arguments.Text("--model", "MODEL.onnx", "The model. Without one: the demonstration network that comes with Unmask.", "-m");
    private readonly Option<string?> _method = Arguments.Text("--method", "ID", "How to explain; `unmask methods` lists all. Default rise.");
    private readonly Option<string[]> _target = Arguments.Texts("--target", "WHAT", "What to explain: top, top:2, an index, a label, a contrast A-vs-B, a unit of a layer (unit:LAYER[12,3,4] or unit:LAYER[12]), or a class through one (top-via-LAYER[12]); units for white-box methods only. May be repeated. For a .npy also one a item, separated by commas. Default top.", "-t");
    private readonly Option<string[]> _set = Arguments.Texts("--set", "KEY=VALUE", "A setting of the method; `unmask methods ID` lists them. May be repeated.", "-s");
    private readonly Option<string?> _layer = Arguments.Text("--layer", "NAME", "The layer that a white-box method attributes to: input, embedding, last-spatial, mid-spatial, or a name that `unmask inspect` lists.");
    private readonly Option<string?> _masker = Arguments.Text("--masker", "FILE.onnx", "The masker of the method masker; `unmask train masker` makes it.");
    private readonly Option<string?> _score = Arguments.Text("--score", "SPACE", "The space of the score: probability, logit, log-probability, sigmoid or output.");
    private readonly Option<string?> _seed = Arguments.Text("--seed", "N", "Seed of the random numbers; the same seed gives the same result. Default 0.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where the files go. Default {OutputFolder.Default}.", "-o");
    private readonly Option<string?> _format = Arguments.Text("--format", "LIST", "Which files: png, npy, json, npz, separated by commas. Default png,npy,json; npy,json for .npy inputs.");
    private readonly Option<string?> _top = Arguments.Text("--top", "K", "How many predictions are shown. Default 5.");
    private readonly Option<bool> _curves = Arguments.Flag("--curves", "Draws the map's deletion and insertion curves as well: DIR/STEM.METHOD.curves.png.");
    private readonly Option<bool> _json = Arguments.Flag("--json", "One JSON document on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");
    private readonly ModelArguments _modelArguments = new();

    private ExplainCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new ExplainCommand();
        var command = new Command("explain", "Shows what made a model's score what it is: one picture, one array and one JSON an input.") { arguments._inputs };
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._model, arguments._method, arguments._target, arguments._set, arguments._layer, arguments._masker, arguments._score, arguments._seed, arguments._folder, arguments._format])
        {
            command.Add(option);
        }

        arguments._modelArguments.AddTo(command);
        command.Add(arguments._top);
        command.Add(arguments._curves);
        command.Add(arguments._json);
        command.Add(arguments._quiet);
        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed, terminal);
        ExplainView view = parsed.GetValue(_json) ? new JsonExplainView(terminal) : parsed.GetValue(_quiet) ? new QuietExplainView(terminal) : new TextExplainView(terminal);
        return new ExplainRun(request, view, ExplainProgress.For(terminal, parsed.GetValue(_quiet)), cancel).Run();
    }

    private ExplainRequest Read(ParseResult parsed, Terminal terminal) => new()
    {
        Inputs = parsed.GetValue(_inputs) ?? [],
        ModelFile = parsed.GetValue(_model) is { } file ? Arguments.Existing(file, "The model") : null,
        Method = Method(parsed.GetValue(_method) ?? Rise.Id),
        Settings = Settings(parsed, terminal),
        Targets = parsed.GetValue(_target) is { Length: > 0 } targets ? targets : ["top"],
        Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
        Formats = Formats(parsed),
        Top = parsed.Whole(_top, 0) ?? 5,
        Curves = parsed.GetValue(_curves),
        ModelOptions = _modelArguments.Read(parsed),
        Feeds = _modelArguments.ReadFeeds(parsed),
    };

    private static MethodInfo Method(string id)
    {
        try
        {
            return Catalogue.Find(id);
        }
        catch (UnmaskException problem)
        {
            throw new UsageException(problem.Message, problem);
        }
    }

    /// <summary>The settings in the order in which they apply: a preset first, since it replaces all others.</summary>
    private List<KeyValuePair<string, string>> Settings(ParseResult parsed, Terminal terminal)
    {
        var method = Method(parsed.GetValue(_method) ?? Rise.Id);
        var settings = parsed.Pairs(_set, "KEY=VALUE, for instance masks=1000").OrderBy(pair => pair.Key == "preset" ? 0 : 1).ToList();
        foreach (var (name, option) in (ReadOnlySpan<(string, Option<string?>)>)[("layer", _layer), ("masker", _masker), ("score", _score), ("seed", _seed)])
        {
            if (parsed.GetValue(option) is not { } value)
            {
                continue;
            }

            if (method.Has(name))
            {
                settings.Add(new(name, value));
            }
            else if (option != _seed)
            {
                throw new UsageException(option == _score ? $"{method.Id} has no score to choose ({option.Name})."
                    : option == _masker ? $"{method.Id} needs no masker ({option.Name}); --method {TrainedMasker.Id} does."
                    : $"{method.Id} looks at no layer ({option.Name}). These do: {string.Join(", ", Catalogue.All.Where(other => other.Has(name)).Select(other => other.Id))}.");
            }
            else
            {
                // Scripts give all methods one seed, so this is no error.
                terminal.Error.WriteLine($"unmask: {method.Id} draws no random numbers: {option.Name} {value} changes nothing.");
            }
        }

        return settings;
    }

    private ExplanationFormat[]? Formats(ParseResult parsed) => parsed.GetValue(_format) is not { } text ? null
        : [.. text.Split(',').Select(name => name.Trim() switch
        {
            "png" => ExplanationFormat.Png,
            "npy" => ExplanationFormat.Npy,
            "json" => ExplanationFormat.Json,
            "npz" => ExplanationFormat.Npz,
            _ => throw Arguments.Bad(_format, text, "png, npy, json and npz, separated by commas"),
        }).Distinct()];
}

using System.CommandLine;
using Unmask.Cli.Comparing;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask compare</c>: its options, and how they become a request.</summary>
internal sealed class CompareCommand
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Pictures or folders of pictures. Without any: the photo that comes with Unmask.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _model = Arguments.Text("--model", "MODEL.onnx", "The model. Without one: the demonstration network that comes with Unmask.", "-m");
    private readonly Option<string?> _target = Arguments.Text("--target", "WHAT", "What to explain: top, top:2, an index, a label, or a contrast A-vs-B. Default top.", "-t");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where the files go. Default {OutputFolder.Default}.", "-o");
    private readonly Option<bool> _json = Arguments.Flag("--json", "One JSON document on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");
    private readonly MethodArguments _methods = new("deletion,insertion");
    private readonly ModelArguments _modelArguments = new();

    private CompareCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new CompareCommand();
        var command = new Command("compare", "Shows several methods side by side: one contact sheet with deletion and insertion below each map, and a table.") { arguments._inputs };
        command.Add(arguments._model);
        arguments._methods.AddTo(command);
        command.Add(arguments._target);
        command.Add(arguments._folder);
        arguments._modelArguments.AddTo(command);
        command.Add(arguments._json);
        command.Add(arguments._quiet);
        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = new CompareRequest
        {
            Inputs = parsed.GetValue(_inputs) ?? [],
            ModelFile = parsed.GetValue(_model) is { } file ? Arguments.Existing(file, "The model") : null,
            ModelOptions = _modelArguments.Read(parsed),
            Feeds = _modelArguments.ReadFeeds(parsed),
            Methods = _methods.Read(parsed),
            Target = parsed.GetValue(_target) ?? "top",
            Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
        };
        bool quiet = parsed.GetValue(_quiet);
        CompareView view = parsed.GetValue(_json) ? new JsonCompareView(terminal) : quiet ? new QuietCompareView(terminal) : new TextCompareView(terminal);
        return new CompareRun(request, view, ExplainProgress.For(terminal, quiet), cancel).Run();
    }
}

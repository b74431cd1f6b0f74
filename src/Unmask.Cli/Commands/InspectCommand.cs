using System.CommandLine;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask inspect</c>: what a model file is and what can be asked of it.</summary>
internal static class InspectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("MODEL.onnx") { Description = "The ONNX file. Without one: the demonstration network that comes with Unmask.", Arity = ArgumentArity.ZeroOrOne };
        var all = Arguments.Flag("--all", "Lists every layer and operator.");
        var print = Arguments.Flag("--print", "Writes the graph as text instead.");
        var rules = Arguments.Text("--rules", "NAME", "Lists which rule of a rule set covers which operators, and those without a rule: gradient, lrp-0, a composite's name, or rows as for lrp.");
        var json = Arguments.Flag("--json", "JSON on standard output.");
        var model = new ModelArguments();
        var command = new Command("inspect", "Shows a model's inputs, outputs, layers, guessed preprocessing, and which methods apply.") { file, all, print, rules, json };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(file) is { } given ? Arguments.Existing(given, "The model") : null;
            if (parsed.GetValue(print))
            {
                terminal.Output.Write(GraphPrinter.Print(path is null ? OnnxReader.Read(Demo.ModelFile()) : OnnxReader.Read(path)));
                return ExitCodes.Done;
            }

            var report = ReportOf(path, model.Read(parsed), parsed.GetValue(rules));
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(System.Text.Encoding.UTF8.GetString(report.ToJson()));
            }
            else
            {
                new InspectView(terminal).Write(report, parsed.GetValue(all));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static ModelReport ReportOf(string? path, ModelOptions options, string? rules)
    {
        if (path is not null)
        {
            return ModelReport.OfFile(path, options, rules);
        }

        var file = Demo.ModelFile();
        return ModelReport.Of(OnnxReader.Read(file), ModelIdentity.OfBytes(Demo.ModelName, file.Span), options, rules) with { FileBytes = file.Length };
    }
}

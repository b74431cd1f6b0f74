using System.CommandLine;
using Unmask.Cli.Views;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask methods</c>: the catalogue, or one method's settings.</summary>
internal static class MethodsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("ID") { Description = "Shows this method's settings.", Arity = ArgumentArity.ZeroOrOne };
        var json = Arguments.Flag("--json", "JSON on standard output.");
        var command = new Command("methods", "Lists the methods of explanation with their cost, needs and source.") { id, json };
        command.SetAction(parsed =>
        {
            var methods = parsed.GetValue(id) is { } name ? [Find(name)] : Catalogue.All.ToArray();
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(MethodsView.Json(methods));
            }
            else if (parsed.GetValue(id) is null)
            {
                MethodsView.WriteAll(terminal, methods);
            }
            else
            {
                MethodsView.WriteOne(terminal, methods[0]);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static MethodInfo Find(string id)
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
}

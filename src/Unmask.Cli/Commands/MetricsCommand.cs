using System.CommandLine;
using Unmask.Cli.Views;
using Unmask.Metrics;

namespace Unmask.Cli.Commands;

/// <summary><c>unmask metrics</c>: the catalogue, or one metric's settings.</summary>
internal static class MetricsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("ID") { Description = "Shows this metric's settings.", Arity = ArgumentArity.ZeroOrOne };
        var json = Arguments.Flag("--json", "JSON on standard output.");
        var command = new Command("metrics", "Lists the metrics that say whether a map is true, with their cost, needs and source.") { id, json };
        command.SetAction(parsed =>
        {
            var metrics = parsed.GetValue(id) is { } name ? [Find(name)] : MetricCatalogue.All.ToArray();
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(MetricsView.Json(metrics));
            }
            else if (parsed.GetValue(id) is null)
            {
                MetricsView.WriteAll(terminal, metrics);
            }
            else
            {
                MetricsView.WriteOne(terminal, metrics[0]);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static MetricInfo Find(string id)
    {
        try
        {
            return MetricCatalogue.Find(id);
        }
        catch (UnmaskException problem)
        {
            throw new UsageException(problem.Message, problem);
        }
    }
}

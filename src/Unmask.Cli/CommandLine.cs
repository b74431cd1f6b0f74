using System.CommandLine;
using System.CommandLine.Help;
using Unmask.Cli.Commands;

namespace Unmask.Cli;

/// <summary>The command line as a function: arguments in, exit code out. Nothing of it is static, so that tests can call it.</summary>
public static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="arguments">What stands behind <c>unmask</c>.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where complaints and progress go.</param>
    /// <param name="cancel">Ends the work cleanly.</param>
    /// <returns>0 done, 1 failed, 2 wrong usage, 130 cancelled.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancel = default)
    {
        try
        {
            var parsed = Root(new Terminal(output, error), cancel).Parse(arguments.Count == 0 ? ["--help"] : arguments);
            UsageErrors.ThrowIfAny(parsed);
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception problem)
        {
            return Failure.Report(problem, error);
        }
    }

    private static RootCommand Root(Terminal terminal, CancellationToken cancel)
    {
        var root = new RootCommand("Explains what a neural network saw: which pixels or features made an ONNX model's score what it is.")
        {
            ExplainCommand.Create(terminal, cancel),
            CompareCommand.Create(terminal, cancel),
            EvaluateCommand.Create(terminal, cancel),
            GadCommand.Create(terminal, cancel),
            TrainCommand.Create(terminal, cancel),
            InspectCommand.Create(terminal),
            MethodsCommand.Create(terminal),
            MetricsCommand.Create(terminal),
        };
        var help = root.Options.OfType<HelpOption>().First();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}

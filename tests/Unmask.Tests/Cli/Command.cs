namespace Unmask.Tests.Cli;

/// <summary>What one call of the command gave.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    /// <summary>The lines of standard output, without those that are empty.</summary>
    public string[] Lines => Output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the command line within the test.</summary>
internal static class Command
{
    public static CommandResult Run(params string[] arguments) => Run(default, arguments);

    public static CommandResult Run(CancellationToken cancel, params string[] arguments) => Run(new StringWriter(), cancel, arguments);

    /// <summary>Whatever happens, nobody is shown a stack trace.</summary>
    public static CommandResult Run(StringWriter output, CancellationToken cancel, params string[] arguments)
    {
        using var error = new StringWriter();
        int code = Unmask.Cli.CommandLine.Run(arguments, output, error, cancel);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("bug in Unmask", error.ToString(), StringComparison.Ordinal);
        return new(code, output.ToString(), error.ToString());
    }
}

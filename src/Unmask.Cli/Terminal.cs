using Spectre.Console;

namespace Unmask.Cli;

/// <summary>Where the command writes: results to standard output, progress and complaints to standard error.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error)
{
    // Wide enough that nothing is wrapped where another program reads.
    private const int WidthOfPipes = 200;

    /// <summary>Results.</summary>
    public TextWriter Output => output;

    /// <summary>Complaints and progress.</summary>
    public TextWriter Error => error;

    /// <summary>Whether a person watches standard error, so that a progress bar makes sense.</summary>
    public bool ShowsProgress => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Standard output for tables. Made when first needed: it costs time at the start.</summary>
    public IAnsiConsole Tables => field ??= Create(output, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);

    /// <summary>Standard error for the progress bar.</summary>
    public IAnsiConsole ProgressConsole => field ??= Create(error, ShowsProgress);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = WidthOfPipes;
        }

        return console;
    }
}

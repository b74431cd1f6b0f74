using Unmask.Imaging;

namespace Unmask.Cli;

/// <summary>The one place where exceptions become messages and exit codes.</summary>
internal static class Failure
{
    /// <summary>Prints what went wrong, without a stack trace unless UNMASK_DEBUG=1.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, TextWriter error)
    {
        var problem = Innermost(exception);
        var (code, message) = Explain(problem);
        error.WriteLine($"unmask: {message}");
        if (Environment.GetEnvironmentVariable("UNMASK_DEBUG") == "1")
        {
            error.WriteLine(exception);
        }

        return code;
    }

    /// <summary>Whether it is the user's or the world's mistake, which has a message for people.</summary>
    public static bool IsExpected(Exception problem) => problem is UnmaskException or ImageFormatException or UsageException or ArgumentException
        or IOException or UnauthorizedAccessException or DllNotFoundException or OperationCanceledException;

    /// <summary>What an exception says to people.</summary>
    public static string MessageOf(Exception problem) => problem switch
    {
        ArgumentException { ParamName: { } name } argument => WithoutParameter(argument, name),
        FileNotFoundException { FileName: { Length: > 0 } file } => $"There is no file {file}.",
        _ => problem.Message,
    };

    private static (int Code, string Message) Explain(Exception problem) => problem switch
    {
        OperationCanceledException => (ExitCodes.Cancelled, "cancelled. Files that were written are whole."),
        UsageException or UnknownLabelException or ArgumentException => (ExitCodes.WrongUsage, MessageOf(problem)),
        OutOfMemoryException => (ExitCodes.Failed, "there is not enough memory. Try a smaller --batch-size or --memory, or fewer --threads."),
        _ when IsExpected(problem) => (ExitCodes.Failed, MessageOf(problem)),
        _ => (ExitCodes.Failed, $"this is a bug in Unmask ({problem.GetType().Name}): {problem.Message}{Environment.NewLine}"
            + "Please report it with the details that the environment variable UNMASK_DEBUG=1 prints."),
    };

    private static Exception Innermost(Exception problem) => problem switch
    {
        AggregateException { InnerExceptions: [var only] } => Innermost(only),
        TypeInitializationException { InnerException: { } inner } => Innermost(inner),
        _ => problem,
    };

    /// <summary>The runtime appends the parameter's name, which means nothing to the user of a command.</summary>
    private static string WithoutParameter(ArgumentException problem, string name)
    {
        string text = problem.Message;
        int end = text.LastIndexOf($" (Parameter '{name}')", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}

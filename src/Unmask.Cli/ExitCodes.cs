namespace Unmask.Cli;

/// <summary>What the command returns to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>Something failed; the message says what.</summary>
    public const int Failed = 1;

    /// <summary>The command was used wrongly; nothing was computed.</summary>
    public const int WrongUsage = 2;

    /// <summary>The user cancelled (128 + SIGINT).</summary>
    public const int Cancelled = 130;
}

namespace Unmask.Cli;

/// <summary>The command was used wrongly: the message says what was asked, what is there and what to do.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);

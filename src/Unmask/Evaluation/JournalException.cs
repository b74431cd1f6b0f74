namespace Unmask.Metrics;

/// <summary>The journal cannot be used: what follows would be lost, so the run ends.</summary>
internal sealed class JournalException(string message, Exception? inner) : UnmaskException(message, inner);

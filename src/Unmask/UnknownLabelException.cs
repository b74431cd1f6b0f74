namespace Unmask;

/// <summary>A target names a class that the model's labels do not have, or have more than once.</summary>
public sealed class UnknownLabelException : UnmaskException
{
    /// <summary>Makes the exception from the asked label and the closest ones.</summary>
    public UnknownLabelException(string asked, IReadOnlyCollection<string> candidates)
        : base($"No class is called \"{asked}\". " + (candidates.Count == 0 ? "" : $"Closest: {string.Join(", ", candidates)}. ")
               + "Give an index, or another label (--labels FILE names the classes).")
    {
    }

    /// <inheritdoc/>
    public UnknownLabelException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public UnknownLabelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public UnknownLabelException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM004";
}

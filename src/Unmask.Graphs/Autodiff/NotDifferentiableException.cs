namespace Unmask.Graphs;

/// <summary>A derivative was asked for that does not exist: of integers, or along a path that operators such as ArgMax cut.</summary>
public sealed class NotDifferentiableException : UnmaskException
{
    /// <inheritdoc/>
    public NotDifferentiableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public NotDifferentiableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public NotDifferentiableException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM002";
}

namespace Unmask.Graphs;

/// <summary>A layer (an inner tensor) was asked for that the model does not have, or that cannot be looked at.</summary>
public sealed class LayerNotFoundException : UnmaskException
{
    /// <inheritdoc/>
    public LayerNotFoundException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public LayerNotFoundException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public LayerNotFoundException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM003";
}

namespace Unmask.Runtime;

/// <summary>ONNX Runtime could not be loaded, or could not compile or run a graph.</summary>
public sealed class RuntimeFailureException : UnmaskException
{
    /// <inheritdoc/>
    public RuntimeFailureException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public RuntimeFailureException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public RuntimeFailureException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM006";
}

namespace Unmask.Graphs;

/// <summary>A file is not a readable ONNX model: not ONNX at all, truncated, inconsistent, or with data missing.</summary>
public sealed class ModelFormatException : UnmaskException
{
    /// <inheritdoc/>
    public ModelFormatException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ModelFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public ModelFormatException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM001";
}

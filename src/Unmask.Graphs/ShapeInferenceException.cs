namespace Unmask.Graphs;

/// <summary>The shapes that meet at a node contradict each other: the model cannot run on inputs of the stated shapes.</summary>
public sealed class ShapeInferenceException : UnmaskException
{
    /// <inheritdoc/>
    public ShapeInferenceException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ShapeInferenceException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public ShapeInferenceException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM007";
}

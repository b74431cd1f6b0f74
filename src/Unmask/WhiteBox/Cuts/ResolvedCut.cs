namespace Unmask.WhiteBox;

/// <summary>A cut that was found in a model.</summary>
/// <param name="Value">The value's name.</param>
/// <param name="IsInput">Whether it has the input's own elements.</param>
/// <param name="Note">What should be known, as a whole sentence; <c>null</c>: nothing.</param>
internal sealed record ResolvedCut(string Value, bool IsInput, string? Note = null)
{
    /// <summary>The attention whose weights the value is; <c>null</c>: it is no attention map.</summary>
    public Graphs.AttentionBlock? Attention { get; init; }
}

namespace Unmask.Graphs;

/// <summary>A rule set has no rule for an operator, or not for the form in which a node uses it.</summary>
/// <remarks>
/// Thrown before anything is run, and only when the node lies between the target and what is explained. Methods that only run the model
/// (RISE, occlusion, LIME…) do not need rules.
/// </remarks>
public sealed class UnsupportedOperatorException : UnmaskException
{
    /// <inheritdoc/>
    public UnsupportedOperatorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public UnsupportedOperatorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public UnsupportedOperatorException()
    {
    }

    /// <inheritdoc/>
    public override string Id => "UNM002";

    /// <summary>The error for a node, saying what still works.</summary>
    /// <param name="node">The node.</param>
    /// <param name="why">What is missing, as a sentence.</param>
    internal static UnsupportedOperatorException At(Node node, string why) => new(
        $"{why.Replace("{op}", Name(node), StringComparison.Ordinal)} (node {node.Origin}). Black-box methods such as RISE, occlusion and LIME work on this model; "
        + "so do white-box methods whose layer lies behind that node. To add the rule: docs/guides/add-an-operator.md.");

    private static string Name(Node node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
}

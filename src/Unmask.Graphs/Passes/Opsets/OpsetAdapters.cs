namespace Unmask.Graphs;

/// <summary>All that changed between versions of the standard operator set: for each version, what to do with which operators.</summary>
/// <remarks>
/// An operator that is not listed under a version either did not change in it or only grew: new element types, new optional inputs, or new attributes whose
/// defaults mean what the operator did before.
/// </remarks>
internal static class OpsetAdapters
{
    private static readonly Dictionary<long, IReadOnlyDictionary<string, OpsetAdapter>> Changes = new()
    {
        [9] = Opset9.Changes,
        [10] = Opset10.Changes,
        [11] = Opset11.Changes,
        [12] = Opset12.Changes,
        [13] = Opset13.Changes,
        [14] = Opset14.Changes,
        [16] = Opset16.Changes,
        [18] = Opset18.Changes,
        [20] = Opset20.Changes,
        [21] = Opset21.Changes,
    };

    /// <summary>The adapters into a version; <c>null</c> when nothing that exists changed its meaning there.</summary>
    public static IReadOnlyDictionary<string, OpsetAdapter>? For(long version) => Changes.GetValueOrDefault(version);

    /// <summary>A list of integers that was an attribute becomes an input; without the attribute, the input is absent too.</summary>
    public static OpsetAdapter ToInput(string attribute, int position = 1) => rewrite =>
    {
        var node = rewrite.Node;
        if (node.Ints(attribute) is not { Length: > 0 } values)
        {
            rewrite.Become(node.Without(attribute));
            return;
        }

        string input = rewrite.Constant(values.AsSpan(), attribute);
        rewrite.Become(WithInput(node.Without(attribute), position, input));
    };

    /// <summary>The same node with an input at a position, absent ones before it where need be.</summary>
    public static Node WithInput(Node node, int position, string input)
    {
        var inputs = node.Inputs;
        while (inputs.Length <= position)
        {
            inputs = inputs.Add("");
        }

        return node with { Inputs = inputs.SetItem(position, input) };
    }
}

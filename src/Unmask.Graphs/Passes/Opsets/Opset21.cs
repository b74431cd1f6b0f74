namespace Unmask.Graphs;

/// <summary>Operator set 21: GroupNormalization has a scale and a bias for each channel instead of each group.</summary>
internal static class Opset21
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["GroupNormalization"] = GroupNormalization,
    };

    private static void GroupNormalization(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        long groups = node.Int("num_groups", 1);
        string perGroup = rewrite.Add("Div", [rewrite.Add("Shape", [node.Inputs[0]], ("start", 1L), ("end", 2L)), rewrite.Constant([groups], "num_groups")]);
        string sizes = rewrite.Add("Concat", [rewrite.Constant([groups], "rows"), perGroup], ("axis", 0L));
        rewrite.Become(node with { Inputs = [node.Inputs[0], EachChannel(node.Inputs[1]), EachChannel(node.Inputs[2])] });

        string EachChannel(string values)
        {
            string column = rewrite.Add("Reshape", [values, rewrite.Constant([groups, 1], "column")]);
            return rewrite.Add("Reshape", [rewrite.Add("Expand", [column, sizes]), rewrite.Constant([-1], "flat")]);
        }
    }
}

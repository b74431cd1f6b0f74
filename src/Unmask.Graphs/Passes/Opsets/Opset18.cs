namespace Unmask.Graphs;

/// <summary>Operator set 18: the axes of the remaining reductions became an input; Split without sizes says how many parts it makes.</summary>
internal static class Opset18
{
    private static readonly string[] Reductions =
        ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"];

    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = Table();

    private static Dictionary<string, OpsetAdapter> Table()
    {
        var table = Reductions.ToDictionary(name => name, _ => OpsetAdapters.ToInput("axes"), StringComparer.Ordinal);
        table["Split"] = Split;
        return table;
    }

    private static void Split(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        rewrite.Become(node.Input(1).Length > 0 ? node : node.With("num_outputs", (long)node.Outputs.Length));
    }
}

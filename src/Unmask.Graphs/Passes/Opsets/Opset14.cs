namespace Unmask.Graphs;

/// <summary>Operator set 14: BatchNormalization says whether it is in training, instead of being so when it has more than one output.</summary>
internal static class Opset14
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["BatchNormalization"] = BatchNormalization,
    };

    private static void BatchNormalization(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        if (node.Outputs.Skip(1).All(output => output.Length == 0))
        {
            rewrite.Become(node with { Outputs = [node.Outputs[0]] });
            return;
        }

        if (rewrite.IsRead(3) || rewrite.IsRead(4))
        {
            throw rewrite.Refuse("its fourth and fifth outputs (saved statistics of training) no longer exist. Export the model for inference.");
        }

        var outputs = node.Outputs.Take(3).Select((output, i) => output.Length > 0 ? output : rewrite.Fresh(i == 1 ? "running_mean" : "running_var"));
        rewrite.Become(node.With("training_mode", 1L) with { Outputs = [.. outputs] });
    }
}

namespace Unmask.Graphs;

/// <summary>Operator set 12: the ratio of Dropout became an input; nothing is dropped unless a further input asks for training.</summary>
internal static class Opset12
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["Dropout"] = Dropout,
    };

    private static void Dropout(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        rewrite.Become(node.Attributes.ContainsKey("ratio")
            ? node.Without("ratio") with { Inputs = [node.Inputs[0], rewrite.Constant(TensorData.Scalar(node.Float("ratio", 0.5f)), "ratio")] }
            : node);
    }
}

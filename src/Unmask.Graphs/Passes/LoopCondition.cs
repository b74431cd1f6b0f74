namespace Unmask.Graphs;

/// <summary>Whether the condition of a Loop ever ends it: only if not, the number of iterations is the trip count.</summary>
internal static class LoopCondition
{
    /// <summary>Whether the loop starts, and its body passes the condition on or makes it true.</summary>
    /// <param name="node">The Loop.</param>
    /// <param name="body">Its body.</param>
    /// <param name="contents">What is known of the values around it.</param>
    public static bool IsAlwaysTrue(Node node, Graph body, Func<string, KnownContents?> contents)
    {
        bool starts = node.Input(1).Length == 0 || contents(node.Inputs[1])?.Single.Integer is not null and not 0;
        string given = body.Inputs.Length > 1 ? body.Inputs[1].Name : "";
        string made = body.Outputs.IsEmpty ? "" : body.Outputs[0].Name;
        var producer = Producer(body, made);
        while (producer is not null && producer.Is("Identity"))
        {
            made = producer.Inputs[0];
            producer = Producer(body, made);
        }

        return starts && made.Length > 0 && (made == given || IsTrue(body, made, producer));
    }

    private static Node? Producer(Graph body, string value) => body.Nodes.FirstOrDefault(inner => inner.Outputs.Contains(value));

    private static bool IsTrue(Graph body, string value, Node? producer) =>
        (body.Constants.GetValueOrDefault(value) ?? (producer is { OpType: "Constant" } && producer.Attributes.GetValueOrDefault("value") is NodeAttribute.Tensor { Value: var data } ? data : null))
            is { Type: ElementType.Bool, Count: 1 } constant && constant.AsSpan<bool>()[0];
}

using Unmask.Graphs;

namespace Unmask.Maskers.Engine;

/// <summary>The classifier's answers to one side's pictures, and what scores are made of; each piece is written once, when it is first wanted.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="logits">[N, classes].</param>
/// <param name="oneHot">1 at the class on the picture: [N, classes].</param>
internal sealed class AnswerGraph(GraphBuilder graph, string logits, string oneHot)
{
    // Takes the class itself out of the running; logits are far from it.
    private const float Beyond = 1e9f;

    private string? _logs;
    private string? _probabilities;
    private string? _margin;
    private string? _axis;

    /// <summary>Receives the nodes.</summary>
    public GraphBuilder Graph => graph;

    /// <summary>log p: [N, classes].</summary>
    public string LogProbabilities => _logs ??= graph.Add("LogSoftmax", [logits], "answer/log", ("axis", 1L));

    /// <summary>p: [N, classes].</summary>
    public string Probabilities => _probabilities ??= graph.Add("Softmax", [logits], "answer/probabilities", ("axis", 1L));

    /// <summary>The class's logit minus the largest of the others: [N].</summary>
    public string Margin => _margin ??= graph.Add("Sub", [OfClass(logits), LargestOther()], "answer/margin");

    /// <summary>The entry of the class: [N].</summary>
    public string OfClass(string values) => SumOf(graph.Add("Mul", [values, oneHot], "answer/of_class"));

    /// <summary>The sum over classes: [N].</summary>
    public string SumOf(string values) => graph.Add("ReduceSum", [values, Axis], "answer/sum", ("keepdims", 0L));

    /// <summary>A value that is made small so that a score rises, or falls.</summary>
    public string Signed(string score, bool rises) => rises ? graph.Add("Neg", [score], "answer/negative") : score;

    /// <summary>1 where the class is first, else 0: [N].</summary>
    public string IsRight(string label)
    {
        string first = graph.Add("ArgMax", [logits], "answer/first", ("axis", 1L), ("keepdims", 0L));
        return graph.Add("Cast", [graph.Add("Equal", [first, label], "answer/equal")], "answer/right", ("to", (long)ElementType.Float32));
    }

    private string Axis => _axis ??= graph.Constant([1L], "answer/axis");

    private string LargestOther()
    {
        string without = graph.Add("Sub", [logits, graph.Add("Mul", [oneHot, graph.Constant(Beyond)], "answer/beyond")], "answer/others");
        return graph.Add("ReduceMax", [without, Axis], "answer/largest", ("keepdims", 0L));
    }
}

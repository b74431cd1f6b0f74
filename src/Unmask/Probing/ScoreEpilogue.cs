using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>What a model's output means.</summary>
public enum OutputKind
{
    /// <summary>Unbounded class scores before a softmax.</summary>
    Logits,

    /// <summary>Probabilities of the classes.</summary>
    Probabilities,

    /// <summary>Something else: regression values, distances, …; only <see cref="Score.Output"/> applies.</summary>
    Other,

    /// <summary>
    /// Class scores at every place, [N, classes, H, W] ([N, H, W, classes] for a model whose pictures have their channels last): logits, unless the
    /// model ends in a softmax or sigmoid. A class is scored by its maximum over the places.
    /// </summary>
    Segmentation,

    /// <summary>
    /// Boxes before any suppression, [N, boxes, 5 + K]: cx, cy, w, h, objectness, K class probabilities. A class is scored by the maximum over the
    /// boxes of objectness × class probability.
    /// </summary>
    Detections,
}

/// <summary>The tensors of a graph from which scores are read.</summary>
/// <param name="Output">The model's own output.</param>
/// <param name="Logits">The class scores before the final activation; <c>null</c> when not visible.</param>
/// <param name="Probabilities">The class probabilities; <c>null</c> when the graph does not compute them.</param>
/// <param name="Independent">Whether each class has a probability of its own (a sigmoid), rather than a share of 1 (a softmax).</param>
internal sealed record ScoreSources(string Output, string? Logits, string? Probabilities, bool Independent = false)
{
    /// <summary>How the tensors become one score for each class.</summary>
    public ScoreHead Head { get; init; } = new PerClass();
}

/// <summary>Adds the nodes that read a score: behind an ONNX model, or as a graph of its own behind a function. Slot «score».</summary>
internal static class ScoreEpilogue
{
    /// <summary>The name of the output with a score of all classes: [N, classes].</summary>
    /// <param name="position">The score's place among those that are read, from 0.</param>
    public static string Output(int position) => $"unmask_scores_{position}";

    /// <summary>The input that carries a function's output: [N, classes].</summary>
    public const string FunctionOutput = "unmask_output";

    /// <summary>The input that lists the classes whose scores are wanted, where not all are: int64 [K].</summary>
    public const string Classes = "unmask_classes";

    /// <summary>The graph that reads scores of a function's output.</summary>
    /// <param name="scores">Which.</param>
    /// <param name="sources">Where, all of them <see cref="FunctionOutput"/>.</param>
    /// <param name="selects">Whether only the classes that the input <see cref="Classes"/> lists are returned.</param>
    public static Graph Alone(IReadOnlyList<Score> scores, ScoreSources sources, bool selects)
    {
        var graph = new GraphBuilder("score");
        graph.Input(FunctionOutput, ElementType.Float32, sources.Head.OutputShape);
        Append(graph, sources, scores, selects);
        return graph.Build();
    }

    /// <summary>Whether the score can be read from these tensors.</summary>
    public static bool CanRead(ScoreSources sources, Score score) => score switch
    {
        Score.Output => true,
        Score.Logit or Score.Sigmoid => sources.Logits is not null,
        // The strongest place of each class says nothing of the others there.
        Score.LogOdds or Score.Margin when sources.Head is not PerClass => false,
        _ => sources.Logits is not null || sources.Probabilities is not null,
    };

    /// <summary>Adds the nodes and the outputs.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="sources">Where scores are read.</param>
    /// <param name="scores">Which.</param>
    /// <param name="selects">Whether only the classes that the input <see cref="Classes"/> lists are returned.</param>
    /// <exception cref="UnmaskException">The model does not show what a score needs.</exception>
    public static void Append(GraphBuilder graph, ScoreSources sources, IReadOnlyList<Score> scores, bool selects)
    {
        if (selects)
        {
            graph.Input(Classes, ElementType.Int64, new Shape(Dimension.Named("K")));
        }

        for (int i = 0; i < scores.Count; i++)
        {
            Append(graph, sources, scores[i], Output(i), selects);
        }
    }

    /// <summary>Adds the nodes and the output that read every element of an inner layer, as if they were classes.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="batched">Whether its first axis is that of the items; if not, there is one item.</param>
    public static void AppendLayer(GraphBuilder graph, string layer, bool batched)
    {
        string flat = graph.Add("Flatten", [layer], "score/unit", ("axis", batched ? 1L : 0L));
        graph.OutputAs(graph.Add("Cast", [flat], "score/cast", ("to", (long)ElementType.Float32)), Output(0), ElementType.Float32, new Shape(Dimension.Named("N"), Dimension.Unknown));
    }

    /// <summary>Complains about a score that the model does not show.</summary>
    /// <exception cref="UnmaskException">The model does not show what the score needs.</exception>
    public static void ThrowUnlessReadable(ScoreSources sources, Score score)
    {
        if (!CanRead(sources, score))
        {
            throw new UnmaskException(sources.Head is not PerClass && score is Score.LogOdds or Score.Margin
                ? $"The score \"{score.Name()}\" compares the classes of one output; this model gives scores at many places. Use --score logit or probability."
                : $"The score \"{score.Name()}\" cannot be read: the model shows "
                + (sources.Probabilities is null ? "neither logits nor probabilities (its outputs were declared as something else). Use --score output."
                    : "probabilities but not the logits before them. Use --score probability, log-probability or output."));
        }
    }

    private static void Append(GraphBuilder graph, ScoreSources sources, Score score, string output, bool selects)
    {
        ThrowUnlessReadable(sources, score);
        // What grows with its argument (sigmoid, logarithm) is taken of the strongest place only.
        var head = sources.Head;
        string flat = score switch
        {
            Score.Logit => head.ToClasses(graph, sources.Logits!),
            Score.Sigmoid => graph.Add("Sigmoid", [head.ToClasses(graph, sources.Logits!)], "score/sigmoid"),
            Score.Probability => head.ToClasses(graph, sources.Probabilities ?? graph.Add("Softmax", [sources.Logits!], "score/softmax", ("axis", head.ClassAxis))),
            Score.LogProbability when sources is { Logits: { } logits, Independent: false } =>
                head.ToClasses(graph, graph.Add("LogSoftmax", [logits], "score/log_softmax", ("axis", head.ClassAxis))),
            Score.LogProbability => graph.Add("Log", [head.ToClasses(graph, sources.Probabilities!)], "score/log"),
            Score.LogOdds => ScoresAmongClasses.LogOdds(graph, sources),
            Score.Margin => ScoresAmongClasses.Margin(graph, sources),
            _ => head.ToClasses(graph, sources.Output),
        };
        string wanted = selects ? graph.Add("Gather", [flat, Classes], "score/classes", ("axis", 1L)) : flat;
        string floats = graph.Add("Cast", [wanted], "score/cast", ("to", (long)ElementType.Float32));
        graph.OutputAs(floats, output, ElementType.Float32, new Shape(Dimension.Named("N"), Dimension.Unknown));
    }
}

using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>How the numbers of a model's output become one score for each class. What asks a network where things are gives its strongest place.</summary>
internal abstract record ScoreHead
{
    /// <summary>The class axis of the output: over it a softmax normalises.</summary>
    public virtual long ClassAxis => 1;

    /// <summary>How a score was read, as a whole sentence; <c>null</c> where the output already holds one score for each class.</summary>
    public virtual string? Note => null;

    /// <summary>The shape that a function's output has when it stands alone.</summary>
    public abstract Shape OutputShape { get; }

    /// <summary>Adds the nodes that make [N, classes].</summary>
    public abstract string ToClasses(GraphBuilder graph, string value);

    /// <summary>Names for the axes of a batch.</summary>
    protected static Shape Axes(params ReadOnlySpan<string> names)
    {
        var axes = new Dimension[names.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = Dimension.Named(names[i]);
        }

        return new(axes);
    }
}

/// <summary>[N, classes]: nothing to choose.</summary>
internal sealed record PerClass : ScoreHead
{
    public override Shape OutputShape => Axes("N", "C");

    /// <summary>[N], [N, K, 1, 1] and [N, K] all become [N, K].</summary>
    public override string ToClasses(GraphBuilder graph, string value) => graph.Add("Flatten", [value], "score/flatten", ("axis", 1L));
}

/// <summary>A segmenter's [N, classes, H, W] or [N, H, W, classes]: s(c) = max over pixels of the score of c there.</summary>
/// <param name="Last">Whether the classes stand on the last axis.</param>
internal sealed record PerPixel(bool Last) : ScoreHead
{
    public override long ClassAxis => Last ? 3 : 1;

    public override string Note => "The model's output is a segmentation: the score of a class is its maximum over all places of the output.";

    public override Shape OutputShape => Last ? Axes("N", "H", "W", "C") : Axes("N", "C", "H", "W");

    public override string ToClasses(GraphBuilder graph, string value) =>
        graph.Add("ReduceMax", [value, graph.Constant([Last ? 1L : 2L, Last ? 2L : 3L], "score/places")], "score/strongest_place", ("keepdims", 0L));
}

/// <summary>A detector's [N, boxes, 5 + K] of cx, cy, w, h, objectness and K class probabilities: s(c) = max over boxes of objectness · p(c).</summary>
internal sealed record PerBox : ScoreHead
{
    /// <summary>The numbers of a box before its classes.</summary>
    public const int BoxNumbers = 5;

    public override string Note => "The model's output is boxes: the score of a class is the maximum over all boxes of objectness times class probability.";

    public override Shape OutputShape => Axes("N", "B", "V");

    public override string ToClasses(GraphBuilder graph, string value)
    {
        string axis = graph.Constant([2L], "score/axis"), first = graph.Constant([(long)BoxNumbers], "score/first_class");
        string objectness = graph.Add("Slice", [value, graph.Constant([BoxNumbers - 1L], "score/objectness_at"), first, axis], "score/objectness");
        string classes = graph.Add("Slice", [value, first, graph.Constant([long.MaxValue], "score/end"), axis], "score/box_classes");
        string scores = graph.Add("Mul", [objectness, classes], "score/box_scores");
        return graph.Add("ReduceMax", [scores, graph.Constant([1L], "score/boxes")], "score/strongest_box", ("keepdims", 0L));
    }
}

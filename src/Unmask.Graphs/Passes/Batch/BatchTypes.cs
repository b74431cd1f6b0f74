namespace Unmask.Graphs;

/// <summary>What is known of the values of a frozen graph before it runs.</summary>
internal sealed class BatchTypes
{
    private readonly Graph _typed;
    private readonly GraphInference? _contents;

    public BatchTypes(Graph graph)
    {
        try
        {
            var inference = new GraphInference(graph, StatedTypes.Of(graph));
            (_typed, _contents) = (inference.Run(), inference);
        }
        catch (ShapeInferenceException)
        {
            // The types that the file states must do.
            _typed = graph;
        }
    }

    public Shape? ShapeOf(string value) => _typed.ShapeOf(value);

    public long[]? IntegersOf(string value) => _contents?.ContentsOf(value)?.Integers;
}

namespace Unmask.Graphs;

/// <summary>
/// Softmax and its kin before operator set 13: the input is seen as a matrix whose rows are the axes before <c>axis</c> and whose columns are all from it on.
/// <code>
///   opset 11     x ─ Softmax(axis=a) ─ y
///   opset 13     x ─ Softmax(axis=a) ─ y                                     where all axes after a have size 1
///                x ┬ Flatten(axis=a) ─ Softmax(axis=−1) ─ Reshape ─ y        otherwise
///                  └ Shape ───────────────────────────────┘
/// </code>
/// Which of the two is decided in the end, when more is known about shapes; until then the node carries a mark.
/// </summary>
internal static class FlattenedSoftmax
{
    private const string Flattened = "flattened_from_axis";

    /// <summary>Remembers that the node has the old meaning.</summary>
    public static void Mark(OpsetRewrite rewrite) =>
        rewrite.Become(rewrite.Node.Without("axis").With(Flattened, rewrite.Node.Int("axis", 1)));

    /// <summary>Gives every marked node its new form.</summary>
    public static Graph Resolve(Graph graph, HashSet<string> names) => HasMarks(graph) ? Resolve(graph, Typed(graph), names) : graph;

    private static Graph Typed(Graph graph)
    {
        try
        {
            return ShapeInference.Run(graph);
        }
        catch (ShapeInferenceException)
        {
            // Types only make the result shorter; whether the shapes of the model fit is not for this pass to say.
            return graph;
        }
    }

    private static Graph Resolve(Graph graph, Graph typed, HashSet<string> names)
    {
        var nodes = new List<Node>(graph.Nodes.Length);
        foreach (var (node, known) in graph.Nodes.Zip(typed.Nodes))
        {
            if (node.Attributes.GetValueOrDefault(Flattened) is NodeAttribute.Int { Value: var axis })
            {
                Resolve(nodes, node.Without(Flattened), axis, typed.ShapeOf(node.Inputs[0]) ?? typed.ShapeOf(node.Outputs[0]), names);
            }
            else
            {
                var bodies = new Queue<Graph>(known.Subgraphs);
                nodes.Add(node.MapSubgraphs(body => Resolve(body, bodies.Dequeue(), names)));
            }
        }

        return graph with { Nodes = [.. nodes] };
    }

    private static void Resolve(List<Node> nodes, Node node, long axis, Shape? shape, HashSet<string> names)
    {
        int? first = shape is null ? null : (int)(axis < 0 ? axis + shape.Rank : axis);
        if (first is { } from && shape is { } known && from < known.Rank && known.Skip(from + 1).All(size => size.Size == 1))
        {
            nodes.Add(node.With("axis", from == known.Rank - 1 ? -1L : from));
            return;
        }

        string flat = Emit("Flatten", node.Inputs[0], ("axis", axis));
        string result = Emit(node.OpType, flat, ("axis", -1L));
        string sizes = Emit("Shape", node.Inputs[0]);
        nodes.Add(new Node(UniqueNames.Fresh(names, $"{node.Name}_Reshape"), "Reshape", [result, sizes], node.Outputs) { Origin = node.Origin });

        string Emit(string opType, string input, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
        {
            string name = opType == node.OpType ? node.Name : UniqueNames.Fresh(names, $"{node.Name}_{opType}");
            var added = new Node(name, opType, [input], [UniqueNames.Fresh(names, $"{node.Outputs[0]}_{opType}")]) { Origin = node.Origin };
            foreach (var (attribute, value) in attributes)
            {
                added = added.With(attribute, value);
            }

            nodes.Add(added);
            return added.Outputs[0];
        }
    }

    private static bool HasMarks(Graph graph) =>
        graph.Nodes.Any(node => node.Attributes.ContainsKey(Flattened) || node.Subgraphs.Any(HasMarks));
}

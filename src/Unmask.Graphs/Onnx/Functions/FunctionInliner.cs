using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Puts the bodies of functions in the place of their calls, so that nothing behind the reader needs to know of functions.
/// <code>
///   x ─ my.Block "b1" (alpha=0.1) ─ y          x ─ Conv "b1/conv" ─ b1/c ─ LeakyRelu "b1/act" (alpha=0.1) ─ y
/// </code>
/// Functions written in another operator set than the model are raised to the higher of the two, and so is the model.
/// </summary>
internal sealed class FunctionInliner
{
    private readonly IReadOnlyDictionary<FunctionKey, Function> _functions;
    private readonly ModelSource _source;
    private readonly long _opset;
    private readonly HashSet<string> _taken;
    private readonly ImmutableDictionary<string, TensorData>.Builder _constants;

    private FunctionInliner(Graph graph, IReadOnlyDictionary<FunctionKey, Function> functions, ModelSource source)
    {
        _functions = functions;
        _source = source;
        _opset = graph.Opset;
        _taken = new(graph.AllNames().Concat(SubgraphScopes.ValueNames(graph)), StringComparer.Ordinal);
        _constants = graph.Constants.ToBuilder();
    }

    /// <summary>The graph without calls of functions.</summary>
    public static Graph Run(Graph graph, IReadOnlyDictionary<FunctionKey, Function> functions, ModelSource source)
    {
        var called = new FunctionCalls(functions, source).Of(graph);
        if (called.Count == 0)
        {
            return graph;
        }

        graph = FunctionOpsets.Unify(graph, called, source);
        var inliner = new FunctionInliner(graph, functions, source);
        graph = inliner.Inline(graph);
        return FunctionOpsets.Prune(graph with { Constants = inliner._constants.ToImmutable() }, called);
    }

    private Graph Inline(Graph graph)
    {
        var nodes = new List<Node>(graph.Nodes.Length);
        foreach (var node in graph.Nodes)
        {
            Inline(node, nodes);
        }

        return graph with { Nodes = [.. nodes] };
    }

    private void Inline(Node node, List<Node> into)
    {
        node = node.MapSubgraphs(Inline);
        if (!_functions.TryGetValue(FunctionKey.Of(node), out var function))
        {
            into.Add(node);
            return;
        }

        if (node.Inputs.Length > function.Inputs.Length || node.Outputs.Length > function.Outputs.Length)
        {
            throw _source.Error(
                $"node {node.Origin} calls the function {function.Key} with {node.Inputs.Length} inputs and {node.Outputs.Length} outputs; "
                + $"it takes {function.Inputs.Length} and gives {function.Outputs.Length}. The file is damaged.");
        }

        foreach (var inner in Raise(new FunctionCall(node, function, _taken, _source).Body(), node, function))
        {
            Inline(inner, into);
        }
    }

    private ImmutableArray<Node> Raise(ImmutableArray<Node> body, Node call, Function function)
    {
        if (function.Opsets.GetValueOrDefault("", _opset) == _opset || function.AllNodes().All(node => node.Domain.Length > 0))
        {
            return body;
        }

        var graph = new Graph
        {
            Name = call.Name,
            Nodes = body,
            Opsets = function.Opsets,
            Outputs = [.. call.Outputs.Where(output => output.Length > 0).Select(output => new Value(output, null))],
        };
        var raised = RaiseOpset.Run(graph, _opset);
        raised = RenameValues.Run(raised, Fresh(SubgraphScopes.ValueNames(graph), SubgraphScopes.ValueNames(raised)),
            Fresh(SubgraphScopes.NodeNames(graph), SubgraphScopes.NodeNames(raised)));
        _constants.AddRange(raised.Constants);
        return raised.Nodes;
    }

    // What raising added is named uniquely within the body; here it must be so within the model.
    private Dictionary<string, string> Fresh(IEnumerable<string> before, IEnumerable<string> after) => after
        .Except(before, StringComparer.Ordinal)
        .ToDictionary(name => name, name => UniqueNames.Fresh(_taken, name), StringComparer.Ordinal);
}

using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Which functions a model really calls, checked before any is expanded: functions that call themselves have no end, and a few that call each other
/// often enough would fill all memory.
/// </summary>
internal sealed class FunctionCalls(IReadOnlyDictionary<FunctionKey, Function> functions, ModelSource source)
{
    private const int DeepestCall = 100;
    private const long MostNodes = 1_000_000;

    private readonly Dictionary<FunctionKey, long> _sizes = [];
    private readonly List<FunctionKey> _open = [];

    /// <summary>The functions that the graph calls, directly or not.</summary>
    public IReadOnlyCollection<Function> Of(Graph graph)
    {
        Size(graph.Nodes);
        return [.. _sizes.Keys.Select(key => functions[key])];
    }

    // The number of nodes once everything is expanded.
    private long Size(ImmutableArray<Node> nodes)
    {
        long size = 0;
        foreach (var node in Function.AllNodes(nodes))
        {
            size += functions.TryGetValue(FunctionKey.Of(node), out var called) ? SizeOnce(called) : 1;
            if (size > MostNodes)
            {
                throw source.Error($"its functions expand to more than {MostNodes:N0} nodes. Export the model without functions.");
            }
        }

        return size;
    }

    private long SizeOnce(Function function)
    {
        if (_sizes.TryGetValue(function.Key, out long known))
        {
            return known;
        }

        if (_open.Contains(function.Key))
        {
            throw source.Error($"the function {function.Key} calls itself ({string.Join(" → ", _open.Append(function.Key))}), which ONNX does not allow.");
        }

        if (_open.Count == DeepestCall)
        {
            throw source.Error($"its functions call each other more than {DeepestCall} deep. Export the model without functions.");
        }

        _open.Add(function.Key);
        long size = Size(function.Nodes);
        _open.RemoveAt(_open.Count - 1);
        return _sizes[function.Key] = size;
    }
}

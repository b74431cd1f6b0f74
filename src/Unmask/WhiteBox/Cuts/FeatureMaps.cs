using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.WhiteBox;

/// <summary>The values of a path that are feature maps, [N, channels, height, width].</summary>
internal sealed class FeatureMaps
{
    private static readonly HashSet<string> Makers = new(StringComparer.Ordinal)
    {
        "Conv", "ConvInteger", "QLinearConv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "Resize", "Upsample", "DepthToSpace", "SpaceToDepth",
    };

    // Neither changes what is at a place: the activation before it is meant.
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "MaxPool", "AveragePool", "LpPool", "Pad", "Identity", "Dropout", "Cast", "Resize" };

    private static readonly HashSet<string> Breakers = new(StringComparer.Ordinal)
    {
        "Reshape", "Transpose", "Flatten", "MatMul", "Gemm", "Gather", "GlobalAveragePool", "GlobalMaxPool", "Shape", "Einsum", "Squeeze", "Unsqueeze",
    };

    private readonly Graph _graph;
    private readonly ScoreSources _sources;
    private readonly Dictionary<string, Node> _makers = new(StringComparer.Ordinal);
    private readonly List<string> _maps = [];
    private readonly HashSet<string> _enlarged;

    public FeatureMaps(Graph graph, IReadOnlyList<Node> path, ScoreSources sources)
    {
        _graph = graph;
        _sources = sources;
        _enlarged = path.Where(node => node.OpType is "Resize" or "Upsample" or "ConvTranspose").Select(node => node.Inputs[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var node in path.Where(IsMap))
        {
            foreach (string output in node.Outputs.Take(1))
            {
                _makers.Add(output, node);
                _maps.Add(output);
            }
        }
    }

    /// <summary>The sizes of grids that feature maps have, the last first.</summary>
    public IEnumerable<(int Height, int Width)> Grids => _maps.AsEnumerable().Reverse().Select(GridOf).OfType<(int, int)>().Distinct();

    /// <summary>Whether a value is a feature map.</summary>
    public bool Contains(string value) => _makers.ContainsKey(value);

    /// <summary>The last activations before pooling; of models that score places, the last of the coarsest feature maps that are not the classes themselves.</summary>
    public string? Last
    {
        get
        {
            var candidates = _maps.Where(map => GridOf(map) is not (1, 1)).ToList();
            candidates = _sources.Head is PerClass ? candidates : Coarsest(candidates);
            return candidates.Count == 0 ? null : BeforePooling(candidates[^1]);
        }
    }

    /// <summary>The last rectified map of the stage before the last: of the grids at least twice as high as the last one's. The last map where there is no such stage.</summary>
    public string? Middle
    {
        get
        {
            int height = Last is { } last && GridOf(last) is { } grid ? 2 * grid.Height : int.MaxValue;
            var earlier = _maps.Where(map => GridOf(map) is { } found && found.Height >= height).ToList();
            return earlier.LastOrDefault(map => _makers[map].OpType is "Relu" or "Clip" or "LeakyRelu") ?? earlier.LastOrDefault() ?? Last;
        }
    }

    /// <summary>Those of the smallest grid; where some are enlarged again (and so reach the scores of all scales) only these.</summary>
    private List<string> Coarsest(List<string> candidates)
    {
        long? classes = _graph.ShapeOf(_sources.Output) is { Rank: 4 } shape ? shape[_sources.Head.ClassAxis == 1 ? 1 : 3].Size : null;
        var inner = candidates.Where(map => classes is null || _graph.ShapeOf(map)?[1].Size != classes).ToList();
        int smallest = inner.Min(AreaOf) ?? 0;
        inner = [.. inner.Where(map => AreaOf(map) is not { } area || area == smallest)];
        var enlarged = inner.Where(_enlarged.Contains).ToList();
        return enlarged.Count > 0 ? enlarged : inner;
    }

    private string BeforePooling(string map)
    {
        while (_makers[map] is var node && Passing.Contains(node.OpType) && _makers.ContainsKey(node.Inputs[0]))
        {
            map = node.Inputs[0];
        }

        return map;
    }

    private bool IsMap(Node node) => node.Outputs.Length > 0 && _graph.ShapeOf(node.Outputs[0]) is { Rank: 4 } && !Breakers.Contains(node.OpType)
        && !node.OpType.StartsWith("Reduce", StringComparison.Ordinal) && (Makers.Contains(node.OpType) || node.Inputs.Any(_makers.ContainsKey));

    private int? AreaOf(string map) => GridOf(map) is { } grid ? grid.Height * grid.Width : null;

    private (int Height, int Width)? GridOf(string map) =>
        _graph.ShapeOf(map) is { Rank: 4 } shape && shape[2].Size is { } height && shape[3].Size is { } width ? ((int)height, (int)width) : null;
}

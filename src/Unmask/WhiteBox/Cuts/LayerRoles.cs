using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.WhiteBox;

/// <summary>Finds layers of a model by their roles. Only values between the explained input and the score count.</summary>
internal sealed class LayerRoles
{
    private readonly Graph _graph;
    private readonly string _input;
    private readonly FeatureMaps _maps;
    private readonly List<Node> _path;

    public LayerRoles(Graph graph, string input, ScoreSources sources)
    {
        _graph = graph;
        _input = input;
        _path = Path(graph, input, sources.Logits ?? sources.Probabilities ?? sources.Output);
        _maps = new FeatureMaps(graph, _path, sources);
    }

    /// <summary>The floats that the input's integers are cast to, in the same shape; <c>null</c> when they are not.</summary>
    public string? Cast => _path.FirstOrDefault(node => node.OpType is "Cast" or "DequantizeLinear" && node.Inputs[0] == _input && IsFloat(node.Outputs[0]))?.Outputs[0];

    /// <summary>What is looked up with the input's integers; <c>null</c> when nothing is.</summary>
    public string? Embedding
    {
        get
        {
            var ids = new HashSet<string>(StringComparer.Ordinal) { _input };
            foreach (var node in _path)
            {
                if (node.Is("Gather") && ids.Contains(node.Inputs[1]) && !ids.Contains(node.Inputs[0]))
                {
                    return node.Outputs[0];
                }

                if (node.OpType is "Cast" or "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Clip" && ids.Contains(node.Inputs[0]))
                {
                    ids.Add(node.Outputs[0]);
                }
            }

            return null;
        }
    }

    /// <summary>The last activations with places; <c>null</c> when there are none.</summary>
    public string? LastSpatial => new TokenLayers(_graph, _path, _maps).LastAttended ?? _maps.Last;

    /// <summary>Whether a value is a feature map, [N, channels, height, width].</summary>
    public bool IsMap(string value) => _maps.Contains(value);

    /// <summary>What functions of one element make of feature maps and of vectors of features, in the order of the model: its units.</summary>
    public IReadOnlyList<string> Activations => ActivationLayers.Of(_graph, _path);

    /// <summary>The last rectified feature map of the stage before the last; <c>null</c> when there are no feature maps.</summary>
    public string? MidSpatial => _maps.Middle;

    /// <summary>The grid of a value's places.</summary>
    /// <param name="value">Its name.</param>
    /// <param name="sizes">The axes of one item.</param>
    /// <returns><c>null</c> when the value has no places of a picture.</returns>
    public LayerGrid? GridOf(string value, IReadOnlyList<int> sizes) => sizes.Count switch
    {
        3 when _maps.Contains(value) => new(sizes[1], sizes[2], GridAxes.ChannelsFirst),
        3 when _graph.ShapeOf(_input) is { Rank: 4 } => OfUnknownOrder(sizes),
        2 => TokenGridOf(sizes[0]),
        _ => null,
    };

    /// <summary>How this many tokens lie on the picture; <c>null</c> when they fill no grid, or there is no picture.</summary>
    public LayerGrid? TokenGridOf(int tokens) => _graph.ShapeOf(_input) is { Rank: 4 } ? TokenGrid.Of(tokens, _maps.Grids) : null;

    /// <summary>[h, w, C] or [C, h, w] of a node that says nothing about places: judged by which axes are a grid of feature maps or a square.</summary>
    private LayerGrid? OfUnknownOrder(IReadOnlyList<int> sizes) =>
        _maps.Grids.Contains((sizes[1], sizes[2])) ? new(sizes[1], sizes[2], GridAxes.ChannelsFirst)
        : _maps.Grids.Contains((sizes[0], sizes[1])) || (sizes[0] == sizes[1] && sizes[1] != sizes[2]) ? new(sizes[0], sizes[1], GridAxes.ChannelsLast)
        : null;

    private bool IsFloat(string value) => _graph.TypeOf(value) is Graphs.ValueType.Tensor { Element: var element } && element.IsFloat();

    /// <summary>The nodes that depend on the input and that the score depends on, in order.</summary>
    private static List<Node> Path(Graph graph, string input, string score)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { input };
        foreach (var node in graph.Nodes.Where(node => node.Inputs.Any(reached.Contains)))
        {
            reached.UnionWith(node.Outputs);
        }

        var wanted = new HashSet<string>(StringComparer.Ordinal) { score };
        var path = new List<Node>();
        foreach (var node in graph.Nodes.Reverse().Where(node => node.Outputs.Any(output => output.Length > 0 && wanted.Contains(output))))
        {
            wanted.UnionWith(node.Inputs);
            if (node.Inputs.Any(reached.Contains))
            {
                path.Add(node);
            }
        }

        path.Reverse();
        return path;
    }
}

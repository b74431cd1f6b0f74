namespace Unmask.Graphs;

/// <summary>
/// Batch normalisations, and constant factors and sums for each channel, that stand behind a linear node and belong to it: rules see one node
/// W′x + b′, however it was exported.
/// <code>
///   x ─ Conv ─ BatchNormalization ─ y          x ─ MatMul ─ Add(b) ─ y
/// </code>
/// </summary>
internal sealed class LinearTails
{
    private readonly RuleScope _scope;
    private readonly Dictionary<Node, List<Node>> _tails = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Node, Node> _heads = new(ReferenceEqualityComparer.Instance);

    public LinearTails(RuleScope scope)
    {
        _scope = scope;
        foreach (var node in scope.Graph.Nodes.Where(node => scope.IsLinear(node) && !_heads.ContainsKey(node)))
        {
            var tail = Find(node);
            _tails[node] = tail;
            tail.ForEach(part => _heads[part] = node);
        }
    }

    /// <summary>The nodes behind a linear node that belong to it, in order.</summary>
    public IReadOnlyList<Node> Of(Node linear) => _tails.GetValueOrDefault(linear) ?? [];

    /// <summary>The linear node that a node belongs to; <c>null</c>: to none.</summary>
    public Node? HeadOf(Node node) => _heads.GetValueOrDefault(node);

    /// <summary>The axis, counted from the end, along which a linear node's channels lie; <c>null</c>: nothing is merged into it.</summary>
    public static int? ChannelAxis(Node linear, Graph graph) => linear.OpType switch
    {
        "Conv" when graph.ShapeOf(linear.Inputs[1]) is { } weights => weights.Rank - 1,
        "ConvTranspose" when linear.Int("group", 1) == 1 && graph.ShapeOf(linear.Inputs[1]) is { } weights => weights.Rank - 1,
        "Gemm" => 1,
        "MatMul" when graph.ShapeOf(linear.Inputs[1]) is { Rank: 2 } => 1,
        _ => null,
    };

    private List<Node> Find(Node linear)
    {
        var tail = new List<Node>();
        if (_scope.DataOf(linear) != 0 || ChannelAxis(linear, _scope.Graph) is not { } axis)
        {
            return tail;
        }

        string value = linear.Outputs[0];
        while (value != _scope.Target && !_scope.Cuts.Contains(value) && _scope.Readers[value].ToArray() is [var next] && Belongs(linear, next, value, axis))
        {
            tail.Add(next);
            value = next.Outputs[0];
        }

        return tail;
    }

    private bool Belongs(Node linear, Node node, string value, int axis) => node.Domain.Length == 0 && _scope.DataOperands(node) == 1 && node.OpType switch
    {
        "BatchNormalization" => node.Int("training_mode", 0) == 0 && (axis > 1 || linear.Is("Gemm")),
        "Add" or "Mul" => IsByChannel(node.Inputs[0] == value ? node.Inputs[1] : node.Inputs[0], axis),
        "Sub" or "Div" => node.Inputs[0] == value && IsByChannel(node.Inputs[1], axis),
        _ => false,
    };

    private bool IsByChannel(string constant, int axis)
    {
        if (_scope.Graph.ShapeOf(constant)?.ToSizes() is not { } sizes || sizes.Length > axis + 1)
        {
            return false;
        }

        return Enumerable.Range(0, sizes.Length).All(i => sizes[i] == 1 || sizes.Length - i == axis);
    }
}

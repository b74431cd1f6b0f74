using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// The graph that a rule set is bound to: what rules and selectors ask about a node's place in it. A value is data when it depends on a cut;
/// whatever else a node reads is constant as far as it is concerned, so that a product with one operand of data is linear.
/// </summary>
internal sealed class RuleScope
{
    // Of one element each, and affine when the other operand is no data.
    private static readonly HashSet<string> Affine = new(StringComparer.Ordinal) { "Add", "Sub", "Mul", "Div", "Neg", "Identity", "Cast", "CastLike", "Dropout", "BatchNormalization" };

    private readonly HashSet<string> _data;
    private readonly HashSet<string> _varies;
    private readonly PatternScope _patterns;
    private readonly Lazy<IReadOnlyDictionary<string, Node>> _producers;
    private readonly Lazy<HashSet<string>> _raw;
    private readonly Lazy<HashSet<string>> _nonNegative;
    private readonly Lazy<Dictionary<Node, int>> _depths;
    private readonly Lazy<HashSet<string>> _beforeLinear;
    private readonly Lazy<LinearTails> _tails;

    public RuleScope(Graph graph, IReadOnlyCollection<string> cuts, string target)
    {
        (Graph, Cuts, Target) = (graph, [.. cuts], target);
        _data = Closure(graph, cuts);

        Readers = graph.Nodes.SelectMany(node => SubgraphScopes.Reads(node).Distinct(StringComparer.Ordinal).Select(name => (name, node)))
            .ToLookup(pair => pair.name, pair => pair.node, StringComparer.Ordinal);
        _varies = Closure(graph, graph.Inputs.Select(input => input.Name));
        _patterns = new(graph);
        _producers = new(graph.Producers);
        _raw = new(FindRaw);
        _nonNegative = new(() => NonNegativeValues.Of(graph));
        _depths = new(FindDepths);
        _beforeLinear = new(FindBeforeLinear);
        _tails = new(() => new LinearTails(this));
    }

    public Graph Graph { get; }

    public ImmutableArray<string> Cuts { get; }

    public string Target { get; }

    /// <summary>The nodes that read a value.</summary>
    public ILookup<string, Node> Readers { get; }

    /// <summary>What is merged into linear nodes: constant sums and factors behind them.</summary>
    public LinearTails Tails => _tails.Value;

    /// <summary>Whether a value depends on a cut.</summary>
    public bool IsData(string value) => _data.Contains(value);

    /// <summary>How many of a node's inputs are data.</summary>
    public int DataOperands(Node node) => node.Inputs.Count(_data.Contains);

    /// <summary>The node that makes a value; <c>null</c> for inputs and constants.</summary>
    public Node? Made(string value) => _producers.Value.GetValueOrDefault(value);

    /// <summary>Whether a value depends on any input of the model, before or behind the cuts.</summary>
    public bool Varies(string value) => _varies.Contains(value);

    /// <summary>A constant scalar; <c>null</c>: it is none.</summary>
    public double? NumberOf(string value) => _patterns.Number(value);

    /// <summary>Whether a value has no negative elements, whatever the input.</summary>
    public bool IsNonNegative(string value) => _nonNegative.Value.Contains(value);

    /// <summary>Whether a node multiplies data by constant weights and adds up: what relevance rules for layers are about.</summary>
    public bool IsLinear(Node node) => DataOf(node) >= 0;

    /// <summary>Whether it is a linear node that does not belong to the one before it.</summary>
    public bool IsLayer(Node node) => IsLinear(node) && Tails.HeadOf(node) is null;

    /// <summary>Which input of a linear node is the data; −1: it is not one.</summary>
    public int DataOf(Node node) => node.Domain.Length > 0 ? -1 : node.OpType switch
    {
        "Conv" or "ConvTranspose" => Only(node, 0),
        "MatMul" => DataOperands(node) == 1 ? (IsData(node.Inputs[0]) ? 0 : 1) : -1,
        "Gemm" => DataOperands(node) == 1 && IsData(node.Inputs[0]) ? 0 : DataOperands(node) == 1 && IsData(node.Inputs[1]) ? 1 : -1,
        "BatchNormalization" => node.Int("training_mode", 0) == 0 && !_raw.Value.Contains(node.Inputs[0]) ? Only(node, 0) : -1,
        _ => -1,
    };

    /// <summary>Whether the node reads the model's input through nothing but copies and affine functions of single elements.</summary>
    public bool IsFirst(Node node) => IsLayer(node) && _raw.Value.Contains(node.Inputs[DataOf(node)]);

    /// <summary>Whether no further linear node lies between the node and the target.</summary>
    public bool IsLast(Node node) => IsLayer(node) && !node.Outputs.Any(_beforeLinear.Value.Contains);

    /// <summary>How many linear nodes lie before the node, on the longest way from the input.</summary>
    public int DepthOf(Node node) => _depths.Value.GetValueOrDefault(node);

    /// <summary>Whether what the node makes reaches a Softmax through affine functions and copies.</summary>
    public bool FeedsSoftmax(Node node)
    {
        var open = new Stack<string>(node.Outputs);
        while (open.TryPop(out string? value))
        {
            foreach (var reader in Readers[value])
            {
                if (reader.Is("Softmax"))
                {
                    return true;
                }

                foreach (string output in IsAffine(reader) || IsSelect(reader) ? reader.Outputs : [])
                {
                    open.Push(output);
                }
            }
        }

        return false;
    }

    /// <summary>Whether a node is an affine function of single elements, of one operand of data.</summary>
    public static bool IsElementwiseAffine(Node node) => node.Domain.Length == 0 && Affine.Contains(node.OpType);

    /// <summary>Whether a node only copies elements.</summary>
    public bool IsSelect(Node node) => StandardRules.Table.For(node, Graph.Opset)?.Kind == RuleKind.Select;

    private static HashSet<string> Closure(Graph graph, IEnumerable<string> from)
    {
        var reached = new HashSet<string>(from, StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.Inputs.Any(reached.Contains)))
        {
            reached.UnionWith(node.Outputs.Where(output => output.Length > 0));
        }

        return reached;
    }

    private bool IsAffine(Node node) => IsElementwiseAffine(node) && DataOperands(node) <= 1;

    private int Only(Node node, int input) => IsData(node.Inputs[input]) && DataOperands(node) == 1 ? input : -1;

    /// <summary>The model's inputs, and what copies and affine functions of single elements make of them.</summary>
    private HashSet<string> FindRaw()
    {
        var raw = new HashSet<string>(Graph.Inputs.Select(input => input.Name), StringComparer.Ordinal);
        foreach (var node in Graph.Nodes.Where(node => node.Inputs.Any(Varies)))
        {
            bool oneOperand = node.Inputs.Count(Varies) == 1;
            if (node.Inputs.Where(Varies).All(raw.Contains) && ((IsElementwiseAffine(node) && oneOperand) || IsSelect(node)))
            {
                raw.UnionWith(node.Outputs);
            }
        }

        return raw;
    }

    private Dictionary<Node, int> FindDepths()
    {
        var before = new Dictionary<string, int>(StringComparer.Ordinal);
        var depths = new Dictionary<Node, int>(ReferenceEqualityComparer.Instance);
        foreach (var node in Graph.Nodes)
        {
            int depth = node.Inputs.Select(input => before.GetValueOrDefault(input)).DefaultIfEmpty().Max();
            depths[node] = depth;
            foreach (string output in node.Outputs)
            {
                before[output] = depth + (IsLayer(node) ? 1 : 0);
            }
        }

        return depths;
    }

    /// <summary>The values that a linear node on the way to the target depends on.</summary>
    private HashSet<string> FindBeforeLinear()
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal) { Target };
        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in Graph.Nodes.Reverse().Where(node => node.Outputs.Any(output => output.Length > 0 && wanted.Contains(output))))
        {
            wanted.UnionWith(node.Inputs);
            if (node.Outputs.Any(before.Contains) || IsLayer(node))
            {
                before.UnionWith(node.Inputs.Where(IsData));
            }
        }

        return before;
    }
}

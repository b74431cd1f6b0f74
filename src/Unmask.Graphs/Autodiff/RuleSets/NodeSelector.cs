using System.Text.RegularExpressions;

namespace Unmask.Graphs;

/// <summary>Which nodes a row of a <see cref="Composite"/> is about: by operator, family, name, or place in the graph. «Linear» are nodes that multiply data by constant weights.</summary>
public sealed class NodeSelector
{
    private readonly Func<Node, RuleScope, bool> _matches;

    internal NodeSelector(string name, Func<Node, RuleScope, bool> matches)
    {
        (Name, _matches) = (name, matches);
    }

    /// <summary>How the selector is written; <see cref="Parse"/> understands it.</summary>
    public string Name { get; }

    /// <summary>Every node.</summary>
    public static NodeSelector All { get; } = new("all", static (_, _) => true);

    /// <summary>Linear nodes that read the model's input through nothing but copies and affine functions of single elements.</summary>
    public static NodeSelector First { get; } = new("first", static (node, scope) => scope.IsFirst(node));

    /// <summary>Linear nodes behind which no other linear node lies on the way to the score.</summary>
    public static NodeSelector Last { get; } = new("last", static (node, scope) => scope.IsLast(node));

    /// <summary>All linear nodes: convolutions, dense layers, and batch normalisations that stand alone.</summary>
    public static NodeSelector Linear { get; } = new("linear", static (node, scope) => scope.IsLayer(node));

    /// <summary>Linear nodes that are convolutions or transposed convolutions, and batch normalisations that stand alone.</summary>
    public static NodeSelector Convolution { get; } = new("conv", static (node, scope) => scope.IsLayer(node) && node.OpType is "Conv" or "ConvTranspose" or "BatchNormalization");

    /// <summary>Linear nodes that are Gemm or MatMul.</summary>
    public static NodeSelector Dense { get; } = new("dense", static (node, scope) => scope.IsLayer(node) && node.OpType is "Gemm" or "MatMul");

    /// <summary>Functions of one element.</summary>
    public static NodeSelector Activation { get; } = new("activation", static (node, scope) => StandardRules.Table.For(node, scope.Graph.Opset)?.Kind == RuleKind.Unary
        && node.OpType is not ("Identity" or "Dropout" or "Cast" or "CastLike" or "Neg"));

    /// <summary>Products of two operands of data.</summary>
    public static NodeSelector Product { get; } = new("product", static (node, scope) => node.Domain.Length == 0 && node.OpType is "Mul" or "MatMul" or "Einsum" or "Div" && scope.DataOperands(node) == 2);

    /// <summary>What reaches a Softmax through affine functions and copies.</summary>
    public static NodeSelector FeedsSoftmax { get; } = new("feeds-softmax", static (node, scope) => scope.FeedsSoftmax(node));

    /// <summary>Nodes of an operator, with its domain in front unless that is the standard one.</summary>
    public static NodeSelector Operator(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(name, (node, _) => (node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}") == name);
    }

    /// <summary>Nodes whose name, or the name of a value that they make, matches a pattern: * stands for anything, ? for one character; a pattern that ends in / stands for all that begins so.</summary>
    public static NodeSelector Named(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var regex = new Regex($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}{(pattern.EndsWith('/') ? "" : "$")}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return new($"name({pattern})", (node, _) => regex.IsMatch(node.Name) || node.Outputs.Any(regex.IsMatch));
    }

    /// <summary>Linear nodes with so many linear nodes before them, on the longest way from the input.</summary>
    /// <param name="from">At least 0.</param>
    /// <param name="to">At least <paramref name="from"/>, which counts as well.</param>
    public static NodeSelector Depth(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        return new($"depth({from},{to})", (node, scope) => scope.IsLayer(node) && scope.DepthOf(node) is var depth && depth >= from && depth <= to);
    }

    /// <summary>Nodes for which a predicate holds. Such a selector cannot be written as text.</summary>
    public static NodeSelector Where(string name, Func<Node, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new(name, (node, _) => predicate(node));
    }

    /// <summary>What both select.</summary>
    public NodeSelector And(NodeSelector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new($"{Name}&{other.Name}", (node, scope) => Matches(node, scope) && other.Matches(node, scope));
    }

    /// <summary>What this does not select.</summary>
    public NodeSelector Not() => new($"!{Name}", (node, scope) => !Matches(node, scope));

    /// <summary>
    /// Reads <c>all</c>, <c>first</c>, <c>last</c>, <c>linear</c>, <c>conv</c>, <c>dense</c>, <c>activation</c>, <c>product</c>, <c>feeds-softmax</c>, <c>name(PATTERN)</c>,
    /// <c>depth(FROM,TO)</c> or an operator's name; <c>!</c> before one means all others, <c>&amp;</c> between them that all must hold.
    /// </summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static NodeSelector Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return text.Split('&', StringSplitOptions.TrimEntries).Select(One).Aggregate(static (left, right) => left.And(right));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal bool Matches(Node node, RuleScope scope) => _matches(node, scope);

    private static NodeSelector One(string text)
    {
        if (text.StartsWith('!'))
        {
            return One(text[1..].Trim()).Not();
        }

        NodeSelector[] known = [All, First, Last, Linear, Convolution, Dense, Activation, Product, FeedsSoftmax];
        return Array.Find(known, selector => selector.Name == text) ?? NodeRuleText.Split(text) switch
        {
            ("name", [var pattern]) when pattern.Length > 0 => Named(pattern),
            ("depth", [var from, var to]) when int.TryParse(from, out int low) && int.TryParse(to, out int high) => Depth(low, high),
            (var name, []) when name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') && name.Any(char.IsAsciiLetterUpper) => Operator(name),
            _ => throw new ArgumentException($"\"{text}\" selects no nodes. Write {string.Join(", ", known.Select(selector => selector.Name))}, name(PATTERN), depth(FROM,TO), or an operator such as Conv.", nameof(text)),
        };
    }
}

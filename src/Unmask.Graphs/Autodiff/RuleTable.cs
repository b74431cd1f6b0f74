namespace Unmask.Graphs;

/// <summary>Multiplier of the input of a function of one element, from that of its output, the input and the output.</summary>
internal delegate Expression Slope(Expression dy, Expression x, Expression y);

/// <summary>The same where the operator's attributes matter.</summary>
internal delegate Expression SlopeOf(Expression dy, Expression x, Expression y, Node node);

/// <summary>
/// Rules by operator (domain, name, first version of the operator set that the rule is for). The constructors of rows are named after the
/// kinds: most rows are one line.
/// </summary>
/// <param name="name">What results call its rules.</param>
internal sealed class RuleTable(string name = "gradient") : RuleSet
{
    private readonly Dictionary<string, List<(long Since, RuleRow Row)>> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _decomposed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);

    /// <summary>Adds a rule for operators of the standard domain, separated by spaces.</summary>
    public RuleTable Add(RuleKind kind, string operators, Rule rule, long since = 1, string domain = "")
    {
        foreach (string operatorName in operators.Split(' '))
        {
            string key = $"{domain}:{operatorName}";
            if (!_rows.TryGetValue(key, out var versions))
            {
                _rows[key] = versions = [];
            }

            versions.Add((since, new(kind, rule) { Name = name }));
            versions.Sort(static (one, other) => other.Since.CompareTo(one.Since));
        }

        return this;
    }

    /// <summary>Adds a rule whose multipliers also pass integers that the operator makes.</summary>
    public RuleTable AddThroughIntegers(string operators, Rule rule)
    {
        Add(RuleKind.Unary, operators, rule);
        foreach (string operatorName in operators.Split(' '))
        {
            var versions = _rows[$":{operatorName}"];
            versions[0] = (versions[0].Since, versions[0].Row with { ThroughIntegers = true });
        }

        return this;
    }

    /// <summary>A function of one element: input 0 to output 0.</summary>
    public RuleTable Unary(string operators, Slope slope) => Unary(operators, (dy, x, y, _) => slope(dy, x, y));

    /// <summary>A function of one element whose attributes matter.</summary>
    public RuleTable Unary(string operators, SlopeOf slope) =>
        Add(RuleKind.Unary, operators, b => b.Flow(0, slope(b.Dy(), b.X(0), b.Y(), b.Node)));

    /// <summary>An operator that is linear in its data.</summary>
    public RuleTable Linear(string operators, Rule transpose) => Add(RuleKind.Linear, operators, transpose);

    /// <summary>An operator that copies elements of input 0 to output 0: its transpose.</summary>
    public RuleTable Select(string operators, Func<Backward, Expression> transpose) => Add(RuleKind.Select, operators, b => b.Flow(0, transpose(b)));

    /// <summary>A product of two operands; what flows to each, before broadcasting is undone.</summary>
    public RuleTable Bilinear(string operators, Func<Backward, Expression> left, Func<Backward, Expression> right) =>
        Add(RuleKind.Bilinear, operators, b =>
        {
            b.FlowSummed(0, left);
            b.FlowSummed(1, right);
        });

    /// <summary>An operator whose outputs choose among the values of its inputs.</summary>
    public RuleTable Choose(string operators, Rule rule) => Add(RuleKind.Choose, operators, rule);

    /// <summary>An operator made of the other kinds.</summary>
    public RuleTable Composite(string operators, Rule rule) => Add(RuleKind.Composite, operators, rule);

    /// <summary>Operators that are constant almost everywhere.</summary>
    public RuleTable Zero(string operators) => Add(RuleKind.Zero, operators, static _ => { });

    /// <summary>Operators that nothing is asked of.</summary>
    public RuleTable Never(string operators) => Add(RuleKind.Never, operators, static _ => { });

    /// <summary>Operators that are replaced by simpler ones before the walk.</summary>
    public RuleTable Decomposed(string operators)
    {
        _decomposed.UnionWith(operators.Split(' '));
        return this;
    }

    /// <summary>Operators without a rule, and why.</summary>
    public RuleTable Unsupported(string why, string operators)
    {
        foreach (string operatorName in operators.Split(' '))
        {
            _refused.Add(operatorName, why);
        }

        return this;
    }

    internal override bool SeesFunctions => false;

    internal override string? WhyNot(Node node) => node.Domain.Length == 0 ? _refused.GetValueOrDefault(node.OpType) : null;

    internal override RuleRow? For(Node node, long opset)
    {
        foreach (var (since, row) in _rows.GetValueOrDefault(Key(node)) ?? [])
        {
            if (since <= opset)
            {
                return row;
            }
        }

        return null;
    }

    internal override bool Decomposes(Node node) => _decomposed.Contains(node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}");

    private static string Key(Node node) => $"{(node.Domain == "ai.onnx" ? "" : node.Domain)}:{node.OpType}";
}

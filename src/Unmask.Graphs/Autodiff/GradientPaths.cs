namespace Unmask.Graphs;

/// <summary>Which nodes lie between the cuts and the target, with their rules.</summary>
internal sealed class GradientPaths
{
    private readonly Emitter _emitter;
    private readonly RuleSet _rules;
    private readonly HashSet<string> _reached;
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<Node, RuleRow?> _rows = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds the paths.</summary>
    /// <exception cref="NotDifferentiableException">A cut or the target holds integers, or there is no path for a cut.</exception>
    public GradientPaths(Emitter emitter, GradientOptions options, string target, IReadOnlyList<string> cuts)
    {
        _emitter = emitter;
        _rules = options.Rules;
        Cuts = cuts;
        _reached = new(cuts, StringComparer.Ordinal);
        ThrowIfNotReal(target, "The target");
        foreach (string cut in cuts)
        {
            ThrowIfNotReal(cut, cuts.Count == 1 ? "The input or layer" : "The cut");
        }

        foreach (var node in emitter.Graph.Nodes.Where(ReadsReached))
        {
            _rows[node] = _rules.For(node, emitter.Graph.Opset);
            _reached.UnionWith(node.Outputs.Where(output => Carries(node, output)));
        }

        Want(target);
        if (cuts.FirstOrDefault(cut => !_wanted.Contains(cut)) is { } lost && !options.ZerosWithoutPath)
        {
            throw Cut(target, lost);
        }
    }

    /// <summary>The cuts.</summary>
    public IReadOnlyList<string> Cuts { get; }

    /// <summary>Whether a value depends on a cut and the target depends on the value.</summary>
    public bool Wants(string value) => value.Length > 0 && _reached.Contains(value) && _wanted.Contains(value);

    /// <summary>Whether a value depends on a cut.</summary>
    public bool Reaches(string value) => _reached.Contains(value);

    /// <summary>The rule of a node on a path.</summary>
    /// <exception cref="UnsupportedOperatorException">There is none.</exception>
    public RuleRow RowOf(Node node) => _rows[node]
        ?? throw UnsupportedOperatorException.At(node, _rules.WhyNot(node) is { } why ? $"No {_rules.RowName} for {{op}}: {why}" : $"No {_rules.RowName} for {{op}}");

    private bool ReadsReached(Node node) => node.Inputs.Any(_reached.Contains) || (node.Subgraphs.Any() && SubgraphScopes.Reads(node).Any(_reached.Contains));

    // Real values; and quantised ones, from the operator that makes them on through those that move them about.
    private bool Carries(Node node, string output)
    {
        var row = _rows[node];
        if (output.Length == 0 || row?.Kind == RuleKind.Never)
        {
            return false;
        }

        return _emitter.TypeOf(output) is not { Element: not ElementType.Undefined } type || type.Element.IsFloat() || row?.ThroughIntegers == true
            || node.Inputs.Any(input => _reached.Contains(input) && _emitter.TypeOf(input)?.Element == type.Element);
    }

    private void Want(string target)
    {
        _wanted.Add(target);
        foreach (var node in _emitter.Graph.Nodes.Reverse())
        {
            if (node.Outputs.Any(output => _wanted.Contains(output) && _reached.Contains(output)))
            {
                _wanted.UnionWith(node.Inputs.Where(input => input.Length > 0));
                _wanted.UnionWith(node.Subgraphs.Any() ? SubgraphScopes.Reads(node) : []);
            }
        }
    }

    private void ThrowIfNotReal(string name, string what)
    {
        if (_emitter.TypeOf(name) is { Element: not ElementType.Undefined } type && !type.Element.IsFloat())
        {
            throw new NotDifferentiableException($"{what} \"{name}\" holds {type.Element}, of which there is no derivative. "
                + "For token ids, explain the embedding that is looked up with them (the output of the Gather that reads them), or use a black-box method.");
        }
    }

    private NotDifferentiableException Cut(string target, string cut)
    {
        var depends = new HashSet<string>(StringComparer.Ordinal) { cut };
        var ends = new List<Node>();
        foreach (var node in _emitter.Graph.Nodes.Where(node => SubgraphScopes.Reads(node).Any(depends.Contains)))
        {
            depends.UnionWith(node.Outputs);
            if (_rows.ContainsKey(node) && !node.Outputs.Any(output => Carries(node, output)))
            {
                ends.Add(node);
            }
        }

        return new(depends.Contains(target)
            ? $"No differentiable path leads from \"{cut}\" to \"{target}\": every path passes an operator without a derivative, "
                + $"such as {string.Join(", ", ends.Take(3).Select(node => $"{node.OpType} at {node.Origin}"))}. Choose a target before it, or a black-box method (RISE, occlusion, LIME)."
            : $"\"{target}\" does not depend on \"{cut}\": there is nothing to differentiate.");
    }
}

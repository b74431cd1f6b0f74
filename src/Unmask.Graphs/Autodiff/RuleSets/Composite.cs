using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One row: a rule for the nodes that a selector names.</summary>
/// <param name="Which">Which nodes.</param>
/// <param name="How">How multipliers pass them.</param>
public sealed record CompositeRow(NodeSelector Which, NodeRule How)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Which}:{How}";
}

/// <summary>
/// A rule set as an ordered list of rows; the first that selects a node and is defined for it is its rule. It says nothing of other nodes: put it over a
/// rule set that does, <c>composite.Over(RuleSet.Relevance)</c>.
/// </summary>
/// <remarks>As text, rows stand between semicolons: <c>first:flat;Conv:zplus;dense:epsilon(1e-6)</c>.</remarks>
public sealed class Composite : RuleSet
{
    /// <summary>Makes a composite of rows.</summary>
    public Composite(params ReadOnlySpan<CompositeRow> rows)
    {
        Rows = [.. rows];
    }

    /// <summary>The rows, in their order.</summary>
    public ImmutableArray<CompositeRow> Rows { get; }

    /// <summary>Its name; empty for one that has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Whether the seed is the relevance of the target itself, whatever the score's size and sign, as in excitation backprop; default <c>false</c>: the
    /// multiplier, so that the relevance is seed times score.
    /// </summary>
    public bool SeedIsRelevance { get; init; }

    /// <summary>The rows as text, which <see cref="Parse"/> reads.</summary>
    public string Text => string.Join(';', Rows);

    /// <summary>Reads rows, or the name of a composite of <see cref="Composites"/>.</summary>
    /// <exception cref="ArgumentException">It is neither; the message says which part was not understood.</exception>
    public static new Composite Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (Composites.All.FirstOrDefault(named => named.Name == text) is { } found)
        {
            return found;
        }

        if (!text.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException($"There is no composite \"{text}\". {(Suggestions.Nearest(text, Composites.All.Select(named => named.Name)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")}"
                + $"There are {string.Join(", ", Composites.All.Select(named => named.Name))}; or write rows, as in first:flat;Conv:zplus;dense:epsilon(1e-6).", nameof(text));
        }

        return new([.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Row)]);
    }

    /// <summary>The same with bounds for boxes that state none.</summary>
    /// <param name="low">The smallest value of an input; one number, or one for each channel.</param>
    /// <param name="high">The largest.</param>
    public Composite WithBounds(ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        if (!NeedsBounds)
        {
            return this;
        }

        var box = NodeRule.Box(low, high);
        return new([.. Rows.Select(row => row.How == NodeRule.UnboundedBox ? row with { How = box } : row)]) { Name = Name, SeedIsRelevance = SeedIsRelevance };
    }

    /// <summary>The same with what its rules do to units that have no contributions of one sign (<see cref="NodeRule.WithDeadUnits"/>).</summary>
    public Composite WithDeadUnits(DeadUnits dead) => dead == DeadUnits.Lose ? this
        : new([.. Rows.Select(row => row with { How = row.How.WithDeadUnits(dead) })]) { Name = Name, SeedIsRelevance = SeedIsRelevance };

    /// <summary>Whether there is a box that states no bounds.</summary>
    public bool NeedsBounds => Rows.Any(row => row.How == NodeRule.UnboundedBox);

    /// <summary>The name, or the rows.</summary>
    public override string ToString() => Name.Length > 0 ? Name : Text;

    /// <summary>Whether a row compares with a reference, so that programs need <see cref="GradientOptions.References"/>.</summary>
    public override bool Compares => Rows.Any(row => row.How.Compares);

    internal override bool SeedsRelevance => SeedIsRelevance;

    internal override RuleSet Bind(RuleScope scope) => new Bound(this, scope);

    internal override RuleRow? For(Node node, long opset) => null;

    internal override bool Decomposes(Node node) => false;

    private static CompositeRow Row(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0
            ? new(NodeSelector.Parse(text[..colon].Trim()), NodeRule.Parse(text[(colon + 1)..].Trim()))
            : throw new ArgumentException($"\"{text}\" is no row: write SELECTOR:RULE, as in Conv:zplus.", nameof(text));
    }

    /// <summary>The composite on one graph.</summary>
    private sealed class Bound(Composite composite, RuleScope scope) : RuleSet
    {
        public override bool Compares => composite.Compares;

        internal override bool SeedsRelevance => composite.SeedIsRelevance;

        internal override RuleSet Bind(RuleScope other) => composite.Bind(other);

        internal override bool Decomposes(Node node) => false;

        internal override RuleRow? For(Node node, long opset)
        {
            // What belongs to a layer is covered with it: its multiplier is the layer's.
            if (scope.Tails.HeadOf(node) is { } head && Find(head) is { How.IsForLayers: true })
            {
                return new(RuleKind.Linear, static b => b.Flow(b.Needs(0) ? 0 : 1, b.Dy())) { Name = "merged" };
            }

            return Find(node)?.How.RowFor(node, scope);
        }

        private CompositeRow? Find(Node node) => composite.Rows.FirstOrDefault(row => row.Which.Matches(node, scope) && row.How.RowFor(node, scope) is not null);
    }
}

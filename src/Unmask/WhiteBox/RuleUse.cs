using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>How often a rule was used in a backward pass.</summary>
/// <param name="Rule">The rule's name, as <see cref="NodeRule.Parse"/> reads it; <c>merged</c> for what belongs to the layer before it.</param>
/// <param name="Nodes">How many nodes it covered.</param>
/// <param name="Operators">Which operators, by name.</param>
public sealed record RuleUse(string Rule, int Nodes, ImmutableArray<string> Operators)
{
    /// <summary>Counts nodes by rule, the most frequent first.</summary>
    public static ImmutableArray<RuleUse> Of(IEnumerable<RuleCoverage> coverage) =>
    [
        .. coverage.GroupBy(node => node.Rule, StringComparer.Ordinal)
            .Select(rule => new RuleUse(rule.Key, rule.Count(), [.. rule.Select(node => node.Operator).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))
            .OrderByDescending(rule => rule.Nodes).ThenBy(rule => rule.Rule, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Rule} on {Nodes} ({string.Join(", ", Operators)})";
}

namespace Unmask.Graphs;

/// <summary>What rules that divide by contributions of one sign (z⁺, αβ, excitation) do with units that have none.</summary>
public enum DeadUnits
{
    /// <summary>Their relevance, or its part of that sign, is lost: as the rules are published.</summary>
    Lose,

    /// <summary>They follow the ε-rule: shares in proportion to contributions of any sign.</summary>
    Epsilon,
}

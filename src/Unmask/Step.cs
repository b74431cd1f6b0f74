namespace Unmask;

/// <summary>How far long work has come.</summary>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; known at the start, never growing.</param>
/// <param name="What">What a unit is, for instance «masks».</param>
public readonly record struct Step(long Done, long Total, string What)
{
    /// <summary>What is made small, as it stands; <c>null</c> where nothing is optimised.</summary>
    public double? Objective { get; init; }

    /// <summary>Done ÷ total, 0 to 1.</summary>
    public double Fraction => Total == 0 ? 1 : (double)Done / Total;
}

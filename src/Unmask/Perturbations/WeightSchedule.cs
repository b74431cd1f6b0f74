using System.Globalization;

namespace Unmask;

/// <summary>A weight over the steps of an optimisation.</summary>
/// <param name="Start">At the first step.</param>
public sealed record WeightSchedule(double Start)
{
    /// <summary>What each step multiplies it by. Default 1.</summary>
    public double Ratio { get; init; } = 1;

    /// <summary>Steps in which it first rises evenly from 0: at step t it is multiplied by min(1, t ÷ this). Default 0: it is there from the beginning.</summary>
    public int WarmUp { get; init => field = Require.NotNegative(value); }

    /// <summary>A weight that stays.</summary>
    public static implicit operator WeightSchedule(double value) => new(value);

    /// <summary>A weight that grows (or falls) by the same ratio at each step.</summary>
    public static WeightSchedule Geometric(double start, double ratio) => new(start) { Ratio = ratio };

    /// <summary>The weight of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    public double At(int step) => Start * Math.Pow(Ratio, step) * (WarmUp > 0 ? Math.Min(1, (double)step / WarmUp) : 1);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}{(Ratio == 1 ? "" : $" × {Ratio}^step")}{(WarmUp > 0 ? $" after {WarmUp} steps" : "")}");
}

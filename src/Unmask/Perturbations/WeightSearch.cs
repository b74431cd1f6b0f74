namespace Unmask;

/// <summary>
/// An outer search for the balance of scores and terms, one a problem: scores count c times as much. A round that meets the goal is followed by one with a smaller c, a round that does not by one with
/// a larger. The result is the cheapest mask of all that met the goal; the price is that of the terms (and of the solver).
/// </summary>
/// <param name="Succeeds">Whether the goal is met: of the target's score at the mask (the mean over sides) and at the whole input.</param>
/// <remarks>Source: Carlini and Wagner, «Towards evaluating the robustness of neural networks», IEEE S&amp;P 2017, §VI, for additions to the input.</remarks>
public sealed record WeightSearch(Func<double, double, bool> Succeeds)
{
    /// <summary>The first c, above 0. Default 1.</summary>
    public double Start { get; init => field = Require.Positive(value); } = 1;

    /// <summary>Rounds, at least 1. Default 9.</summary>
    public int Rounds { get; init => field = Require.Positive(value); } = 9;

    /// <summary>What c is multiplied by until a round succeeds, above 1. From then on it is halved between the largest that failed and the smallest that succeeded. Default 10.</summary>
    public double Growth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, 1);
            field = value;
        }
    }

    = 10;

    /// <summary>
    /// Whether c is judged by where a round ends instead of by any of its steps: for descents that start where the goal is met. The result is of any step either way. Default <c>false</c>.
    /// </summary>
    public bool ByEnds { get; init; }
}

/// <summary>One round of a <see cref="WeightSearch"/>.</summary>
/// <param name="Balance">c.</param>
/// <param name="Succeeded">Whether a step of the round met the goal; with <see cref="WeightSearch.ByEnds"/> its end.</param>
/// <param name="Price">Terms and solver of the cheapest that did; infinite: none.</param>
public sealed record WeightTrial(double Balance, bool Succeeded, double Price);

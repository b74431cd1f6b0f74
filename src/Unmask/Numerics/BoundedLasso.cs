using System.Numerics.Tensors;

namespace Unmask.Numerics;

/// <summary>Least squares of few weights: min ½‖Xw − y‖² with ‖w‖₁ ≤ μ, by following the minimum from w = 0 until the bound is met.</summary>
/// <remarks>
/// Between two events the minimum moves on a straight line: an element joins, leaves, or the bound is met. So the result is exact but for rounding, however alike the columns
/// are, where gradient steps would take long. Osborne, Presnell, Turlach, «A new approach to variable selection in least squares problems», 2000; Efron et al., «Least angle
/// regression», 2004. Only products with X and the Gram matrix of the elements in use; one step costs two passes over X.
/// </remarks>
/// <param name="rows">X, row by row.</param>
/// <param name="bound">μ, above 0.</param>
/// <param name="nonNegative">Whether w ≥ 0 as well.</param>
internal sealed class BoundedLasso(float[][] rows, double bound, bool nonNegative)
{
    // Of the largest correlation at the start: below, what is left of it is rounding.
    private const double Exhausted = 1e-9;
    private const int StepsByRow = 8;
    private const int MoreSteps = 100;

    private readonly LassoColumns _used = new(rows);
    private readonly HashSet<int> _dependent = [];
    private double[] _correlations = [];
    private double _level;
    private double _norm;
    private int _left = -1;

    /// <summary>Finds the weights.</summary>
    /// <param name="y">One number a row.</param>
    public LassoFit Solve(double[] y)
    {
        _correlations = LassoColumns.TransposeTimes(rows, y);
        int first = Strongest();
        double start = _level = SizeOf(_correlations[first]);
        if (start > 0)
        {
            Join(first);
            int most = MoreSteps + (StepsByRow * rows.Length);
            for (int step = 0; step < most && _used.Count > 0 && _level > Exhausted * start && Step(); step++)
            {
            }
        }

        return LassoFit.Of(rows, y, _used.Weights(rows[0].Length), bound, nonNegative);
    }

    /// <summary>Goes on to the next event.</summary>
    /// <returns>Whether the bound is not met yet.</returns>
    private bool Step()
    {
        if (_used.Direction() is not { } direction)
        {
            // A column that the others make up already: its correlation stays theirs.
            _dependent.Add(_used.RemoveLast());
            return true;
        }

        double[] fall = LassoColumns.TransposeTimes(rows, _used.Times(direction));
        double growth = _used.GrowthOf(direction), length = Math.Min(_level, (bound - _norm) / growth);
        bool met = length < _level;
        int leaving = _used.FirstToLeave(direction, ref length), joining = FirstToJoin(fall, ref length);
        _used.Move(direction, length);
        TensorPrimitives.MultiplyAdd(fall, -length, _correlations, _correlations);
        (_level, _norm) = (_level - length, _norm + (length * growth));
        if (joining >= 0)
        {
            _left = -1;
            Join(joining);
        }
        else if (leaving >= 0)
        {
            _left = _used.RemoveAt(leaving);
        }

        return joining >= 0 || leaving >= 0 || !met;
    }

    private void Join(int element) => _used.Add(element, Math.Sign(_correlations[element]));

    private int Strongest()
    {
        int strongest = 0;
        for (int j = 1; j < _correlations.Length; j++)
        {
            strongest = SizeOf(_correlations[j]) > SizeOf(_correlations[strongest]) ? j : strongest;
        }

        return strongest;
    }

    private double SizeOf(double correlation) => nonNegative ? correlation : Math.Abs(correlation);

    /// <summary>The element outside whose correlation meets the level first, if that comes before the length.</summary>
    private int FirstToJoin(double[] fall, ref double length)
    {
        int joining = -1;
        for (int j = 0; j < fall.Length; j++)
        {
            if (_used.Contains(j) || _dependent.Contains(j) || j == _left)
            {
                continue;
            }

            // c − γ fall meets ±(level − γ)
            double up = 1 - fall[j] > Exhausted ? (_level - _correlations[j]) / (1 - fall[j]) : double.PositiveInfinity;
            double down = !nonNegative && 1 + fall[j] > Exhausted ? (_level + _correlations[j]) / (1 + fall[j]) : double.PositiveInfinity;
            if (Math.Max(0, Math.Min(up, down)) is var meets && meets < length)
            {
                (joining, length) = (j, meets);
            }
        }

        return joining;
    }
}

/// <summary>What was found.</summary>
/// <param name="Weights">w.</param>
/// <param name="Error">‖Xw − y‖².</param>
/// <param name="Gap">How far ½‖Xw − y‖² is at most above its minimum (the duality gap), as a share of ½‖y‖²; 0 for y = 0.</param>
internal sealed record LassoFit(double[] Weights, double Error, double Gap)
{
    /// <summary>Measures weights that were found: ⟨∇, w⟩ + μ max |∇_j| bounds the distance from the minimum.</summary>
    public static LassoFit Of(float[][] rows, double[] y, double[] weights, double bound, bool nonNegative)
    {
        double[] rest = [.. y.Select((value, i) => value - Sum(rows[i], weights))];
        double[] gradient = LassoColumns.TransposeTimes(rows, rest);
        double steepest = nonNegative ? Math.Max(0, gradient.Max()) : gradient.Max(Math.Abs);
        double gap = (bound * steepest) - TensorPrimitives.Dot<double>(gradient, weights), whole = TensorPrimitives.SumOfSquares<double>(y);
        return new(weights, TensorPrimitives.SumOfSquares<double>(rest), whole == 0 ? 0 : Math.Max(0, gap) / (0.5 * whole));
    }

    private static double Sum(float[] row, double[] weights)
    {
        double sum = 0;
        for (int j = 0; j < row.Length; j++)
        {
            sum += weights[j] == 0 ? 0 : row[j] * weights[j];
        }

        return sum;
    }
}

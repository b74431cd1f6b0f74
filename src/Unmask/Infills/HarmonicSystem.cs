using System.Runtime.Intrinsics;

namespace Unmask;

/// <summary>
/// The linear system of hidden pixels: for each, Σ wₙ (xᵢ − xₙ) = 0 over its neighbours n in the picture, where kept ones are known. Symmetric and positive definite as soon as one
/// pixel is kept, so conjugate gradients solve it without a matrix. Four channels at a time, one a lane: they share the matrix, not the steps.
/// </summary>
/// <remarks>Source of the weights: Rong et al., ICML 2022, §5. Of the solver: Hestenes, Stiefel, J. Res. NBS 49, 1952.</remarks>
internal sealed class HarmonicSystem
{
    /// <summary>The tolerance of a fill that a network corrects: a fraction of a level of 255.</summary>
    public const double GuideTolerance = 1e-4;

    private const int Neighbours = 8;
    private const double Direct = 1.0 / 6, Diagonal = 1.0 / 12;

    private readonly int _width;
    private readonly int[] _places;

    // Eight a hidden pixel, direct ones first: which unknown stands there; the last vector, always 0, for kept ones and those outside.
    private readonly int[] _unknowns;

    // The same, as places of the picture: −1 for hidden ones and those outside.
    private readonly int[] _known;
    private readonly Vector256<double>[] _weights;

    private HarmonicSystem(ReadOnlySpan<float> keep, int width, int hidden)
    {
        (_width, _places, _unknowns, _known, _weights) = (width, new int[hidden], new int[Neighbours * hidden], new int[Neighbours * hidden], new Vector256<double>[hidden]);
        int[] numbers = new int[keep.Length];
        int next = 0;
        for (int place = 0; place < keep.Length; place++)
        {
            numbers[place] = keep[place] == 0 ? next : -1;
            if (keep[place] == 0)
            {
                _places[next++] = place;
            }
        }

        for (int i = 0; i < hidden; i++)
        {
            Connect(i, keep.Length / width, numbers);
        }
    }

    /// <summary>The system of a mask; <c>null</c> when nothing is kept, where it has no solution of its own.</summary>
    public static HarmonicSystem? Of(ReadOnlySpan<float> keep, int width)
    {
        int hidden = 0;
        foreach (float kept in keep)
        {
            hidden += kept == 0 ? 1 : 0;
        }

        return hidden == keep.Length ? null : new(keep, width, hidden);
    }

    /// <summary>The input with its hidden pixels replaced by the solution.</summary>
    /// <param name="values">The input.</param>
    /// <param name="layout">Its axes.</param>
    /// <param name="tolerance">The residual at which to stop, relative to the right-hand side.</param>
    public float[] Solve(ReadOnlySpan<float> values, InputLayout layout, double tolerance)
    {
        const int Lanes = 4;
        float[] filled = values.ToArray();
        for (int channel = 0; channel < layout.Channels; channel += Lanes)
        {
            int lanes = Math.Min(Lanes, layout.Channels - channel);
            var solution = Solve(values, layout, channel, lanes, tolerance);
            for (int i = 0; i < _places.Length; i++)
            {
                for (int lane = 0; lane < lanes; lane++)
                {
                    filled[layout.IndexOf(channel + lane, _places[i] / _width, _places[i] % _width)] = (float)solution[i][lane];
                }
            }
        }

        return filled;
    }

    private void Connect(int i, int height, int[] numbers)
    {
        ReadOnlySpan<(int Y, int X)> around = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)];
        int y = _places[i] / _width, x = _places[i] % _width;
        double weight = 0;
        for (int n = 0; n < Neighbours; n++)
        {
            int otherY = y + around[n].Y, otherX = x + around[n].X, at = (Neighbours * i) + n;
            bool inside = otherY >= 0 && otherY < height && otherX >= 0 && otherX < _width;
            int number = inside ? numbers[(otherY * _width) + otherX] : -1;
            _unknowns[at] = number >= 0 ? number : _places.Length;
            _known[at] = inside && number < 0 ? (otherY * _width) + otherX : -1;
            weight += !inside ? 0 : n < Neighbours / 2 ? Direct : Diagonal;
        }

        _weights[i] = Vector256.Create(weight);
    }

    private Vector256<double>[] Solve(ReadOnlySpan<float> values, InputLayout layout, int channel, int lanes, double tolerance)
    {
        int count = _places.Length;
        var b = RightHandSide(values, layout, channel, lanes);
        // From 0: the first direction is b itself. The vector of directions has one more, for what is not unknown.
        Vector256<double>[] x = new Vector256<double>[count], r = [.. b], p = [.. b, default], q = new Vector256<double>[count];
        var residual = Dot(r, r);
        var wanted = residual * (tolerance * tolerance);
        for (int step = 0; step < 20 * count && Vector256.GreaterThanAny(residual, wanted); step++)
        {
            Multiply(p, q);
            var alpha = Ratio(residual, Dot(p, q));
            for (int i = 0; i < count; i++)
            {
                x[i] += alpha * p[i];
                r[i] -= alpha * q[i];
            }

            var next = Dot(r, r);
            var beta = Ratio(next, residual);
            for (int i = 0; i < count; i++)
            {
                p[i] = r[i] + (beta * p[i]);
            }

            residual = next;
        }

        return x;
    }

    /// <summary>Σ wₙ xₙ over the kept neighbours.</summary>
    private Vector256<double>[] RightHandSide(ReadOnlySpan<float> values, InputLayout layout, int channel, int lanes)
    {
        var b = new Vector256<double>[_places.Length];
        for (int at = 0; at < _known.Length; at++)
        {
            for (int lane = 0; lane < lanes && _known[at] >= 0; lane++)
            {
                double value = values[layout.IndexOf(channel + lane, _known[at] / _width, _known[at] % _width)];
                int i = at / Neighbours;
                b[i] = b[i].WithElement(lane, b[i][lane] + ((at % Neighbours < Neighbours / 2 ? Direct : Diagonal) * value));
            }
        }

        return b;
    }

    /// <summary>q = A p.</summary>
    private void Multiply(Vector256<double>[] p, Vector256<double>[] q)
    {
        for (int i = 0; i < q.Length; i++)
        {
            var around = _unknowns.AsSpan(Neighbours * i, Neighbours);
            var direct = p[around[0]] + p[around[1]] + p[around[2]] + p[around[3]];
            var diagonal = p[around[4]] + p[around[5]] + p[around[6]] + p[around[7]];
            q[i] = (_weights[i] * p[i]) - (direct * Direct) - (diagonal * Diagonal);
        }
    }

    private static Vector256<double> Dot(Vector256<double>[] one, Vector256<double>[] other)
    {
        var sum = Vector256<double>.Zero;
        for (int i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }

    /// <summary>A lane that has arrived stands still.</summary>
    private static Vector256<double> Ratio(Vector256<double> one, Vector256<double> other) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(other, Vector256<double>.Zero), one / other, Vector256<double>.Zero);
}

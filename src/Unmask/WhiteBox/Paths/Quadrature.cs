using System.Collections.Immutable;

namespace Unmask;

/// <summary>At which nodes an integral over a path is taken, and with which weights.</summary>
public enum Quadrature
{
    /// <summary>Gauss–Legendre: exact for polynomials of degree 2n − 1. Best for smooth networks; no better than others where ReLUs make steps.</summary>
    GaussLegendre,

    /// <summary>n nodes from end to end, weights 1 ÷ (n − 1), half at both ends.</summary>
    Trapezoid,

    /// <summary>The middles of n equal parts.</summary>
    Midpoint,

    /// <summary>The left ends of n equal parts.</summary>
    Left,

    /// <summary>The right ends of n equal parts.</summary>
    Right,
}

/// <summary>Nodes and weights on [0, 1].</summary>
internal static class Quadratures
{
    /// <summary>Every quadrature with its name.</summary>
    public static IReadOnlyList<(string Name, Quadrature Value)> All { get; } =
        [("gauss-legendre", Quadrature.GaussLegendre), ("trapezoid", Quadrature.Trapezoid), ("midpoint", Quadrature.Midpoint), ("left", Quadrature.Left), ("right", Quadrature.Right)];

    /// <summary>The nodes in ascending order. The weights add up to 1.</summary>
    public static ImmutableArray<(double Node, double Weight)> Of(Quadrature quadrature, int count) => quadrature switch
    {
        Quadrature.GaussLegendre => GaussLegendre(count),
        Quadrature.Trapezoid when count > 1 => [.. Equal(count, k => (double)k / (count - 1), k => (k == 0 || k == count - 1 ? 0.5 : 1) / (count - 1))],
        Quadrature.Left => [.. Equal(count, k => (double)k / count, _ => 1.0 / count)],
        Quadrature.Right => [.. Equal(count, k => (k + 1.0) / count, _ => 1.0 / count)],
        _ => [.. Equal(count, k => (k + 0.5) / count, _ => 1.0 / count)],
    };

    private static IEnumerable<(double, double)> Equal(int count, Func<int, double> node, Func<int, double> weight) =>
        Enumerable.Range(0, count).Select(k => (node(k), weight(k)));

    /// <summary>The roots of the Legendre polynomial by Newton's method, from Chebyshev's guess.</summary>
    private static ImmutableArray<(double Node, double Weight)> GaussLegendre(int count)
    {
        var nodes = new (double, double)[count];
        for (int k = 0; k < count; k++)
        {
            double root = -Math.Cos(Math.PI * (k + 0.75) / (count + 0.5)), slope = 1;
            for (int step = 0; step < 100; step++)
            {
                (double value, slope) = Legendre(count, root);
                double change = value / slope;
                root -= change;
                if (Math.Abs(change) < 1e-15)
                {
                    break;
                }
            }

            slope = Legendre(count, root).Slope;
            nodes[k] = ((1 + root) / 2, 1 / ((1 - (root * root)) * slope * slope));
        }

        return [.. nodes];
    }

    /// <summary>P and P′ at a point inside (−1, 1), by Bonnet's recursion.</summary>
    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        double before = 1, value = x;
        for (int k = 2; k <= degree; k++)
        {
            (before, value) = (value, (((2 * k) - 1) * x * value - ((k - 1) * before)) / k);
        }

        return (value, degree * ((x * value) - before) / ((x * x) - 1));
    }
}

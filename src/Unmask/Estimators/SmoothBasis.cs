using Unmask.Numerics;

namespace Unmask;

/// <summary>
/// An orthonormal basis of the smooth prior on a lattice of bins: w = Σ aₖ·bₖ with independent aₖ ~ N(0, s²). The kernel is a product of one a
/// direction, so its basis is made of products of the two one-dimensional ones.
/// </summary>
internal sealed class SmoothBasis
{
    private readonly PooledAxis _downAxis;
    private readonly PooledAxis _acrossAxis;
    private readonly double[,] _down;
    private readonly double[,] _across;
    private readonly (int Down, int Across)[] _pairs;

    public SmoothBasis(PooledAxis down, PooledAxis across, double length, double smallestShare)
    {
        _downAxis = down;
        _acrossAxis = across;
        double[] downScales, acrossScales;
        (_down, downScales) = OneAxis(down, length);
        (_across, acrossScales) = OneAxis(across, length);
        double largest = downScales.Max() * acrossScales.Max();
        _pairs = [.. from row in Enumerable.Range(0, down.Bins)
                     from column in Enumerable.Range(0, across.Bins)
                     where downScales[row] * acrossScales[column] > smallestShare * largest
                     select (row, column)];
    }

    /// <summary>The number of directions.</summary>
    public int Count => _pairs.Length;

    /// <summary>Bᵀ·S·B of a symmetric matrix over the bins, row by row.</summary>
    public double[] Project(double[] scatter)
    {
        int bins = _downAxis.Bins * _acrossAxis.Bins;
        double[] half = new double[bins * Count];
        Parallel.For(0, bins, row => ProjectVector(scatter.AsSpan(row * bins, bins)).CopyTo(half.AsSpan(row * Count)));
        double[] projected = new double[Count * Count];
        Parallel.For(0, Count, column =>
        {
            double[] line = new double[bins];
            for (int row = 0; row < bins; row++)
            {
                line[row] = half[(row * Count) + column];
            }

            ProjectVector(line).CopyTo(projected.AsSpan(column * Count));
        });
        return projected;
    }

    /// <summary>Bᵀ·v of a vector over the bins.</summary>
    public double[] ProjectVector(ReadOnlySpan<double> values) => Transform(values, _down, _across);

    /// <summary>The map over the input that coefficients stand for: what RISE would return, on average, if the model were the fitted one.</summary>
    /// <param name="coefficients">One number a direction.</param>
    /// <returns>[height × width], in units of the score.</returns>
    public double[] Map(ReadOnlySpan<double> coefficients)
    {
        var (down, across) = Responses();
        int width = _acrossAxis.Size;
        double[] rows = new double[_downAxis.Bins * width];
        for (int pair = 0; pair < Count; pair++)
        {
            var (row, column) = _pairs[pair];
            for (int x = 0; x < width; x++)
            {
                rows[(row * width) + x] += coefficients[pair] * across[x, column];
            }
        }

        double[] map = new double[_downAxis.Size * width];
        for (int y = 0; y < _downAxis.Size; y++)
        {
            for (int row = 0; row < _downAxis.Bins; row++)
            {
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(rows.AsSpan(row * width, width), down[y, row], map.AsSpan(y * width, width), map.AsSpan(y * width, width));
            }
        }

        return map;
    }

    /// <summary>How strongly each direction shows at one element of the map.</summary>
    public double[] At(double[,] down, double[,] across, int y, int x)
    {
        double[] strengths = new double[Count];
        for (int pair = 0; pair < strengths.Length; pair++)
        {
            strengths[pair] = down[y, _pairs[pair].Down] * across[x, _pairs[pair].Across];
        }

        return strengths;
    }

    /// <summary>How the one-dimensional directions show on each axis: [size × bins] each.</summary>
    public (double[,] Down, double[,] Across) Responses() => (Response(_downAxis, _down), Response(_acrossAxis, _across));

    private static double[,] Response(PooledAxis axis, double[,] basis)
    {
        double[,] shown = new double[axis.Size, axis.Bins];
        for (int element = 0; element < axis.Size; element++)
        {
            for (int direction = 0; direction < axis.Bins; direction++)
            {
                double sum = 0;
                for (int bin = 0; bin < axis.Bins; bin++)
                {
                    sum += axis.Response[(element * axis.Bins) + bin] * basis[bin, direction];
                }

                shown[element, direction] = sum;
            }
        }

        return shown;
    }

    private double[] Transform(ReadOnlySpan<double> values, double[,] down, double[,] across)
    {
        int rows = _downAxis.Bins, columns = _acrossAxis.Bins;
        double[] half = new double[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double value = values[(row * columns) + column];
                for (int direction = 0; direction < columns; direction++)
                {
                    half[(row * columns) + direction] += value * across[column, direction];
                }
            }
        }

        double[] transformed = new double[Count];
        for (int pair = 0; pair < transformed.Length; pair++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
            {
                sum += half[(row * columns) + _pairs[pair].Across] * down[row, _pairs[pair].Down];
            }

            transformed[pair] = sum;
        }

        return transformed;
    }

    /// <summary>The eigenvectors of the one-dimensional kernel, each times the root of its eigenvalue, and the eigenvalues.</summary>
    private static (double[,] Basis, double[] Scales) OneAxis(PooledAxis axis, double length)
    {
        double[,] kernel = new double[axis.Bins, axis.Bins];
        for (int i = 0; i < axis.Bins; i++)
        {
            for (int j = 0; j < axis.Bins; j++)
            {
                double distance = (axis.Centre(i) - axis.Centre(j)) / length;
                kernel[i, j] = Math.Exp(-0.5 * distance * distance);
            }
        }

        var (vectors, values) = SymmetricEigen.Of(kernel);
        for (int direction = 0; direction < axis.Bins; direction++)
        {
            double root = Math.Sqrt(Math.Max(0, values[direction]));
            for (int bin = 0; bin < axis.Bins; bin++)
            {
                vectors[bin, direction] *= root;
            }
        }

        return (vectors, values);
    }
}

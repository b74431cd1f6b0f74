using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>How much each token has of each other: [rows, columns], in double precision.</summary>
internal sealed class TokenMatrix(int rows, int columns)
{
    private readonly double[] _values = new double[rows * columns];

    public int Rows => rows;

    public int Columns => columns;

    public ref double this[int row, int column] => ref _values[(row * columns) + column];

    /// <summary>Each token has itself.</summary>
    public static TokenMatrix Identity(int size)
    {
        var identity = new TokenMatrix(size, size);
        for (int i = 0; i < size; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    public Span<double> Row(int row) => _values.AsSpan(row * columns, columns);

    /// <summary>The sum of two.</summary>
    public TokenMatrix Plus(TokenMatrix other)
    {
        var sum = new TokenMatrix(rows, columns);
        TensorPrimitives.Add(_values, other._values, sum._values);
        return sum;
    }

    /// <summary>The product with another.</summary>
    public TokenMatrix Times(TokenMatrix other)
    {
        var product = new TokenMatrix(rows, other.Columns);
        for (int row = 0; row < rows; row++)
        {
            other.AddCombination(Row(row), product.Row(row));
        }

        return product;
    }

    /// <summary>A row vector times this: Σ_i v_i · row i.</summary>
    public double[] After(ReadOnlySpan<double> vector)
    {
        double[] product = new double[columns];
        AddCombination(vector, product);
        return product;
    }

    public TokenMatrix Transposed()
    {
        var transposed = new TokenMatrix(columns, rows);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[column, row] = this[row, column];
            }
        }

        return transposed;
    }

    /// <summary>Every row divided by its sum; a row of zeros stays.</summary>
    public TokenMatrix WithUnitRows()
    {
        var scaled = new TokenMatrix(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            double sum = TensorPrimitives.Sum<double>(Row(row));
            if (sum != 0)
            {
                TensorPrimitives.Divide(Row(row), sum, scaled.Row(row));
            }
        }

        return scaled;
    }

    /// <summary>Half of this, half the residual connection, rows of sum 1: Abnar and Zuidema, §3.</summary>
    public TokenMatrix WithResidual() => Plus(Identity(rows)).WithUnitRows();

    private void AddCombination(ReadOnlySpan<double> weights, Span<double> sum)
    {
        for (int row = 0; row < rows; row++)
        {
            if (weights[row] != 0)
            {
                TensorPrimitives.MultiplyAdd(Row(row), weights[row], sum, sum);
            }
        }
    }
}

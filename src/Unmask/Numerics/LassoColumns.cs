using System.Numerics.Tensors;

namespace Unmask.Numerics;

/// <summary>The elements that a lasso uses: their columns, weights and signs, and the Gram matrix, kept as elements come and go.</summary>
/// <param name="rows">X, row by row.</param>
internal sealed class LassoColumns(float[][] rows)
{
    private readonly List<int> _elements = [];
    private readonly List<double[]> _columns = [];
    private readonly List<double> _weights = [];
    private readonly List<double> _signs = [];
    private readonly HashSet<int> _known = [];

    // The lower half, row by row.
    private readonly List<List<double>> _gram = [];

    public int Count => _elements.Count;

    public bool Contains(int element) => _known.Contains(element);

    /// <summary>Xᵀu.</summary>
    public static double[] TransposeTimes(float[][] rows, double[] u)
    {
        double[] sums = new double[rows[0].Length], wide = new double[sums.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (u[i] != 0)
            {
                TensorPrimitives.ConvertTruncating<float, double>(rows[i], wide);
                TensorPrimitives.MultiplyAdd(wide, u[i], sums, sums);
            }
        }

        return sums;
    }

    public void Add(int element, double sign)
    {
        double[] column = [.. rows.Select(row => (double)row[element])];
        _elements.Add(element);
        _known.Add(element);
        _columns.Add(column);
        _weights.Add(0);
        _signs.Add(sign);
        _gram.Add([.. _columns.Select(other => TensorPrimitives.Dot<double>(column, other))]);
    }

    /// <summary>Takes an element out and returns it.</summary>
    public int RemoveAt(int place)
    {
        int element = _elements[place];
        _known.Remove(element);
        _elements.RemoveAt(place);
        _columns.RemoveAt(place);
        _weights.RemoveAt(place);
        _signs.RemoveAt(place);
        _gram.RemoveAt(place);
        foreach (var row in _gram.Skip(place))
        {
            row.RemoveAt(place);
        }

        return element;
    }

    public int RemoveLast() => RemoveAt(Count - 1);

    /// <summary>The d of XᵀX d = signs: along it all correlations fall alike; <c>null</c> when a column depends on others.</summary>
    public double[]? Direction()
    {
        int size = Count;
        double[] matrix = new double[size * size];
        for (int row = 0; row < size; row++)
        {
            _gram[row].CopyTo(matrix, row * size);
        }

        return Cholesky.Of(matrix, size)?.Solve([.. _signs]);
    }

    /// <summary>X d.</summary>
    public double[] Times(double[] direction)
    {
        double[] sum = new double[rows.Length];
        for (int k = 0; k < direction.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(_columns[k], direction[k], sum, sum);
        }

        return sum;
    }

    /// <summary>How fast ‖w‖₁ grows along a direction.</summary>
    public double GrowthOf(double[] direction)
    {
        double growth = 0;
        for (int k = 0; k < direction.Length; k++)
        {
            growth += _signs[k] * direction[k];
        }

        return growth;
    }

    /// <summary>The place of the first weight that becomes 0, if that comes before the length; −1: none does.</summary>
    public int FirstToLeave(double[] direction, ref double length)
    {
        int leaving = -1;
        for (int k = 0; k < direction.Length; k++)
        {
            if (direction[k] * _weights[k] < 0 && -_weights[k] / direction[k] is var vanishes && vanishes < length)
            {
                (leaving, length) = (k, vanishes);
            }
        }

        return leaving;
    }

    public void Move(double[] direction, double length)
    {
        for (int k = 0; k < direction.Length; k++)
        {
            _weights[k] += length * direction[k];
        }
    }

    /// <summary>The weights of all elements.</summary>
    public double[] Weights(int count)
    {
        double[] weights = new double[count];
        for (int k = 0; k < Count; k++)
        {
            weights[_elements[k]] = _weights[k];
        }

        return weights;
    }
}

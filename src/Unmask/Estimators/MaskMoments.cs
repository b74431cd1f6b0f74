using System.Numerics.Tensors;

namespace Unmask;

/// <summary>
/// What a regression of scores on masks needs to know of the masks seen so far: their binned means and products, and the scores' with them.
/// The memory does not grow with the number of masks.
/// </summary>
internal sealed class MaskMoments
{
    private readonly PooledAxis _down;
    private readonly PooledAxis _across;
    private readonly int _cells;
    private readonly int _features;
    private readonly double[] _sum;
    private readonly double[] _products;
    private readonly double[][] _cross;
    private readonly double[] _scores;
    private readonly double[] _squares;
    private readonly double[] _binned;
    private readonly double[] _stretched;

    public MaskMoments(PooledAxis down, PooledAxis across, int cells, int targets)
    {
        _down = down;
        _across = across;
        _cells = cells;
        _features = down.Bins * across.Bins;
        _sum = new double[_features];
        _products = new double[_features * _features];
        _cross = [.. Enumerable.Range(0, targets).Select(_ => new double[_features])];
        _scores = new double[targets];
        _squares = new double[targets];
        _binned = new double[_features];
        _stretched = new double[down.Bins * cells];
    }

    /// <summary>Masks observed.</summary>
    public int Count { get; private set; }

    /// <summary>The number of targets.</summary>
    public int Targets => _scores.Length;

    /// <summary>Takes one mask and its scores.</summary>
    public void Add(MaskCoordinates mask, ReadOnlySpan<double> scores)
    {
        Count++;
        Bin(mask);
        TensorPrimitives.Add(_sum, _binned, _sum);
        for (int row = 0; row < _features; row++)
        {
            // The upper triangle; Scatter mirrors it.
            var line = _products.AsSpan((row * _features) + row, _features - row);
            TensorPrimitives.MultiplyAdd(_binned.AsSpan(row), _binned[row], line, line);
        }

        for (int target = 0; target < scores.Length; target++)
        {
            _scores[target] += scores[target];
            _squares[target] += scores[target] * scores[target];
            TensorPrimitives.MultiplyAdd(_binned, scores[target], _cross[target], _cross[target]);
        }
    }

    /// <summary>The mean score of a target.</summary>
    public double Mean(int target) => _scores[target] / Count;

    /// <summary>Σ (f − f̄)².</summary>
    public double Spread(int target) => Math.Max(0, _squares[target] - (_scores[target] * _scores[target] / Count));

    /// <summary>Σ (φ − φ̄)(φ − φ̄)ᵀ, row by row.</summary>
    public double[] Scatter()
    {
        double[] scatter = new double[_products.Length];
        for (int row = 0; row < _features; row++)
        {
            for (int column = row; column < _features; column++)
            {
                double value = _products[(row * _features) + column] - (_sum[row] * _sum[column] / Count);
                scatter[(row * _features) + column] = value;
                scatter[(column * _features) + row] = value;
            }
        }

        return scatter;
    }

    /// <summary>Σ (φ − φ̄)(f − f̄) of a target.</summary>
    public double[] Cross(int target)
    {
        double[] cross = [.. _cross[target]];
        TensorPrimitives.MultiplyAdd(_sum, -_scores[target] / Count, cross, cross);
        return cross;
    }

    /// <summary>φ = A·grid·Bᵀ: the mean of the mask in each bin, without expanding the mask.</summary>
    private void Bin(MaskCoordinates mask)
    {
        var grid = mask.Cells.Span;
        var offset = mask.Offset.Span;
        var down = _down.At(offset[0]);
        var across = _across.At(offset[1]);
        for (int bin = 0; bin < _down.Bins; bin++)
        {
            for (int column = 0; column < _cells; column++)
            {
                double sum = 0;
                for (int row = 0; row < _cells; row++)
                {
                    sum += down[(bin * _cells) + row] * grid[(row * _cells) + column];
                }

                _stretched[(bin * _cells) + column] = sum;
            }
        }

        for (int bin = 0; bin < _down.Bins; bin++)
        {
            for (int other = 0; other < _across.Bins; other++)
            {
                _binned[(bin * _across.Bins) + other] = TensorPrimitives.Dot(_stretched.AsSpan(bin * _cells, _cells), across.Slice(other * _cells, _cells));
            }
        }
    }
}

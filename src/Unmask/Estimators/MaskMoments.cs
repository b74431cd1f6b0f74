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

    /// <summary>Takes the bins, the cells a side of the masks' grids, and how many series of scores are observed at once.</summary>
    public MaskMoments(PooledGrid grid, int cells, int series)
    {
        _down = grid.Down;
        _across = grid.Across;
        _cells = cells;
        _features = grid.Bins;
        _sum = new double[_features];
        _products = new double[_features * _features];
        _cross = [.. Enumerable.Range(0, series).Select(_ => new double[_features])];
        _scores = new double[series];
        _squares = new double[series];
        _binned = new double[_features];
        _stretched = new double[_down.Bins * cells];
    }

    /// <summary>Masks observed.</summary>
    public int Count { get; private set; }

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

        for (int series = 0; series < scores.Length; series++)
        {
            _scores[series] += scores[series];
            _squares[series] += scores[series] * scores[series];
            TensorPrimitives.MultiplyAdd(_binned, scores[series], _cross[series], _cross[series]);
        }
    }

    /// <summary>The mean score of a series.</summary>
    public double Mean(int series) => _scores[series] / Count;

    /// <summary>Σ (f − f̄)².</summary>
    public double Spread(int series) => Math.Max(0, _squares[series] - (_scores[series] * _scores[series] / Count));

    /// <summary>What a regression needs to know of a series.</summary>
    public ScoreMoments Of(int series) => new(Count, Spread(series), Cross(series));

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

    /// <summary>Σ (φ − φ̄)(f − f̄) of a series.</summary>
    private double[] Cross(int series)
    {
        double[] cross = [.. _cross[series]];
        TensorPrimitives.MultiplyAdd(_sum, -_scores[series] / Count, cross, cross);
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

namespace Unmask.Estimators;

/// <summary>
/// The coalitions that were tried, their weights and scores. A bit a segment, so thousands of them take less room than one batch of masked
/// inputs; residuals, which robust errors need, can be looked at again.
/// </summary>
internal sealed class CoalitionDesign(int features, int targets)
{
    private readonly List<int[]> _kept = [];
    private readonly int[] _buffer = new int[features];
    private readonly List<double> _weights = [];
    private readonly List<double>[] _scores = [.. Enumerable.Range(0, targets).Select(_ => new List<double>())];

    public int Features => features;

    public int Targets => targets;

    public int Count => _weights.Count;

    public IReadOnlyList<double> Weights => _weights;

    public double TotalWeight { get; private set; }

    /// <summary>Weighted means of the columns.</summary>
    public double[] Means()
    {
        double[] means = new double[features];
        for (int i = 0; i < Count; i++)
        {
            foreach (int feature in Kept(i))
            {
                means[feature] += _weights[i] / TotalWeight;
            }
        }

        return means;
    }

    public void Add(ReadOnlySpan<float> cells, double weight, ReadOnlySpan<double> scores)
    {
        int[] words = new int[(features + 31) / 32];
        for (int feature = 0; feature < cells.Length; feature++)
        {
            words[feature / 32] |= cells[feature] != 0 ? 1 << (feature % 32) : 0;
        }

        _kept.Add(words);
        _weights.Add(weight);
        TotalWeight += weight;
        for (int target = 0; target < targets; target++)
        {
            _scores[target].Add(scores[target]);
        }
    }

    /// <summary>The weighted mean of a target's scores.</summary>
    public double MeanScore(int target)
    {
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += _weights[i] * _scores[target][i];
        }

        return sum / TotalWeight;
    }

    /// <summary>Σ factor·(z − m)(z − m)ᵀ, features × features.</summary>
    /// <param name="means">m.</param>
    /// <param name="factor">A weight for each coalition.</param>
    public double[] Scatter(ReadOnlySpan<double> means, ReadOnlySpan<double> factor)
    {
        double[] scatter = new double[features * features], sums = new double[features];
        double total = 0;
        for (int i = 0; i < Count; i++)
        {
            total += factor[i];
            var kept = Kept(i);
            for (int a = 0; a < kept.Length; a++)
            {
                sums[kept[a]] += factor[i];
                int row = kept[a] * features;
                for (int b = 0; b <= a; b++)
                {
                    scatter[row + kept[b]] += factor[i];
                }
            }
        }

        for (int a = 0; a < features; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double centred = scatter[(a * features) + b] - (means[a] * sums[b]) - (means[b] * sums[a]) + (means[a] * means[b] * total);
                scatter[(a * features) + b] = scatter[(b * features) + a] = centred;
            }
        }

        return scatter;
    }

    /// <summary>Σ π·(z − m)·(y − ȳ) for a target.</summary>
    public double[] Covariance(ReadOnlySpan<double> means, int target, double meanScore)
    {
        double[] covariance = new double[features];
        double total = 0;
        for (int i = 0; i < Count; i++)
        {
            double weighted = _weights[i] * (_scores[target][i] - meanScore);
            total += weighted;
            foreach (int feature in Kept(i))
            {
                covariance[feature] += weighted;
            }
        }

        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(means, -total, covariance, covariance);
        return covariance;
    }

    /// <summary>y − intercept − Σ β·z of each coalition.</summary>
    public double[] Residuals(int target, double intercept, double[] coefficients)
    {
        double[] residuals = new double[Count];
        for (int i = 0; i < residuals.Length; i++)
        {
            residuals[i] = _scores[target][i] - intercept;
            foreach (int feature in Kept(i))
            {
                residuals[i] -= coefficients[feature];
            }
        }

        return residuals;
    }

    /// <summary>The features that a coalition keeps, in order; valid until the next call.</summary>
    private ReadOnlySpan<int> Kept(int index)
    {
        int count = 0;
        for (int word = 0; word < _kept[index].Length; word++)
        {
            for (uint bits = (uint)_kept[index][word]; bits != 0; bits &= bits - 1)
            {
                _buffer[count++] = (word * 32) + System.Numerics.BitOperations.TrailingZeroCount(bits);
            }
        }

        return _buffer.AsSpan(0, count);
    }
}

namespace Unmask.Estimators;

/// <summary>
/// The weight of a coalition. Distances in input space come from sums over each segment, which are exact because a mask is constant within
/// segments: no masked input is made for them.
/// </summary>
internal sealed class CoalitionKernel
{
    private readonly Similarity _similarity;
    private readonly double _width;
    private readonly SegmentSums _sums;

    /// <summary>For one input, its segments and what replaces them.</summary>
    public CoalitionKernel(Similarity similarity, double width, ModelInput input, Segments segments, Infill infill)
    {
        _similarity = similarity;
        _width = width;
        _sums = similarity == Similarity.CoalitionCosine ? SegmentSums.None : SegmentSums.Of(input, segments, infill);
    }

    /// <summary>π, in [0, 1]; 1 for the whole input.</summary>
    /// <param name="cells">1 or 0 a segment.</param>
    public double WeightOf(ReadOnlySpan<float> cells)
    {
        double distance = DistanceOf(cells);
        double exponent = distance * distance / (_width * _width);
        return Math.Exp(-exponent / 2);
    }

    private double DistanceOf(ReadOnlySpan<float> cells) => _similarity switch
    {
        Similarity.CoalitionCosine => 1 - Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.Sum(cells) / (double)cells.Length),
        Similarity.InputCosine => _sums.CosineDistance(cells),
        _ => Math.Sqrt(_sums.Hidden(cells)),
    };

    /// <summary>Dot products restricted to each segment, of the input x and the in-fill x̂.</summary>
    private sealed record SegmentSums(double[] Inputs, double[] Mixed, double[] Infills, double[] Differences)
    {
        public static SegmentSums None { get; } = new([], [], [], []);

        public static SegmentSums Of(ModelInput input, Segments segments, Infill infill)
        {
            int[] labels = segments.OfElements(input.Layout);
            float[] replaced = infill.For(input);
            var sums = new SegmentSums(new double[segments.Count], new double[segments.Count], new double[segments.Count], new double[segments.Count]);
            for (int i = 0; i < labels.Length; i++)
            {
                double x = input.Values[i], other = replaced[i];
                sums.Inputs[labels[i]] += x * x;
                sums.Mixed[labels[i]] += x * other;
                sums.Infills[labels[i]] += other * other;
                sums.Differences[labels[i]] += (x - other) * (x - other);
            }

            return sums;
        }

        /// <summary>1 − x·x̃ ÷ (‖x‖·‖x̃‖); 1 when one of them is 0.</summary>
        public double CosineDistance(ReadOnlySpan<float> cells)
        {
            double whole = 0, dot = 0, masked = 0;
            for (int i = 0; i < cells.Length; i++)
            {
                bool kept = cells[i] != 0;
                whole += Inputs[i];
                dot += kept ? Inputs[i] : Mixed[i];
                masked += kept ? Inputs[i] : Infills[i];
            }

            double norms = Math.Sqrt(whole * masked);
            return norms > 0 ? 1 - (dot / norms) : 1;
        }

        /// <summary>‖x − x̃‖².</summary>
        public double Hidden(ReadOnlySpan<float> cells)
        {
            double sum = 0;
            for (int i = 0; i < cells.Length; i++)
            {
                sum += cells[i] != 0 ? 0 : Differences[i];
            }

            return sum;
        }
    }
}

using System.Numerics.Tensors;

namespace Unmask;

/// <summary>What a regression needs to know of one series of scores: how many, Σ(f − f̄)², and Σ(φ − φ̄)(f − f̄) over the bins.</summary>
internal sealed record ScoreMoments(int Count, double Spread, double[] Cross)
{
    /// <summary>The least-squares factor of φ·w as an account of these scores; 0 where w explains nothing.</summary>
    /// <param name="weights">w, one number a bin.</param>
    /// <param name="spreads">S·w, S = Σ(φ − φ̄)(φ − φ̄)ᵀ.</param>
    public double ScaleOf(ReadOnlySpan<double> weights, ReadOnlySpan<double> spreads)
    {
        double spread = TensorPrimitives.Dot(weights, spreads);
        return spread > 0 ? TensorPrimitives.Dot(weights, Cross) / spread : 0;
    }

    /// <summary>The moments of f − s·φ·w, s being <see cref="ScaleOf"/>.</summary>
    public ScoreMoments Without(ReadOnlySpan<double> weights, ReadOnlySpan<double> spreads)
    {
        double scale = ScaleOf(weights, spreads);
        double[] cross = [.. Cross];
        TensorPrimitives.MultiplyAdd(spreads, -scale, cross, cross);
        return new(Count, Math.Max(0, Spread - (scale * TensorPrimitives.Dot(weights, Cross))), cross);
    }
}

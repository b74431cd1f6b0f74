namespace Unmask;

/// <summary>What becomes of the maps at noisy copies.</summary>
public enum NoiseAverage
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The mean of their squares.</summary>
    Squared,

    /// <summary>Their variance (of the population: divided by n).</summary>
    Variance,
}

/// <summary>Noisy copies of an input, and what is made of their maps: what a <see cref="NoiseLaw"/> and the methods that take one have in common.</summary>
public abstract record NoiseOptions
{
    private protected NoiseOptions()
    {
    }

    /// <summary>Standard deviation of the noise ÷ (largest − smallest element of the input), at least 0. Default 0.15; the paper advises 0.1 to 0.2.</summary>
    public double Level { get; init => field = Require.NotNegative(value); } = 0.15;

    /// <summary>Noisy copies, at least 1. Default 25; the paper shows 50.</summary>
    public int Samples { get; init => field = Require.Positive(value); } = 25;

    /// <summary>What becomes of the maps: their mean (<c>smoothgrad</c>), the mean of their squares (<c>smoothgrad-squared</c>) or their variance (<c>vargrad</c>). Default <see cref="NoiseAverage.Mean"/>.</summary>
    public NoiseAverage Average { get; init; } = NoiseAverage.Mean;

    /// <summary>Seed of the noise; each copy has a stream of its own. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Noisy copies of an input, and what is made of their maps. Slot of <see cref="Estimator.Noisy"/>.</summary>
public sealed record NoiseLaw : NoiseOptions
{
    /// <summary>Noise that was drawn elsewhere, [samples, …item]: added as it is; <c>null</c> (default): drawn.</summary>
    public float[]? Given { get; init; }
}

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

/// <summary>Noisy copies of an input, and what is made of their maps.</summary>
public sealed record NoiseLaw
{
    /// <summary>Standard deviation of the noise ÷ (largest − smallest element of the input), at least 0. Default 0.15.</summary>
    public double Level
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    = 0.15;

    /// <summary>Copies, at least 1. Default 25.</summary>
    public int Samples
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = 25;

    /// <summary>What becomes of the maps. Default <see cref="NoiseAverage.Mean"/>.</summary>
    public NoiseAverage Average { get; init; } = NoiseAverage.Mean;

    /// <summary>Seed of the noise. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Noise that was drawn elsewhere, [samples, …item]: added as it is; <c>null</c> (default): drawn.</summary>
    public float[]? Given { get; init; }
}

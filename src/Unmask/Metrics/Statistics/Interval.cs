namespace Unmask.Metrics;

/// <summary>A mean and how far chance alone could have moved it.</summary>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Level">The share of samples whose interval would hold the true mean, for instance 0.95.</param>
/// <param name="Count">The number of values.</param>
public readonly record struct Interval(double Mean, double Low, double High, double Level, int Count)
{
    /// <summary>Whether a number lies within, ends included.</summary>
    public bool Holds(double value) => value >= Low && value <= High;
}

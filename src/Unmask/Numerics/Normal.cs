namespace Unmask;

/// <summary>Normally distributed numbers.</summary>
internal static class Normal
{
    /// <summary>Two independent numbers of mean 0 and variance 1, by Box and Muller.</summary>
    public static (double One, double Other) Pair(ref Rng random)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }
}

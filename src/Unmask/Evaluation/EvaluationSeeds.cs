namespace Unmask.Metrics;

/// <summary>How often each method runs, and under which seeds.</summary>
/// <param name="seed">The evaluation's.</param>
/// <param name="runs">Of random methods.</param>
internal sealed class EvaluationSeeds(ulong seed, int runs)
{
    /// <summary>1 for methods that are not random: their runs would be equal.</summary>
    public int RunsOf(EvaluationMethod method) => method.WithSeed is null ? 1 : runs;

    /// <summary>The seed of a repeated run; the first run keeps the method's own.</summary>
    /// <param name="run">At least 1.</param>
    public ulong Of(int run) => Rng.At(seed, run).NextUInt32();
}

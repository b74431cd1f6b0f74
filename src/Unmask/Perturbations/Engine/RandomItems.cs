namespace Unmask.Perturbations;

/// <summary>
/// Which stream of random numbers belongs to what. A stream is named by what it is about (target, variant, step, view), never by its place in a batch, so that a problem meets the
/// same numbers alone and among others.
/// </summary>
internal static class RandomItems
{
    private const int PurposeBits = 60;
    private const int ProblemBits = 34;
    private const int StepBits = 14;
    private const int VariantBits = 6;

    /// <summary>The shift of a step.</summary>
    public static long Jitter(int step) => Item(1, 0, step, 0);

    /// <summary>The start of a problem.</summary>
    public static long Start(long problem) => Item(2, problem, 0, 0);

    /// <summary>The noise of one view of a problem at a step.</summary>
    public static long Noise(long problem, int step, int view) => Item(3, problem, step, view);

    /// <summary>What a law draws for one view of a problem at a step.</summary>
    public static long Law(long problem, int step, int view) => Item(4, problem, step, view);

    /// <summary>The in-fill of one view of a problem at a step.</summary>
    public static long Infill(long problem, int step, int view) => Item(5, problem, step, view);

    /// <summary>The number of a problem among all that there could be: a class and a variant.</summary>
    public static long Problem(int target, int variant) => ((long)target << VariantBits) + variant;

    private static long Item(int purpose, long problem, int step, int view) =>
        ((long)purpose << PurposeBits) ^ (problem << ProblemBits) ^ ((long)step << StepBits) ^ (uint)view;
}

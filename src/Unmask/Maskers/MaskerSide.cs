namespace Unmask.Maskers;

/// <summary>A question to the classifier about a picture of which one part is seen, and what is wanted of the answer. As <see cref="MaskSide"/> is for one mask.</summary>
/// <param name="Score">What is read of the classifier's answer.</param>
/// <param name="Rises">Whether it shall rise; else it shall fall.</param>
/// <param name="Complement">Whether what the mask marks is hidden, Φ(x, 1 − m); else what it does not mark, Φ(x, m).</param>
public sealed record MaskerSide(MaskerScore Score, bool Rises, bool Complement)
{
    /// <summary>What the side's loss is multiplied by, its size term included. Default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>
    /// λ ≥ 0: the mean area of a mask is made small, −λ·max(0, 1[the side is won] − mean m), on pictures of which the side is won: seen in part the class is still first, or, with the part
    /// hidden, no longer (where it was at the whole picture). Default 0.
    /// </summary>
    public double Size { get; init => field = Require.NotNegative(value); }

    /// <summary>The class shall be likely where only what is marked is seen.</summary>
    public static MaskerSide Preserves { get; } = new(MaskerScore.Classification, Rises: true, Complement: false);

    /// <summary>The classifier shall be undecided where what is marked is hidden.</summary>
    public static MaskerSide Confuses { get; } = new(MaskerScore.Entropy, Rises: true, Complement: true);

    /// <summary>The class shall be unlikely where what is marked is hidden.</summary>
    public static MaskerSide Destroys { get; } = new(MaskerScore.Classification, Rises: false, Complement: true);

    /// <summary>Whether it needs to know what the classifier says of the whole picture.</summary>
    internal bool ReadsWhole => Score.ReadsWhole || (Complement && Size > 0);

    /// <summary>All of it in a few words, by which a checkpoint knows it again.</summary>
    public override string ToString() => FormattableString.Invariant($"{(Complement ? "out" : "in")}: {(Rises ? "raise" : "lower")} {Score}, weight {Weight}, size {Size}");
}

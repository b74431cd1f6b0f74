using Unmask.Maskers.Engine;

namespace Unmask.Maskers;

/// <summary>What a masker's objective reads of the classifier's answer to a picture of which one part is seen.</summary>
public abstract record MaskerScore
{
    private protected MaskerScore()
    {
    }

    /// <summary>log p of the class: raised it is minus the cross-entropy. Counts on every picture.</summary>
    public static MaskerScore Classification { get; } = new LogProbability();

    /// <summary>The entropy −Σ p log p of the answer, on pictures that the classifier gets right as a whole; on others 0. Its maximum is log(classes).</summary>
    public static MaskerScore Entropy { get; } = new AnswerEntropy();

    /// <summary>Whether it needs to know what the classifier says of the whole picture.</summary>
    internal virtual bool ReadsWhole => false;

    /// <summary>
    /// The margin g = z_class − the largest other logit, up to where it suffices: raised, the loss is max(0, confidence − g); lowered, max(0, confidence + g).
    /// </summary>
    /// <param name="confidence">The margin that suffices, 0 or more.</param>
    /// <param name="fakeConfidence">That for a class that is not on the picture, where the wish is the opposite. Default 1.</param>
    /// <remarks>Source: the released code of Dabkowski and Gal, NIPS 2017.</remarks>
    public static MaskerScore Margin(double confidence, double fakeConfidence = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(confidence);
        ArgumentOutOfRangeException.ThrowIfNegative(fakeConfidence);
        return new LogitMargin(confidence, fakeConfidence);
    }

    /// <summary>p^power of the class.</summary>
    /// <param name="power">Above 0: below 1 it still pulls where p is small.</param>
    /// <remarks>Source: Dabkowski and Gal, NIPS 2017, eq. 3, with the power 0.3.</remarks>
    public static MaskerScore Probability(double power)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(power);
        return new PowerOfProbability(power);
    }

    /// <summary>Adds the nodes.</summary>
    /// <param name="answer">The classifier's answers.</param>
    /// <param name="rises">Whether the score shall rise.</param>
    /// <param name="isFake">Whether the class is not on the picture.</param>
    /// <returns>What is made small, one number a picture: [N].</returns>
    internal abstract string Append(AnswerGraph answer, bool rises, bool isFake);

    private sealed record LogProbability : MaskerScore
    {
        internal override string Append(AnswerGraph answer, bool rises, bool isFake) => answer.Signed(answer.OfClass(answer.LogProbabilities), rises);

        public override string ToString() => "classification";
    }

    private sealed record AnswerEntropy : MaskerScore
    {
        internal override bool ReadsWhole => true;

        // −H·1[right as a whole]; Zolna, Geras, Cho, CVIU 2020, eq. 5.
        internal override string Append(AnswerGraph answer, bool rises, bool isFake)
        {
            string each = answer.Graph.Add("Mul", [answer.Probabilities, answer.LogProbabilities], "entropy/each");
            string negative = answer.SumOf(each);
            return answer.Signed(answer.Graph.Add("Mul", [negative, MaskerNames.WholeIsRight], "entropy/gated"), !rises);
        }

        public override string ToString() => "entropy";
    }

    private sealed record LogitMargin(double Confidence, double FakeConfidence) : MaskerScore
    {
        internal override string Append(AnswerGraph answer, bool rises, bool isFake)
        {
            string confidence = answer.Graph.Constant((float)(isFake ? FakeConfidence : Confidence));
            return answer.Graph.Add("Relu", [answer.Graph.Add(rises ? "Sub" : "Add", [confidence, answer.Margin], "margin/unmet")], "margin/loss");
        }

        public override string ToString() => FormattableString.Invariant($"margin {Confidence} ({FakeConfidence})");
    }

    private sealed record PowerOfProbability(double Power) : MaskerScore
    {
        internal override string Append(AnswerGraph answer, bool rises, bool isFake)
        {
            // p^λ = e^(λ log p), which has a slope wherever p underflows.
            string scaled = answer.Graph.Add("Mul", [answer.OfClass(answer.LogProbabilities), answer.Graph.Constant((float)Power)], "probability/scaled");
            return answer.Signed(answer.Graph.Add("Exp", [scaled], "probability/power"), rises);
        }

        public override string ToString() => FormattableString.Invariant($"probability^{Power}");
    }
}

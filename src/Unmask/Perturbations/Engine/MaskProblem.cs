namespace Unmask.Perturbations;

/// <summary>One mask (or pair of masks) to be found: for one input, one target and one variant of the objective.</summary>
/// <param name="Index">The problem's place.</param>
/// <param name="Site">What is masked.</param>
/// <param name="Value">The site's value at the input.</param>
/// <param name="Infill">What replaces it; of in-fills that depend on the mask, not used.</param>
/// <param name="Target">Whose score is asked.</param>
/// <param name="Variant">Which variant of the terms, from 0.</param>
internal sealed record MaskProblem(int Index, MaskSite Site, float[] Value, float[] Infill, ResolvedTarget Target, int Variant)
{
    /// <summary>The number by which random numbers know the problem again.</summary>
    public long Number => RandomItems.Problem(Target.Index, Variant);

    /// <summary>What the weights of scores are multiplied by.</summary>
    public double ScoreFactor { get; init; } = 1;

    /// <summary>What the composition is fed, where it is the same at each step.</summary>
    public float[][] Prepared { get; init; } = [];
}

/// <summary>What an evaluation gave of one problem.</summary>
internal sealed class Evaluation
{
    /// <summary>What is made small: weighted scores and terms.</summary>
    public double Objective { get; set; }

    /// <summary>The sum of what the views add to the objective.</summary>
    public double Views { get; set; }

    /// <summary>The mean of the target's scores over the views.</summary>
    public double MeanScore => ViewScores.Average();

    /// <summary>The target's score at each view.</summary>
    public required double[] ViewScores { get; init; }

    /// <summary>Each term's value, not weighted.</summary>
    public required double[] Terms { get; init; }

    /// <summary>The objective's gradient; empty unless it was asked for.</summary>
    public required float[] Gradient { get; init; }
}

namespace Unmask;

/// <summary>How LIME divides an input, hides segments and fits the scores. Start from a preset and change it with <c>with</c>.</summary>
public sealed record LimeOptions
{
    /// <summary>The authors' package: 1,000 samples, quickshift(4, 200, 0.2), each segment's own mean colour, √exp(−d² ÷ 0.25²) of the coalition's cosine distance, ridge α = 1.</summary>
    public static LimeOptions Code { get; } = new();

    /// <summary>Captum: 50 samples, in-fill 0, exp(−d² ÷ 2) of the cosine distance in input space, lasso α = 0.01, the model's output as it is.</summary>
    public static LimeOptions Captum { get; } = new()
    {
        Preset = "captum",
        Samples = 50,
        Infill = Infill.Zero,
        Similarity = Similarity.InputCosine,
        KernelWidth = 1,
        Fit = LinearFit.Lasso,
        Alpha = 0.01,
        Score = Score.Output,
    };

    /// <summary>Xplique: 150 samples, grey, exp(−d² ÷ 2·45²) of the Euclidean distance in input space, ridge α = 2.</summary>
    public static LimeOptions Xplique { get; } = new()
    {
        Preset = "xplique",
        Samples = 150,
        Infill = Infill.Grey,
        Similarity = Similarity.InputEuclidean,
        KernelWidth = 45,
        Alpha = 2,
    };

    /// <summary>The preset that these options started from, for results. Default <c>code</c>.</summary>
    public string Preset { get; init; } = "code";

    /// <summary>N, the number of masked inputs (forward passes) with the whole one, at least 1. Default 1000.</summary>
    public int Samples { get; init => field = Require.Positive(value); } = 1000;

    /// <summary>How the input is divided; <c>null</c> (default): quickshift(4, 200, 0.2) for pictures, each element its own segment for other inputs.</summary>
    public Segmenter? Segmenter { get; init; }

    /// <summary>What replaces hidden segments; <c>null</c> (default): <see cref="Infill.SegmentMean"/> for pictures, <see cref="Infill.Zero"/> for other inputs.</summary>
    public Infill? Infill { get; init; }

    /// <summary>What makes a sample near. Default <see cref="Similarity.CoalitionCosine"/>.</summary>
    public Similarity Similarity { get; init; } = Similarity.CoalitionCosine;

    /// <summary>
    /// σ of the kernel, above 0, in units of its distance: cosine distances lie in 0 to 1 (to 2 in input space), Euclidean ones grow with the input. Default 0.25.
    /// </summary>
    public double KernelWidth { get; init => field = Require.Positive(value); } = 0.25;

    /// <summary>The fit. Default <see cref="LinearFit.Ridge"/>.</summary>
    public LinearFit Fit { get; init; } = LinearFit.Ridge;

    /// <summary>α of ridge or lasso, at least 0. Default 1. Ignored by least squares.</summary>
    public double Alpha { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Which segments enter the fit. Default <see cref="FeatureSelection.None"/>: all.</summary>
    public FeatureSelection Selection { get; init; }

    /// <summary>Whether all 2ⁿ coalitions are tried instead of samples when n ≤ 12 and there are no more of them than samples. Default true.</summary>
    public bool Enumerate { get; init; } = true;

    /// <summary>Whether samples come as pairs of complements. Default false, as published; true gives less noise for the same cost.</summary>
    public bool Paired { get; init; }

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>The seed of the segmentation and of the samples. Default 0.</summary>
    public ulong Seed { get; init; }
}

namespace Unmask;

/// <summary>What a score-weighted sum of masks is divided by.</summary>
public enum MaskNormalization
{
    /// <summary>S(λ) = Σ f·M(λ) ÷ (N·p): the paper's form (eq. 6). Its level carries the mean score; only contrasts mean something.</summary>
    ExpectedCoverage,

    /// <summary>S(λ) = Σ f·M(λ) ÷ Σ M(λ): each pixel by how often it was really kept. The score's mean given that the pixel is kept.</summary>
    EmpiricalCoverage,

    /// <summary>S(λ) = Σ (f − f̄)·M(λ) ÷ (N·p·(1 − p)): the mean score subtracted. Signed; the same ranking in expectation with far less noise.</summary>
    MeanSubtracted,

    /// <summary>S(λ) = Σ f·M(λ) ÷ N: TorchRay's form.</summary>
    Count,
}

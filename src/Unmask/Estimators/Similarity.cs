namespace Unmask;

/// <summary>What makes a masked input count much or little in a local fit.</summary>
public enum Similarity
{
    /// <summary>π = √exp(−d² ÷ σ²), d = 1 − √(kept ÷ all): the cosine distance of the coalition from the whole. The lime package's.</summary>
    CoalitionCosine,

    /// <summary>π = exp(−d² ÷ 2σ²), d = 1 − cos(x, masked x): Captum's default.</summary>
    InputCosine,

    /// <summary>π = exp(−d² ÷ 2σ²), d = ‖x − masked x‖ in the model's input space: its scale grows with the input's size.</summary>
    InputEuclidean,
}

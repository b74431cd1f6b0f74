namespace Unmask.Graphs;

/// <summary>What DeepLIFT does at a function of one element.</summary>
public enum DeepLiftRule
{
    /// <summary>Rescale: one multiplier, Δa/Δz: Shrikumar et al. 2017, §3.5.1.</summary>
    Rescale,

    /// <summary>RevealCancel: behind dense layers and convolutions, what raised z and what lowered it have multipliers of their own (§3.5.3). Elsewhere Rescale.</summary>
    RevealCancel,

    /// <summary>RevealCancel behind dense layers, Rescale behind convolutions: what the authors' code offers as its default for genomics.</summary>
    Genomics,
}

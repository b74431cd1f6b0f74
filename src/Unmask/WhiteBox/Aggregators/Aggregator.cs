using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>
/// How values and multipliers at a cut become attributions. One of the four nouns of white-box methods. What is made for display only (absolute values,
/// sums over channels, rectification) is no part of it: see <see cref="ChannelReduction"/> and <see cref="Explanation.Rectified"/>.
/// </summary>
public abstract class Aggregator
{
    private protected Aggregator()
    {
    }

    /// <summary>The multipliers as they are.</summary>
    public static Aggregator Multiplier { get; } = new FormulaAggregator(state => new(state.Multiplier, MapForm.Cut));

    /// <summary>Value times multiplier; of a path, what was integrated along it.</summary>
    public static Aggregator Contribution { get; } = new FormulaAggregator(state => new(state.Contribution(), MapForm.Cut), usesIntegral: true);

    /// <summary>The value itself.</summary>
    public static Aggregator Value { get; } = new FormulaAggregator(state => new(state.Value, MapForm.Cut));

    /// <summary>Grad-CAM: Σ_k w_k A_k with w_k the mean of the multipliers of channel k over all places. Not rectified. Needs a cut with places; of several, each is rectified, scaled to 0 … 1 and resized to the model's pixels, and the mean is taken.</summary>
    public static Aggregator MeanWeights { get; } = new LayerMapAggregator(maps => ChannelWeights.Weighted(maps, ChannelWeights.Mean));

    /// <summary>
    /// Σ_k w_k A_k with w_k the sum of channel k's contributions over all places: LIFT-CAM with DeepLIFT's, LRP-CAM with relevance. Not rectified. Needs a cut with places.
    /// </summary>
    public static Aggregator ContributionWeights { get; } = new LayerMapAggregator(ChannelWeights.ByContribution);

    /// <summary>Whether attributions come from the path's integral, so that they add up to a difference of scores.</summary>
    internal virtual bool UsesIntegral => false;

    /// <summary>Makes the attributions of what was found at the cuts.</summary>
    internal abstract AggregatedMap Apply(ImmutableArray<CutState> cuts);
}

/// <summary>An aggregator of one cut.</summary>
internal sealed class FormulaAggregator(Func<CutState, AggregatedMap> formula, bool usesIntegral = false) : Aggregator
{
    internal override bool UsesIntegral => usesIntegral;

    internal override AggregatedMap Apply(ImmutableArray<CutState> cuts) => cuts is [var only]
        ? formula(only)
        : throw new UnmaskException($"The method makes a map of one layer, but was given {cuts.Length}: {string.Join(", ", cuts.Select(cut => cut.Name))}. Name one (--layer).");
}

using Unmask.Segmenters;

namespace Unmask;

/// <summary>Quickshift: each pixel climbs to the nearest pixel of higher density in colour and place; the trees are the segments. LIME's default.</summary>
/// <remarks>
/// v = (ratio·L*a*b*, x, y); density E(i) = Σⱼ exp(−‖vᵢ − vⱼ‖² ÷ 2κ²) over a window of 3κ; parents are looked for in the same window. Segments follow
/// edges closely and vary in size; they need not be connected. Ties of density (flat areas) are broken by seeded noise of at most 0.001 neighbours.
/// Source: Vedaldi, Soatto, «Quick shift and kernel methods for mode seeking», ECCV 2008.
/// </remarks>
public sealed record Quickshift : Segmenter
{
    /// <summary>κ, the standard deviation of the density's kernel in pixels, above 0, at most 32; larger means fewer segments. Default 4.</summary>
    public double Kernel { get; init => field = Require.PositiveUpTo(value, 32); } = 4;

    /// <summary>The longest link between a pixel and its parent, in the units of v; above 0, at most 1,000,000. Default 200: in practice, the window alone limits.</summary>
    public double MaxDistance { get; init => field = Require.PositiveUpTo(value, 1_000_000); } = 200;

    /// <summary>How much colour counts against place, 0 to 1. Default 0.2.</summary>
    public double Ratio { get; init => field = Require.Share(value); } = 0.2;

    /// <inheritdoc/>
    public override string Name => $"quickshift:{Table.Text(this)}";

    internal static SettingTable<Quickshift> Table { get; } = new SettingTable<Quickshift>(new())
        .Add("kernel", "Standard deviation of the density's kernel in pixels; above 0, at most 32.", o => SettingText.Of(o.Kernel), (o, text) => o with { Kernel = SettingText.Double(text) })
        .Add("max-distance", "The longest link, in the units of (ratio·Lab, x, y); above 0, at most 1000000.", o => SettingText.Of(o.MaxDistance), (o, text) => o with { MaxDistance = SettingText.Double(text) })
        .Add("ratio", "How much colour counts against place; 0 to 1.", o => SettingText.Of(o.Ratio), (o, text) => o with { Ratio = SettingText.Double(text) });

    /// <inheritdoc/>
    public override Segments Segment(ModelInput input, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var picture = SeenPicture.Of(input);
        var tree = new DensityTree(CieLab.Of(picture), picture.Height, picture.Width, Kernel, Ratio);
        return Segments.InOrderOfAppearance(picture.Height, picture.Width, tree.Roots(MaxDistance, seed));
    }
}

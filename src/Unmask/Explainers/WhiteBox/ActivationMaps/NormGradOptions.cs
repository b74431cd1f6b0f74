namespace Unmask;

/// <summary>Which layers NormGrad looks at, and how.</summary>
public sealed record NormGradOptions
{
    /// <summary>The layer with places. Default <see cref="Cut.LastSpatial"/>: found by itself. Of several (<see cref="Cut.Several"/>) each map is scaled to 0 … 1 and resized to the model's pixels, and the product is the result.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>The identity layer whose weights' gradient is looked at. Default <see cref="IdentityLayer.Convolution1"/>.</summary>
    public IdentityLayer Identity { get; init; } = IdentityLayer.Convolution1;

    /// <summary>How that gradient becomes one number a place. Default <see cref="PlaceNorm.L2"/>.</summary>
    public PlaceNorm Norm { get; init; } = PlaceNorm.L2;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>NormGrad's settings on the command line.</summary>
internal static class NormGradSettings
{
    private static readonly (string Name, IdentityLayer Value)[] Identities =
        [("convolution1", IdentityLayer.Convolution1), ("convolution3", IdentityLayer.Convolution3), ("scaling", IdentityLayer.Scaling), ("bias", IdentityLayer.Bias)];

    private static readonly (string Name, PlaceNorm Value)[] Norms =
        [("l2", PlaceNorm.L2), ("positive-l2", PlaceNorm.PositiveL2), ("sum", PlaceNorm.Sum), ("max", PlaceNorm.Max)];

    public static SettingTable<NormGradOptions> Table { get; } = new SettingTable<NormGradOptions>(new())
        .Add("layer", "The layer with places: last-spatial, or the name of a layer (`unmask inspect` lists them); of several, separated by commas, the maps are multiplied.", o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("identity", "The identity layer whose weights' gradient is looked at: convolution1, convolution3, scaling or bias.", o => SettingText.NameOf(o.Identity, Identities), (o, text) => o with { Identity = SettingText.Choice(text, Identities) })
        .Add("norm", "How that gradient becomes one number a place: l2, positive-l2, sum or max.", o => SettingText.NameOf(o.Norm, Norms), (o, text) => o with { Norm = SettingText.Choice(text, Norms) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

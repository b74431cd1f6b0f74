namespace Unmask;

/// <summary>Which support models, of which method, and what counts as important.</summary>
public sealed record GadOptions
{
    /// <summary>The support models, which must be given. Default <c>null</c>: none.</summary>
    public GadSupports? Supports { get; init; }

    /// <summary>The method whose maps are intersected: its id, with settings after a colon (<c>integrated-gradients:steps=20</c>). Any method that gives a map of a picture. Default <c>gradient</c>.</summary>
    public string Base
    {
        get;
        init
        {
            GadBase.Parse(value);
            field = value;
        }
    }

    = InputGradient.Id;

    /// <summary>Which pixels of a map are important. Default <see cref="PixelImportance.TopHalf"/>, as in the paper's experiments; its figure of hulls takes those above a tenth of the maximum.</summary>
    public PixelImportance Importance { get; init; } = PixelImportance.TopHalf;
}

/// <summary>GAD's settings on the command line.</summary>
internal static class GadSettings
{
    public static SettingTable<GadOptions> Table { get; } = new SettingTable<GadOptions>(new())
        .Add("supports", "The folder of support models; `unmask train gad` makes it.", o => o.Supports?.Folder ?? "", (o, text) => o with { Supports = GadSupports.Open(text) })
        .Add("base", "The method whose maps are intersected, with its settings after a colon: integrated-gradients:steps=20.", o => o.Base, (o, text) => o with { Base = text })
        .Add("importance", "Which pixels are important: top:0.5 (the half with the largest magnitudes), nonzero:0.5 (half of those that are not 0) or max:0.1 (above a tenth of the largest).", o => o.Importance.ToString(), (o, text) => o with { Importance = PixelImportance.Parse(text) });
}

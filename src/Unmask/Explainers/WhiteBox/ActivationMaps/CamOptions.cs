namespace Unmask;

/// <summary>How CAM is shown. There is no choice of a layer: it is defined for the maps that the network averages.</summary>
public sealed record CamOptions
{
    /// <summary>Whether pictures and metrics show only what speaks for the target. Default <c>false</c>, as in the paper. The array always keeps the negative part.</summary>
    public bool Relu { get; init; }
}

/// <summary>CAM's settings on the command line.</summary>
internal static class CamSettings
{
    public static SettingTable<CamOptions> Table { get; } = new SettingTable<CamOptions>(new())
        .Add("relu", GradCamSettings.ReluText, o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) });
}

namespace Unmask;

/// <summary>Which layer, which path.</summary>
public sealed record InternalInfluenceOptions() : PathOptions(Cut.LastSpatial, Quadrature.Midpoint);

/// <summary>The settings of internal-influence on the command line.</summary>
internal static class InternalInfluenceSettings
{
    public static SettingTable<InternalInfluenceOptions> Table { get; } = new SettingTable<InternalInfluenceOptions>(new()).AddPath();
}

namespace Unmask.Metrics;

/// <summary>How the pointing game is played.</summary>
public sealed record PointingGameOptions
{
    /// <summary>How far the point may lie from the object and still count, in pixels of the picture, at least 0. Default 15. The distance must be below it; 0: the point must lie on the object.</summary>
    public double Tolerance
    {
        get;
        init
        {
            if (!(value >= 0) || double.IsInfinity(value))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "At least 0.");
            }

            field = value;
        }
    }

    = 15;
}

/// <summary>The pointing game: whether the map's highest point lies on the object.</summary>
/// <remarks>
/// <para>Formula: 1 if some pixel of the object is less than the tolerance away from the map's maximum, else 0. The map is stretched bilinearly to the
/// picture's own pixels first. Where several pixels share the maximum, the share of them that hit.</para>
/// <para>Result: 1 or 0, in between for ties; higher is better. Averages over classes stand in the report beside plain ones.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: objects are large or in the middle (look at the row of the centre); the network uses the surroundings, and the map says so
/// truthfully; one pixel decides over the whole map.</para>
/// <para>Source: Zhang et al., «Top-down Neural Attention by Excitation Backprop», ECCV 2016; the tolerance of 15 pixels and averages over classes as there.
/// Differs from it in: ties count in shares; a tolerance of 0 means «on the object».</para>
/// </remarks>
/// <param name="options">Default: a tolerance of 15 pixels.</param>
public sealed class PointingGame(PointingGameOptions? options = null) : LocalizationMetric(MetricId, PointingGameSettings.Table.Describe(options ?? new()))
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "pointing-game";

    private readonly double _tolerance = (options ?? new()).Tolerance;

    private protected override MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject)
    {
        var peaks = new MapPeaks(map, subject.Input.Layout, truth.PlaceOf(subject.Input), truth.Width, truth.Height).Find();
        if (peaks.Count == 0)
        {
            return MetricValue.None("the model sees no pixel of the picture");
        }

        double hits = peaks.Count(peak => Hits(truth, peak.X, peak.Y));
        return MetricValue.Of(hits / peaks.Count) with
        {
            TieFraction = peaks.Count == 1 ? 0 : (double)peaks.Count / (truth.Width * truth.Height),
            Notes = peaks.Count == 1 ? [] : [$"{peaks.Count} pixels share the map's maximum; the value is the share of them that hit."],
        };
    }

    private bool Hits(GroundTruth truth, int x, int y)
    {
        if (truth[x, y])
        {
            return true;
        }

        int reach = (int)Math.Ceiling(_tolerance);
        for (int row = Math.Max(0, y - reach); row <= Math.Min(truth.Height - 1, y + reach); row++)
        {
            for (int column = Math.Max(0, x - reach); column <= Math.Min(truth.Width - 1, x + reach); column++)
            {
                double squared = ((double)(row - y) * (row - y)) + ((double)(column - x) * (column - x));
                if (squared < _tolerance * _tolerance && truth[column, row])
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>The pointing game's settings on the command line.</summary>
internal static class PointingGameSettings
{
    public static SettingTable<PointingGameOptions> Table { get; } = new SettingTable<PointingGameOptions>(new())
        .Add("tolerance", "How far beside the object still counts, in pixels of the picture; 0: on the object.", o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) });
}

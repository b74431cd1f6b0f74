namespace Unmask;

/// <summary>How wide the bell in the middle is.</summary>
public sealed record CenterMapOptions
{
    /// <summary>Standard deviation as a fraction of each side, above 0. Default 0.25.</summary>
    public double SigmaFraction { get; init => field = Require.Positive(value); } = 0.25;
}

/// <summary>A bell in the middle of the picture: what a metric of localisation must be compared with, since photographers put things in the middle.</summary>
/// <remarks>
/// <para>Formula: a(x, y) = exp(−½ ((x − cₓ) ÷ σW)² − ½ ((y − c_y) ÷ σH)²), c the centre, σ = ¼.</para>
/// <para>Result: [height, width] of the model's input, 0 to 1.</para>
/// <para>Cost: none. Deterministic.</para>
/// <para>Misleads when: it is overlooked: on photos of single objects it beats many published methods at pointing.</para>
/// <para>Source: a reference row; the centre baseline of Zhang et al., «Top-down Neural Attention by Excitation Backprop», ECCV 2016. Differs from it in: a bell
/// instead of a point, so that it orders all pixels.</para>
/// </remarks>
/// <param name="model">The model; it is not asked.</param>
/// <param name="options">Default: a quarter of each side.</param>
public sealed class CenterMap(Model model, CenterMapOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "center";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Centre",
        "A bell in the middle of the picture, where photographers put things.",
        "none",
        "a picture",
        "reference row",
        CenterMapSettings.Table,
        static (model, options) => new CenterMap(model, options)) with
    {
        IsReference = true,
        Obstacle = MethodInfo.UnlessPicture,
    };

    private readonly CenterMapOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ReferenceExplanation.Of(this, input, targets, CenterMapSettings.Table.Describe(_options), null, () => Bell(input.Layout), cancel);
    }

    private float[] Bell(InputLayout layout)
    {
        var (height, width) = layout.Spatial;
        float[] map = new float[height * width];
        for (int i = 0; i < map.Length; i++)
        {
            double down = FromCentre(i / width, height), across = FromCentre(i % width, width);
            map[i] = (float)Math.Exp(-0.5 * ((down * down) + (across * across)));
        }

        return map;
    }

    /// <summary>In standard deviations.</summary>
    private double FromCentre(int at, int size) => (at - ((size - 1) / 2.0)) / (_options.SigmaFraction * size);
}

/// <summary>The centre map's settings on the command line.</summary>
internal static class CenterMapSettings
{
    public static SettingTable<CenterMapOptions> Table { get; } = new SettingTable<CenterMapOptions>(new())
        .Add("sigma-fraction", "Standard deviation as a fraction of each side; above 0.", o => SettingText.Of(o.SigmaFraction), (o, text) => o with { SigmaFraction = SettingText.Double(text) });
}

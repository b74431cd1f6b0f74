namespace Unmask;

/// <summary>How large the box in the middle is.</summary>
public sealed record CenterBoxOptions
{
    /// <summary>Its side as a fraction of the picture's, above 0, at most 1. Default 158 ÷ 224: half of the area, as in the papers that print it.</summary>
    public double Side { get; init => field = Require.PositiveUpTo(value, 1); } = 158.0 / 224;
}

/// <summary>A box in the middle of the picture: what metrics about boxes must be compared with. On photos of single objects it has beaten class activation maps.</summary>
/// <remarks>
/// <para>Formula: 1 within a margin of (1 − side) ÷ 2 of each side, rounded to whole pixels, else 0.</para>
/// <para>Result: [height, width] of the model's input, 0 or 1.</para>
/// <para>Cost: none. Deterministic.</para>
/// <para>Misleads when: it is overlooked. For metrics about an order of pixels it says little, having two values only: take <c>center</c>.</para>
/// <para>Source: a reference row; the centred box of Dabkowski and Gal, «Real time image saliency for black box classifiers», NeurIPS 2017 (46.3 % localisation error on ImageNet, where CAM had 48.1 %), and of Phang, Park, Geras, 2020 (a margin of 33 of 224
/// pixels). Differs from it in: nothing.</para>
/// </remarks>
/// <param name="model">The model; it is not asked.</param>
/// <param name="options">Default: half of the area.</param>
public sealed class CenterBox(Model model, CenterBoxOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "center-box";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Centred box",
        "A box in the middle of the picture that holds half of it.",
        "none",
        "a picture",
        "reference row",
        CenterBoxSettings.Table,
        static (model, options) => new CenterBox(model, options)) with
    {
        IsReference = true,
        Obstacle = MethodInfo.UnlessPicture,
    };

    private readonly CenterBoxOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ReferenceExplanation.Of(this, input, targets, CenterBoxSettings.Table.Describe(_options), null, () => Box(input.Layout), cancel);
    }

    private float[] Box(InputLayout layout)
    {
        var (height, width) = layout.Spatial;
        int above = Margin(height), before = Margin(width);
        float[] map = new float[height * width];
        for (int y = above; y < height - above; y++)
        {
            map.AsSpan((y * width) + before, width - (2 * before)).Fill(1);
        }

        return map;
    }

    private int Margin(int size) => Math.Min((int)Math.Round((1 - _options.Side) / 2 * size), (size - 1) / 2);
}

/// <summary>The centred box's settings on the command line.</summary>
internal static class CenterBoxSettings
{
    public static SettingTable<CenterBoxOptions> Table { get; } = new SettingTable<CenterBoxOptions>(new())
        .Add("side", "Its side as a fraction of the picture's; above 0, at most 1.", o => SettingText.Of(o.Side), (o, text) => o with { Side = SettingText.Double(text) });
}

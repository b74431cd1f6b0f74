namespace Unmask;

/// <summary>An edge map has nothing to choose.</summary>
public sealed record EdgeMapOptions;

/// <summary>The picture's edges: they look like many explanations and know nothing of the model.</summary>
/// <remarks>
/// <para>Formula: a = √(Gₓ² + G_y²), G the 3 × 3 Sobel responses of the mean over channels, border pixels repeated outwards.</para>
/// <para>Result: [height, width] of the model's input, at least 0, in units of the model's input.</para>
/// <para>Cost: none. Deterministic.</para>
/// <para>Misleads when: it is overlooked: gradient maps that resemble it may owe their looks to the picture alone.</para>
/// <para>Source: a reference row, as in Adebayo et al., «Sanity Checks for Saliency Maps», NeurIPS 2018. Differs from it in: nothing.</para>
/// </remarks>
/// <param name="model">The model; it is not asked.</param>
/// <param name="options">There is nothing to choose.</param>
public sealed class EdgeMap(Model model, EdgeMapOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "edge";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Edges",
        "The picture's edges (Sobel), whatever the model.",
        "none",
        "a picture",
        "reference row",
        EdgeMapSettings.Table,
        static (model, options) => new EdgeMap(model, options)) with
    {
        IsReference = true,
        Obstacle = MethodInfo.UnlessPicture,
    };

    private readonly EdgeMapOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ReferenceExplanation.Of(this, input, targets, EdgeMapSettings.Table.Describe(_options), null, () => Sobel(input), cancel);
    }

    private static float[] Sobel(ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        double[] grey = Grey(input, height, width);
        float[] map = new float[grey.Length];
        for (int y = 0; y < height; y++)
        {
            int up = Math.Max(0, y - 1) * width, here = y * width, down = Math.Min(height - 1, y + 1) * width;
            for (int x = 0; x < width; x++)
            {
                int left = Math.Max(0, x - 1), right = Math.Min(width - 1, x + 1);
                double across = grey[up + right] - grey[up + left] + (2 * (grey[here + right] - grey[here + left])) + grey[down + right] - grey[down + left];
                double along = grey[down + left] - grey[up + left] + (2 * (grey[down + x] - grey[up + x])) + grey[down + right] - grey[up + right];
                map[here + x] = (float)Math.Sqrt((across * across) + (along * along));
            }
        }

        return map;
    }

    private static double[] Grey(ModelInput input, int height, int width)
    {
        var layout = input.Layout;
        double[] grey = new double[height * width];
        for (int i = 0; i < grey.Length; i++)
        {
            for (int channel = 0; channel < layout.Channels; channel++)
            {
                grey[i] += (double)input.Values[layout.IndexOf(channel, i / width, i % width)] / layout.Channels;
            }
        }

        return grey;
    }
}

/// <summary>The edge map's settings on the command line: none.</summary>
internal static class EdgeMapSettings
{
    public static SettingTable<EdgeMapOptions> Table { get; } = new(new());
}

namespace Unmask;

/// <summary>The seed of a random map.</summary>
public sealed record RandomMapOptions
{
    /// <summary>Seed of the noise. Default 0. Inputs with other values get other noise under the same seed.</summary>
    public ulong Seed { get; init; }
}

/// <summary>A map of noise: the row that every method must beat, or the metric says nothing.</summary>
/// <remarks>
/// <para>Formula: a(i) uniform in [0, 1), independent.</para>
/// <para>Result: [height, width] of the model's input, or the input's own shape where it is no picture.</para>
/// <para>Cost: none. Random, but a function of the seed and the input's values.</para>
/// <para>Misleads when: it is taken for a lower bound: removing scattered pixels is worse for many networks than removing the right ones.</para>
/// <para>Source: a reference row, as in Samek et al., «Evaluating the visualization of what a deep neural network has learned», TNNLS 2017. Differs from it in: nothing.</para>
/// </remarks>
/// <param name="model">The model; it is not asked.</param>
/// <param name="options">Default: seed 0.</param>
public sealed class RandomMap(Model model, RandomMapOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "random";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Random map",
        "Noise: what any metric must tell from a real map.",
        "none",
        "any input",
        "reference row",
        RandomMapSettings.Table,
        static (model, options) => new RandomMap(model, options)) with
    {
        IsReference = true,
    };

    private readonly RandomMapOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ReferenceExplanation.Of(this, input, targets, RandomMapSettings.Table.Describe(_options), _options.Seed, () => Noise(input), cancel);
    }

    private float[] Noise(ModelInput input)
    {
        var random = Rng.At(_options.Seed, InputKey.Of(input));
        float[] map = new float[input.Layout.IsSpatial ? input.Layout.Spatial.Height * input.Layout.Spatial.Width : input.Layout.Count];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = random.NextSingle();
        }

        return map;
    }
}

/// <summary>The random map's settings on the command line.</summary>
internal static class RandomMapSettings
{
    public static SettingTable<RandomMapOptions> Table { get; } = new SettingTable<RandomMapOptions>(new())
        .Add("seed", "Seed of the noise; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}

namespace Unmask.Metrics;

/// <summary>Localisation error: whether the box around the map's region misses every object of the class.</summary>
/// <remarks>
/// <para>Formula: 0 if the box around the region's largest connected piece overlaps a box of the truth by more than half (common ÷ united area, strictly above ½), else 1; on the pixels of the model's input. Boxes are half open; the
/// truth's are brought there, truncated to whole pixels and not clipped.</para>
/// <para>Result: 0 or 1; the mean over items is the published error, lower is better. A map without a region (a constant one) has no box and is wrong. Undefined when the model sees nothing of any box.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: objects fill the photo: a centred box does well (look at the row <c>center-box</c>); the network looks at a part of the object, and the map says so truthfully; the map is noisy, so that its
/// largest piece is a matter of chance.</para>
/// <para>Source: the localisation task of ImageNet with the class known, as in Żołna, Geras, Cho, «Classifier-agnostic saliency map extraction», CVIU 2020 (rule <see cref="RegionRule.Quantile"/>) and Phang, Park, Geras, 2020 (rule
/// <see cref="RegionRule.Mean"/>). Differs from it in: maps are stretched to 0 … 1 first unless asked otherwise.</para>
/// </remarks>
/// <param name="options">Default: CASME's rule on the map stretched to 0 … 1.</param>
public sealed class LocalizationError(RegionOptions? options = null) : LocalizationMetric(MetricId, RegionSettings.Table.Describe(options ?? new()), Better.Lower)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "localization-error";

    private readonly RegionOptions _options = options ?? new();

    internal override bool UsesBoxes => true;

    private protected override MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject) => Of(map, truth, subject.Input, _options);

    /// <summary>The error of one map; undefined where the model sees no box.</summary>
    internal static MetricValue Of(float[] map, GroundTruth truth, ModelInput input, RegionOptions options)
    {
        var seen = PixelBox.Seen(truth, input);
        if (seen.Count == 0)
        {
            return MetricValue.None("the model sees nothing of the object's boxes");
        }

        var box = MapRegion.Box(map, input.Layout.Spatial.Height, input.Layout.Spatial.Width, options);
        return MetricValue.Of(seen.Exists(truthful => box.Overlap(truthful) > 0.5) ? 0 : 1) with
        {
            Notes = box.Area > 0 ? [] : ["The map has no region and so no box: that counts as wrong."],
        };
    }
}

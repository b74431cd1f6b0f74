namespace Unmask.Metrics;

/// <summary>Official metric of ImageNet's localisation: whether the class is wrong, or the box is.</summary>
/// <remarks>
/// <para>Formula: 0 if the model's top class is the explained one and <see cref="LocalizationError"/> is 0, else 1.</para>
/// <para>Result: 0 or 1; the mean over items is the published number, lower is better. Where the explained class is the model's top class anyway (<c>--target top</c>) it is the localisation error.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: methods of different models are compared: it measures the classifier above all.</para>
/// <para>Source: ImageNet's localisation task, top 1; as «OM» in Żołna, Geras, Cho, «Classifier-agnostic saliency map extraction», CVIU 2020. Differs from it in: as for the localisation error.</para>
/// </remarks>
/// <param name="options">Default: CASME's rule on the map stretched to 0 … 1.</param>
public sealed class OfficialMetric(RegionOptions? options = null) : LocalizationMetric(MetricId, RegionSettings.Table.Describe(options ?? new()), Better.Lower)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "om";

    private readonly RegionOptions _options = options ?? new();

    internal override bool UsesBoxes => true;

    private protected override MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject)
    {
        var located = LocalizationError.Of(map, truth, subject.Input, _options);
        return located.Value is 0 && subject.Model.Predict(subject.Input).Ranked[0] != subject.Target.Index
            ? MetricValue.Of(1) with { Notes = ["The box is right, the model's top class is not."] }
            : located;
    }
}

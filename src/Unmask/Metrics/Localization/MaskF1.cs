namespace Unmask.Metrics;

/// <summary>With what a mask is compared.</summary>
public enum MaskTruth
{
    /// <summary>The objects' boxes.</summary>
    Boxes,

    /// <summary>The objects' pixels.</summary>
    Mask,
}

/// <summary>What becomes of several boxes.</summary>
public enum OverBoxes
{
    /// <summary>The box that fits best counts («F1»).</summary>
    Max,

    /// <summary>All count alike («F1a»).</summary>
    Mean,
}

/// <summary>How a map is compared with where the object is.</summary>
public sealed record MaskF1Options
{
    /// <summary>What is done to the values first. Default <see cref="MapScaling.MinMax"/>; for masks of trained maskers <see cref="MapScaling.None"/>.</summary>
    public MapScaling Scale { get; init; }

    /// <summary>With what it is compared. Default <see cref="MaskTruth.Boxes"/>.</summary>
    public MaskTruth Against { get; init; }

    /// <summary>What becomes of several boxes; without effect on masks. Default <see cref="OverBoxes.Max"/>.</summary>
    public OverBoxes Over { get; init; }
}

/// <summary>F1 of a soft mask as a detector of the object's pixels.</summary>
/// <remarks>
/// <para>Formula: 2PR ÷ (P + R), precision P = Σ m·g ÷ Σ m, recall R = Σ m·g ÷ |g|; m the mask, g 1 on the object's box (or exact mask) and else 0; 10⁻⁶ is added to each divisor. |g| counts a box's pixels beyond the model's input too. Of several boxes
/// the best (F1) or the mean (F1a).</para>
/// <para>Result: 0 to 1, higher is better. A map that is 1 everywhere gets 2q ÷ (1 + q) on an object of the share q. Undefined when the model sees nothing of the object.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: maps are no masks: grey values in between cost precision, though their order may be right; objects are large: then a full mask is hard to beat.</para>
/// <para>Source: Żołna, Geras, Cho, «Classifier-agnostic saliency map extraction», CVIU 2020; Phang, Park, Geras, 2020. Differs from it in: maps are stretched to 0 … 1 first unless asked otherwise, values beyond are held there; exact masks.</para>
/// </remarks>
/// <param name="options">Default: the best box, the map stretched to 0 … 1.</param>
public sealed class MaskF1(MaskF1Options? options = null) : LocalizationMetric(MetricId, MaskF1Settings.Table.Describe(options ?? new()))
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "f1";

    private const double Epsilon = 1e-6;

    private readonly MaskF1Options _options = options ?? new();

    internal override bool UsesBoxes => true;

    private protected override MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject)
    {
        double[] mask = Array.ConvertAll(MapRegion.Scaled(map, _options.Scale), value => Math.Clamp((double)value, 0, 1));
        var (height, width) = subject.Input.Layout.Spatial;
        List<(double Common, long Size)> objects = _options.Against == MaskTruth.Mask
            ? [OnMask(mask, truth.OnModelPixels(subject.Input))]
            : [.. PixelBox.Seen(truth, subject.Input).Select(box => (Sum(mask, width, box.Within(width, height)), box.Area))];
        double[] values = [.. objects.Where(each => each.Size > 0).Select(each => F1(each.Common, mask.Sum(), each.Size))];
        return values.Length == 0 ? MetricValue.None("the model sees no pixel of the object") : MetricValue.Of(_options.Over == OverBoxes.Max ? values.Max() : values.Average());
    }

    private static double F1(double common, double mask, long size)
    {
        double precision = common / (mask + Epsilon), recall = common / (size + Epsilon);
        return 2 * precision * recall / (precision + recall + Epsilon);
    }

    private static (double Common, long Size) OnMask(double[] mask, bool[] inside) => (mask.Where((_, place) => inside[place]).Sum(), inside.LongCount(pixel => pixel));

    private static double Sum(double[] mask, int width, PixelBox box)
    {
        double sum = 0;
        for (int y = box.Top; y < box.Bottom; y++)
        {
            for (int x = box.Left; x < box.Right; x++)
            {
                sum += mask[(y * width) + x];
            }
        }

        return sum;
    }
}

/// <summary>F1's settings on the command line.</summary>
internal static class MaskF1Settings
{
    private static readonly IReadOnlyList<(string Name, MaskTruth Value)> Truths = [("boxes", MaskTruth.Boxes), ("mask", MaskTruth.Mask)];
    private static readonly IReadOnlyList<(string Name, OverBoxes Value)> Over = [("max", OverBoxes.Max), ("mean", OverBoxes.Mean)];

    public static SettingTable<MaskF1Options> Table { get; } = new SettingTable<MaskF1Options>(new())
        .Add("scale", "What is done to the map first: min-max (stretched to 0 … 1), or none for masks that mean their own values.", o => SettingText.NameOf(o.Scale, RegionSettings.Scalings), (o, text) => o with { Scale = SettingText.Choice(text, RegionSettings.Scalings) })
        .Add("against", "With what it is compared: the objects' boxes, or the mask of their pixels.", o => SettingText.NameOf(o.Against, Truths), (o, text) => o with { Against = SettingText.Choice(text, Truths) })
        .Add("over", "Of several boxes the best (max), or the mean.", o => SettingText.NameOf(o.Over, Over), (o, text) => o with { Over = SettingText.Choice(text, Over) });
}

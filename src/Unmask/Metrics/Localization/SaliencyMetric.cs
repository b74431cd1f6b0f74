using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Metrics;

/// <summary>The saliency metric: whether a small box around the map's region, cut out and enlarged to the whole input, is recognised alone.</summary>
/// <remarks>
/// <para>Formula: log max(a, 0.05) − log p, a the box's share of the input, p the class's probability on what the box holds, stretched bicubically to the whole input. The box is that of <see cref="LocalizationError"/>.</para>
/// <para>Result: lower is better, may be negative; the whole picture gets −log of its probability, a box below 5 % with certainty −3.0. A map without a region gives the model an input of zeros (the mean colour of most preprocessings) at a = 0.05.</para>
/// <para>Cost: one forward pass a map.</para>
/// <para>Misleads when: the model is at a loss with enlarged and stretched parts, whatever they show; boxes below 5 % are rewarded no further; a box says nothing of the region's shape.</para>
/// <para>Source: Dabkowski and Gal, «Real time image saliency for black box classifiers», NeurIPS 2017, eq. 2; regions and resizing as in the evaluation of Phang, Park, Geras, 2020. Differs from it in: the region's rule and the scaling of maps can be
/// chosen.</para>
/// </remarks>
/// <param name="options">Default: CASME's rule on the map stretched to 0 … 1.</param>
public sealed class SaliencyMetric(RegionOptions? options = null) : IMetric
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "saliency-metric";

    // Smaller boxes are not better: a box must stay large enough to show something.
    private const double SmallestShare = 0.05;

    private readonly RegionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Id => MetricId;

    /// <inheritdoc/>
    public Better Better => Better.Lower;

    /// <inheritdoc/>
    public bool NeedsTruth => false;

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Options => RegionSettings.Table.Describe(_options);

    /// <inheritdoc/>
    public IReadOnlyList<MetricValue> Measure(MetricSubject subject, IReadOnlyList<float[]> maps, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        subject.Check(maps);
        var values = new MetricValue[maps.Count];
        for (int i = 0; i < values.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            float broken = Array.Find(maps[i], value => !float.IsFinite(value));
            values[i] = float.IsFinite(broken) ? Measure(subject, maps[i], cancel) : MetricValue.None($"the map holds {broken}");
            progress?.Report(new Step(i + 1, values.Length, "forward passes"));
        }

        return values;
    }

    private MetricValue Measure(MetricSubject subject, float[] map, CancellationToken cancel)
    {
        var input = subject.Input;
        var (height, width) = input.Layout.Spatial;
        var box = MapRegion.Box(map, height, width, _options);
        float[] cut = box.Area > 0 ? Stretched(input, box) : new float[input.Layout.Count];
        var stretched = subject.Model.Prepare(TensorData.Adopt(cut, [1, .. input.Layout.Sizes.Select(size => (long)size)]), input.Others)[0];
        double share = box.Area / (double)(height * width);
        double probability = subject.Model.Evaluate(stretched, Score.LogProbability, cancel)[subject.Target.Index];
        return MetricValue.Of(Math.Log(Math.Max(SmallestShare, share)) - probability) with
        {
            ForwardPasses = 1,
            Notes = box.Area > 0 ? [] : ["The map has no region and so no box: the model was shown an input of zeros."],
        };
    }

    /// <summary>What a box holds, stretched to the whole input.</summary>
    private static float[] Stretched(ModelInput input, PixelBox box)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        int tall = box.Bottom - box.Top, wide = box.Right - box.Left;
        float[] stretched = new float[layout.Count], part = new float[tall * wide];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int place = 0; place < part.Length; place++)
            {
                part[place] = input.Values[layout.IndexOf(channel, box.Top + (place / wide), box.Left + (place % wide))];
            }

            float[] plane = BicubicResize.Run(part, tall, wide, height, width);
            for (int place = 0; place < plane.Length; place++)
            {
                stretched[layout.IndexOf(channel, place / width, place % width)] = plane[place];
            }
        }

        return stretched;
    }
}

namespace Unmask;

/// <summary>Regional multi-scale: replaces one superpixel after the other by colours of the picture's border, at several sizes of superpixels.</summary>
/// <remarks>
/// <para>Formula: A(i) = mean over divisions of WE(segment of i), WE = log₂ odds f(x) − log₂ odds E[f(x with the segment replaced)], colours drawn from the normal distribution of those segments of the division that touch the border.</para>
/// <para>Result: [height, width] of the model's input, signed, in bits (weight of evidence) or in units of the score.</para>
/// <para>Cost: one forward pass a segment and draw: 7,500 by default. Random, but a function of the seed.</para>
/// <para>Misleads when: the object touches the border, so that its own colours replace it; evidence is redundant (replacing one of two cues changes nothing); the replacement itself looks like something.</para>
/// <para>Source: Seo, Oh, Oh, «Regional Multi-scale Approach for Visually Pleasing Explanations of Deep Neural Networks», 2018; the weight of evidence after Zintgraf et al., ICLR 2017. Differs from it in: the paper leaves numbers open that are settings here.</para>
/// </remarks>
/// <param name="model">The model; only its scores are read.</param>
/// <param name="options">Default: 50, 100, 200 and 400 segments, 10 draws.</param>
public sealed class RegionalMultiScale(Model model, RegionalMultiScaleOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "regional-multi-scale";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Regional multi-scale",
        "Replaces superpixels of several sizes, one by one, by colours of the border.",
        "7,500 forward passes",
        "scores only; a picture",
        "Seo, Oh, Oh, 2018",
        RegionalMultiScaleSettings.Table,
        static (model, options) => new RegionalMultiScale(model, options)) with
    {
        Obstacle = MethodInfo.UnlessPicture,
    };

    private readonly RegionalMultiScaleOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var (height, width) = input.Layout.Spatial;
        var run = new ProbeRun(this, input, targets, _options.Score, cancel);
        var estimator = new RegionalDifference([height, width], run.Unmasked, Change(run, model.ClassCount(input, _options.Score)));
        Segments[] divisions = [.. _options.Segments.Select(count => new Slic { Segments = count, Compactness = _options.Compactness }.Segment(input, _options.Seed))];
        int total = divisions.Sum(segments => segments.Count) * _options.Samples, done = 0;
        foreach (var (number, segments) in divisions.Index())
        {
            estimator.Begin(segments);
            var (colours, map, law) = (new BorderColours(input, segments), new SegmentMap(input.Layout, segments), new EverySegment(segments.Count));
            for (int sample = 0; sample < _options.Samples; sample++)
            {
                var infill = Infill.Given(colours.Draw(_options.Draw == ReplacementDraw.Segments, _options.Seed, (number * _options.Samples) + sample), "border-colours");
                done += run.Probe(law, map, infill, estimator, progress is null ? null : new PartOfRun(progress, done, total), "segments", cancel);
            }
        }

        return run.Finish(estimator, done, explanation => explanation with
        {
            Options = RegionalMultiScaleSettings.Table.Describe(_options),
            Infill = "border-colours",
            Seed = _options.Seed,
            Unit = _options.Change == ScoreChange.WeightOfEvidence ? "bits" : _options.Score.Name(),
            Diagnostics = explanation.Diagnostics with { Notes = [.. explanation.Diagnostics.Notes, $"The divisions have {string.Join(", ", divisions.Select(segments => segments.Count))} segments."] },
        });
    }

    private Func<double, double, double> Change(ProbeRun run, int classes)
    {
        if (_options.Change == ScoreChange.Difference)
        {
            return (before, after) => before - after;
        }

        if (_options.Score is not (Score.Probability or Score.Sigmoid) || run.Targets.FirstOrDefault(target => target.Against is not null) is not null)
        {
            throw new UnmaskException($"The weight of evidence needs probabilities; the score is {_options.Score.Name()}{(_options.Score is Score.Probability or Score.Sigmoid ? " of a contrast" : "")}. "
                + "Use --score probability, or --set change=difference.");
        }

        return (before, after) => LogOdds(before) - LogOdds(after);

        double LogOdds(double probability)
        {
            double corrected = ((probability * _options.Laplace) + 1) / (_options.Laplace + classes);
            return Math.Log2(corrected / (1 - corrected));
        }
    }

    /// <summary>Reports a part as a part of the whole.</summary>
    private sealed class PartOfRun(IProgress<Step> whole, int done, int total) : IProgress<Step>
    {
        // The whole begins and ends once: each part's own beginning is the end of the one before.
        public void Report(Step value)
        {
            if (value.Done > 0 || done == 0)
            {
                whole.Report(new Step(done + value.Done, total, value.What));
            }
        }
    }
}

using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>Every metric, in one list: the command line, the reports and the generic tests read it.</summary>
public static class MetricCatalogue
{
    /// <summary>All metrics.</summary>
    public static ImmutableArray<MetricInfo> All { get; } =
    [
        new(Deletion.MetricId, "Deletion", "How fast the score falls when what the map calls important is removed first.", "29 forward passes", "scores only; any input",
            "Petsiuk, Das, Saenko, BMVC 2018", Better.Lower, false, CurveSettings.Table.Settings, settings => new Deletion(Curve(settings, Deletion.MetricId))),
        new(Insertion.MetricId, "Insertion", "How fast the score rises when what the map calls important is put in first.", "29 forward passes", "scores only; any input",
            "Petsiuk, Das, Saenko, BMVC 2018", Better.Higher, false, CurveSettings.Table.Settings, settings => new Insertion(Curve(settings, Insertion.MetricId))),
        new(PointingGame.MetricId, "Pointing game", "Whether the map's highest point lies on the object.", "none", Truth, "Zhang et al., ECCV 2016", Better.Higher, true,
            PointingGameSettings.Table.Settings, settings => new PointingGame(Applied(PointingGameSettings.Table, new(), settings, PointingGame.MetricId))) { Obstacle = UnlessPicture },
        new(RelevanceMass.MetricId, "Relevance mass accuracy", "Which share of the map's positive part lies on the object.", "none", Truth, "Arras, Osman, Samek, Information Fusion 2022",
            Better.Higher, true, [], settings => Plain(settings, new RelevanceMass())) { Obstacle = UnlessPicture },
        new(RankAccuracy.MetricId, "Relevance rank accuracy", "How many of the K highest pixels lie on an object of K pixels.", "none", Truth, "Arras, Osman, Samek, Information Fusion 2022",
            Better.Higher, true, [], settings => Plain(settings, new RankAccuracy())) { Obstacle = UnlessPicture },
        new(LocalizationAuc.MetricId, "Localisation AUC", "How likely a pixel of the object is higher than one beside it.", "none", Truth, "Mann, Whitney 1947",
            Better.Higher, true, [], settings => Plain(settings, new LocalizationAuc())) { Obstacle = UnlessPicture },
        new(LocalizationError.MetricId, "Localisation error", "Whether the box around the map's region misses every object.", "none", Truth, "Żołna, Geras, Cho, CVIU 2020", Better.Lower, true,
            RegionSettings.Table.Settings, settings => new LocalizationError(Region(settings, LocalizationError.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
        new(OfficialMetric.MetricId, "Official metric (OM)", "Whether the model's top class is wrong, or the box is.", "none", Truth, "Żołna, Geras, Cho, CVIU 2020", Better.Lower, true,
            RegionSettings.Table.Settings, settings => new OfficialMetric(Region(settings, OfficialMetric.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
        new(MaskF1.MetricId, "F1", "Precision and recall of the map as a soft mask of the object.", "none", Truth, "Żołna, Geras, Cho, CVIU 2020", Better.Higher, true,
            MaskF1Settings.Table.Settings, settings => new MaskF1(Applied(MaskF1Settings.Table, new(), settings, MaskF1.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
        new(SaliencyMetric.MetricId, "Saliency metric (SM)", "Whether a small box around the map's region is recognised alone.", "1 forward pass", "a picture, scores", "Dabkowski, Gal, NeurIPS 2017", Better.Lower, false,
            RegionSettings.Table.Settings, settings => new SaliencyMetric(Region(settings, SaliencyMetric.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
        new(MaxBoxAccuracy.MetricId, "MaxBoxAcc", "How often the box above a threshold fits, at the best threshold for all photos.", "none", Truth, "Choe et al., CVPR 2020", Better.Higher, true,
            ThresholdSettings.Table.Settings, settings => new MaxBoxAccuracy(Thresholds(settings, MaxBoxAccuracy.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
        new(MaxBoxAccuracyV2.MetricId, "MaxBoxAccV2", "The same with all pieces, at three demands on the overlap.", "none", Truth, "Choe et al., PAMI 2022", Better.Higher, true,
            ThresholdSettings.Table.Settings, settings => new MaxBoxAccuracyV2(Thresholds(settings, MaxBoxAccuracyV2.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
        new(PixelAveragePrecision.MetricId, "PxAP", "Average precision of the map's pixels as a detector of the object's, over all photos together.", "none", Truth, "Choe et al., CVPR 2020", Better.Higher, true,
            ThresholdSettings.Table.Settings, settings => new PixelAveragePrecision(Thresholds(settings, PixelAveragePrecision.MetricId))) { Obstacle = UnlessPicture, IsAboutRegions = true },
    ];

    private const string Truth = "a picture with boxes or masks of the object";

    /// <summary>The metric of an id.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MetricInfo Find(string id) => All.FirstOrDefault(metric => metric.Id == id)
        ?? throw new UnmaskException($"There is no metric \"{id}\". "
            + (Graphs.Suggestions.Nearest(id, All.Select(metric => metric.Id)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(metric => metric.Id))}.");

    private static string? UnlessPicture(Model model) => model.IsPicture ? null : $"needs a picture; the model's input is {model.Inputs[0]}";

    private static CurveOptions Curve(IReadOnlyList<KeyValuePair<string, string>> settings, string metric) => Applied(CurveSettings.Table, CurveOptions.Rise, settings, metric);

    private static RegionOptions Region(IReadOnlyList<KeyValuePair<string, string>> settings, string metric) => Applied(RegionSettings.Table, new(), settings, metric);

    private static ThresholdOptions Thresholds(IReadOnlyList<KeyValuePair<string, string>> settings, string metric) => Applied(ThresholdSettings.Table, new(), settings, metric);

    private static IMetric Plain(IReadOnlyList<KeyValuePair<string, string>> settings, IMetric metric) => settings.Count == 0
        ? metric
        : throw new UnmaskException($"{metric.Id} has no setting \"{settings[0].Key}\": it has none at all.");

    private static TOptions Applied<TOptions>(SettingTable<TOptions> table, TOptions options, IReadOnlyList<KeyValuePair<string, string>> settings, string metric)
        where TOptions : notnull
    {
        foreach (var (name, value) in settings)
        {
            options = table.Apply(options, name, value, metric);
        }

        return options;
    }
}

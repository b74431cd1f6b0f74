using Unmask.Metrics;

namespace Unmask.Cli.Evaluating;

/// <summary>One row of a comparison.</summary>
/// <param name="Name">The row's name; the method's id unless it was called otherwise.</param>
/// <param name="Method">The method.</param>
/// <param name="Settings">In the order in which they apply.</param>
internal sealed record MethodRow(string Name, MethodInfo Method, List<KeyValuePair<string, string>> Settings);

/// <summary>The methods and metrics that were asked for.</summary>
/// <param name="Methods">The rows.</param>
/// <param name="Chosen">Whether they were named, rather than taken because none was.</param>
/// <param name="Metrics">The columns; <c>null</c>: the command's own.</param>
/// <param name="MetricSettings">Settings by the metric's id.</param>
internal sealed record MethodChoice(
    IReadOnlyList<MethodRow> Methods, bool Chosen, IReadOnlyList<MetricInfo>? Metrics, IReadOnlyList<(string Metric, KeyValuePair<string, string> Setting)> MetricSettings)
{
    /// <summary>The rows for a model. A row that was not asked for and cannot explain the model is left out.</summary>
    /// <exception cref="UsageException">A setting is not understood, or a method that was asked for cannot explain the model.</exception>
    public IReadOnlyList<EvaluationMethod> MethodsFor(Model model, bool withReferences, IReadOnlyList<IMetric> metrics)
    {
        var rows = Methods.Where(row => Chosen || row.Method.Obstacle(model) is null).ToList();
        if (withReferences)
        {
            // A map of two values is a reference for regions only: an order of pixels it does not give.
            bool boxes = metrics.Any(metric => MetricCatalogue.Find(metric.Id).IsAboutRegions);
            rows.AddRange(Catalogue.All.Where(method => method.IsReference && (boxes || method.Id != CenterBox.Id) && method.Obstacle(model) is null && rows.TrueForAll(row => row.Name != method.Id && row.Method.Id != method.Id))
                .Select(method => new MethodRow(method.Id, method, [])));
        }

        return [.. rows.Select(row => Understood(() => EvaluationMethod.FromCatalogue(model, row.Method.Id, [.. row.Settings.OrderBy(pair => pair.Key == "preset" ? 0 : 1)], row.Name)))];
    }

    /// <summary>The columns.</summary>
    /// <param name="defaults">The ids of the command's own.</param>
    /// <exception cref="UsageException">A setting is not understood, or is one of a metric that is not measured.</exception>
    public IReadOnlyList<IMetric> MetricsOr(params IEnumerable<string> defaults)
    {
        var metrics = Metrics ?? [.. defaults.Select(MetricCatalogue.Find)];
        if (MetricSettings.FirstOrDefault(pair => metrics.All(metric => metric.Id != pair.Metric)) is { Metric: { } stray })
        {
            throw new UsageException($"--set {stray}.…: {stray} is not among the metrics ({string.Join(", ", metrics.Select(metric => metric.Id))}). Add it to --metrics.");
        }

        return [.. metrics.Select(metric => Understood(() => metric.Create(
            [.. MetricSettings.Where(pair => pair.Metric == metric.Id).Select(pair => pair.Setting).OrderBy(pair => pair.Key == "preset" ? 0 : 1)])))];
    }

    private static T Understood<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (UnmaskException problem)
        {
            throw new UsageException(problem.Message, problem);
        }
    }
}

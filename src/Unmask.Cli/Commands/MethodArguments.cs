using System.CommandLine;
using Unmask.Cli.Evaluating;
using Unmask.Graphs;
using Unmask.Metrics;

namespace Unmask.Cli.Commands;

/// <summary>The options that choose several methods and metrics with their settings; shared by the commands that compare.</summary>
internal sealed class MethodArguments(string defaultMetrics)
{
    // One of each kind, none of which takes minutes.
    private static readonly string[] Usual = [Rise.Id, Occlusion.Id, Lime.Id, IntegratedGradients.Id, GradCam.Id];

    private readonly Option<string?> _methods = Arguments.Text("--methods", "LIST", $"Methods separated by commas; NAME=ID calls a row by a name of its own, so that a method may stand in several. Default: {string.Join(", ", Usual)}, those of them that can explain the model.");
    private readonly Option<string?> _metrics = Arguments.Text("--metrics", "LIST", $"Metrics separated by commas; `unmask metrics` lists all. Default {defaultMetrics}.");
    private readonly Option<string[]> _set = Arguments.Texts("--set", "[ROW.]KEY=VALUE", "A setting of one method or metric (rise.masks=500), or of every method that has it (masks=500). May be repeated.", "-s");
    private readonly Option<string?> _score = Arguments.Text("--score", "SPACE", "The space of the score of every method that has one to choose: probability, logit, log-probability, sigmoid or output.");
    private readonly Option<string?> _seed = Arguments.Text("--seed", "N", "Seed of the random numbers; the same seed gives the same result. Default 0.");

    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_methods, _metrics, _set, _score, _seed])
        {
            command.Add(option);
        }
    }

    /// <summary>The seed.</summary>
    public ulong Seed(ParseResult parsed) => (ulong)(parsed.Whole(_seed, 0) ?? 0);

    /// <summary>The rows and columns that were asked for, with their settings.</summary>
    /// <exception cref="UsageException">A name or a setting is not known.</exception>
    public MethodChoice Read(ParseResult parsed)
    {
        bool chosen = parsed.GetValue(_methods) is not null;
        var methods = chosen ? Rows(parsed.GetValue(_methods)!) : [.. Usual.Select(id => new MethodRow(id, Catalogue.Find(id), []))];
        var metrics = parsed.GetValue(_metrics) is { } list ? Metrics(list) : null;
        foreach (var (name, value) in ((ReadOnlySpan<(string, string?)>)[("score", parsed.GetValue(_score)), ("seed", parsed.GetValue(_seed))]).ToArray())
        {
            foreach (var row in methods.Where(row => value is not null && row.Method.Has(name)))
            {
                row.Settings.Add(new(name, value!));
            }
        }

        var ofMetrics = new List<(string Metric, KeyValuePair<string, string> Setting)>();
        foreach (var (key, value) in parsed.Pairs(_set, "[ROW.]KEY=VALUE, for instance rise.masks=500"))
        {
            Apply(key, value, methods, ofMetrics);
        }

        return new MethodChoice(methods, chosen, metrics, ofMetrics);
    }

    private List<MethodRow> Rows(string list)
    {
        var rows = new List<MethodRow>();
        foreach (string entry in Entries(list))
        {
            string[] parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            rows.Add(rows.TrueForAll(row => row.Name != parts[0])
                ? new MethodRow(parts[0], Known(() => Catalogue.Find(parts[^1])), [])
                : throw new UsageException($"{_methods.Name} has two rows called \"{parts[0]}\". Call one of them otherwise, for instance {parts[0]}2={parts[^1]}."));
        }

        return rows.Count > 0 ? rows : throw Arguments.Bad(_methods, list, "methods separated by commas");
    }

    private List<MetricInfo> Metrics(string list)
    {
        var metrics = Entries(list).Distinct(StringComparer.Ordinal).Select(id => Known(() => MetricCatalogue.Find(id))).ToList();
        return metrics.Count > 0 ? metrics : throw Arguments.Bad(_metrics, list, "metrics separated by commas");
    }

    private void Apply(string key, string value, List<MethodRow> methods, List<(string Metric, KeyValuePair<string, string> Setting)> ofMetrics)
    {
        if (key.Split('.', 2) is not [var owner, var setting])
        {
            var having = methods.FindAll(row => row.Method.Has(key));
            having.ForEach(row => row.Settings.Add(new(key, value)));
            if (having.Count == 0)
            {
                var known = methods.SelectMany(row => row.Method.Settings).Select(candidate => candidate.Name).Distinct(StringComparer.Ordinal);
                throw new UsageException($"{_set.Name} {key}: none of the methods has such a setting.{Meant(key, known)} For a metric write METRIC.{key}=VALUE.");
            }

            return;
        }

        if (methods.Find(row => row.Name == owner) is { } method)
        {
            method.Settings.Add(new(setting, value));
        }
        else if (MetricCatalogue.All.Any(metric => metric.Id == owner))
        {
            ofMetrics.Add((owner, new(setting, value)));
        }
        else
        {
            throw new UsageException($"{_set.Name} {key}: there is no row or metric \"{owner}\".{Meant(owner, methods.Select(row => row.Name).Concat(MetricCatalogue.All.Select(metric => metric.Id)))}");
        }
    }

    private static string[] Entries(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Meant(string text, IEnumerable<string> names) => Suggestions.Nearest(text, names, 1) is [var nearest] ? $" Did you mean {nearest}?" : "";

    private static T Known<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (UnmaskException problem)
        {
            throw new UsageException(problem.Message, problem);
        }
    }
}

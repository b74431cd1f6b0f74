using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Unmask.Metrics;

namespace Unmask.Cli.Views;

/// <summary>The catalogue of metrics.</summary>
internal static class MetricsView
{
    public static void WriteAll(Terminal terminal, IReadOnlyList<MetricInfo> metrics)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns("metric", "name", "better", "cost", "needs", "source");
        foreach (var metric in metrics)
        {
            table.AddRow(new Text(metric.Id), new Text(metric.Name), new Text(BetterOf(metric)), new Text(metric.Cost), new Text(metric.Needs), new Text(metric.Source));
        }

        terminal.Tables.Write(table);
        terminal.Output.WriteLine("`unmask metrics ID` shows a metric's settings.");
    }

    public static void WriteOne(Terminal terminal, MetricInfo metric)
    {
        terminal.Output.WriteLine($"{metric.Name} ({metric.Id}), {BetterOf(metric)} is better");
        terminal.Output.WriteLine($"  {metric.Summary}");
        terminal.Output.WriteLine($"  cost:   {metric.Cost}");
        terminal.Output.WriteLine($"  needs:  {metric.Needs}");
        terminal.Output.WriteLine($"  source: {metric.Source}");
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns($"--set {metric.Id}.", "default", "meaning");
        foreach (var setting in metric.Settings)
        {
            table.AddRow(new Text(setting.Name), new Text(setting.Default), new Text(setting.Description));
        }

        terminal.Tables.Write(table);
    }

    public static string Json(IReadOnlyList<MetricInfo> metrics) => JsonSerializer.Serialize(
        metrics.Select(metric => new MetricEntry(metric.Id, metric.Name, metric.Summary, BetterOf(metric), metric.NeedsTruth, metric.Cost, metric.Needs, metric.Source, metric.Settings)).ToArray(),
        MetricsJson.Readable.MetricEntryArray);

    private static string BetterOf(MetricInfo metric) => metric.Better == Better.Lower ? "lower" : "higher";
}

/// <summary>A metric as JSON.</summary>
internal sealed record MetricEntry(string Id, string Name, string Summary, string Better, bool NeedsTruth, string Cost, string Needs, string Source, IReadOnlyList<Setting> Settings);

/// <summary>The catalogue as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MetricEntry[]))]
internal sealed partial class MetricsJson : JsonSerializerContext
{
    public static MetricsJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Unmask.Cli.Views;

/// <summary>The catalogue of methods.</summary>
internal static class MethodsView
{
    public static void WriteAll(Terminal terminal, IReadOnlyList<MethodInfo> methods)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("method").NoWrap());
        table.AddColumns("name", "cost", "needs");
        table.AddColumn(new TableColumn("source").NoWrap());
        foreach (var method in methods)
        {
            table.AddRow(new Text(method.Id), new Text(method.Name), new Text(method.Cost), new Text(method.Needs), new Text(method.Source));
        }

        terminal.Tables.Write(table);
        terminal.Output.WriteLine("`unmask methods ID` shows a method's settings.");
    }

    public static void WriteOne(Terminal terminal, MethodInfo method)
    {
        terminal.Output.WriteLine($"{method.Name} ({method.Id})");
        terminal.Output.WriteLine($"  {method.Summary}");
        terminal.Output.WriteLine($"  cost:   {method.Cost}");
        terminal.Output.WriteLine($"  needs:  {method.Needs}");
        terminal.Output.WriteLine($"  source: {method.Source}");
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns("--set", "default", "meaning");
        foreach (var setting in method.Settings)
        {
            table.AddRow(new Text(setting.Name), new Text(setting.Default), new Text(setting.Description));
        }

        terminal.Tables.Write(table);
    }

    public static string Json(IReadOnlyList<MethodInfo> methods) => JsonSerializer.Serialize(
        methods.Select(method => new MethodEntry(method.Id, method.Name, method.Summary, method.Cost, method.Needs, method.Source, method.Settings)).ToArray(),
        MethodsJson.Readable.MethodEntryArray);
}

/// <summary>A method as JSON.</summary>
internal sealed record MethodEntry(string Id, string Name, string Summary, string Cost, string Needs, string Source, IReadOnlyList<Setting> Settings);

/// <summary>The catalogue as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MethodEntry[]))]
internal sealed partial class MethodsJson : JsonSerializerContext
{
    public static MethodsJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

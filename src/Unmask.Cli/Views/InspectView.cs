using System.Globalization;
using Spectre.Console;

namespace Unmask.Cli.Views;

/// <summary>A report on a model, for people.</summary>
internal sealed class InspectView(Terminal terminal)
{
    private const int OperatorsShown = 12;

    public void Write(ModelReport report, bool all)
    {
        terminal.Output.WriteLine(report.Model.Name);
        WriteFile(report);
        Line("inputs", string.Join("; ", report.Inputs.Select(Tensor)));
        Line("outputs", string.Join("; ", report.Outputs.Select(Tensor)));
        WriteUse(report);
        Line("operators", Operators(report, all));
        Line("gradient", Gradient(report));
        WriteAttention(report, all);
        WriteRules(report.Rules);
        Line("runs on", string.Join("; ", report.Providers.Where(provider => provider.Available || all).Select(provider => $"{provider.Name} ({provider.Description})")));
        WriteMethods(report);
        WriteLayers(report, all);
        foreach (string note in report.Notes)
        {
            terminal.Output.WriteLine($"note: {note}");
        }
    }

    private void WriteFile(ModelReport report)
    {
        string size = report.FileBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB, ") : "";
        Line("file", string.Create(CultureInfo.InvariantCulture, $"{size}{report.Parameters:N0} parameters, {report.Nodes:N0} nodes, IR version {report.IrVersion}"));
        Line("sha256", report.Model.Sha256 ?? "");
        Line("made by", report.Producer.Length == 0 ? "not stated" : report.Producer);
        Line("opset", string.Join(", ", report.Opsets.Select(pair => $"{pair.Key} {pair.Value}"))
            + (report.WorkingOpset is { } working ? $"; explained in {working}" : "; cannot be raised to the working opset"));
    }

    private void WriteUse(ModelReport report)
    {
        if (report.Problem is { } problem)
        {
            Line("problem", problem);
            return;
        }

        Line("ends in", report.FinalActivation ?? "");
        Line("scores", string.Join(", ", report.Scores));
        Line("batch", report.Batch ?? "");
        Line("labels", report.Labels == 0 ? "none in the file; name the classes with --labels FILE" : report.Labels.ToString(CultureInfo.InvariantCulture));
        if (report.Preprocessing is { } given)
        {
            Line("pictures", $"{given.Name}{(report.PreprocessingDeclared ? " (stated by the file)" : "")}: {given.Resize}, (byte / {Number(given.Scale)} - {Numbers(given.Mean)}) / {Numbers(given.Std)}, {given.ChannelOrder}");
        }
    }

    /// <summary>Unless all are asked for: the first map and the last.</summary>
    private void WriteAttention(ModelReport report, bool all)
    {
        if (report.Attention.IsEmpty)
        {
            return;
        }

        var shown = all || report.Attention.Length <= 2 ? report.Attention : [report.Attention[0], report.Attention[^1]];
        Line("attention", $"{report.Attention.Length} maps: {string.Join(shown.Length == report.Attention.Length ? "; " : "; …; ", shown.Select(Attention))}");
    }

    private static string Attention(AttentionFacts map) => $"{map.Name}{(map.Shape is { } shape ? $" [{string.Join(", ", shape)}]" : "")}{(map.Kind == "self" ? "" : " (cross)")}";

    private void WriteRules(RuleSetFacts? rules)
    {
        if (rules is null)
        {
            return;
        }

        Line("rules", rules.Problem ?? (rules.Uncovered.IsEmpty ? $"{rules.Name}: every operator on the way has a rule"
            : $"{rules.Name}: no rule for {string.Join(", ", rules.Uncovered.Select(each => $"{each.Count} {each.Name}"))}; --set fallback=gradient gives them the derivative"));
        foreach (var use in rules.Uses)
        {
            Line("", use.ToString());
        }
    }

    private void WriteMethods(ModelReport report)
    {
        foreach (var method in report.Methods)
        {
            Line($"{method.Id}", method.Obstacle is { } obstacle ? $"does not apply: {obstacle}" : "applies");
        }
    }

    /// <summary>Unless all are asked for: the last tensor of each size, which is where maps of activations are usually taken.</summary>
    private void WriteLayers(ModelReport report, bool all)
    {
        var shown = all ? report.Layers : [.. report.Layers.GroupBy(Grid).Select(group => group.Last())];
        if (shown.Length == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns("layer", "operator", "shape");
        foreach (var layer in shown)
        {
            table.AddRow(new Text(layer.Name), new Text(layer.Operator), new Text($"[{string.Join(", ", layer.Shape)}]"));
        }

        terminal.Tables.Write(table);
        if (shown.Length < report.Layers.Length)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The last layer of each size, of {report.Layers.Length:N0} in all; --all lists every one."));
        }
    }

    /// <summary>What makes two layers alike: height and width of a picture's features, else the rank.</summary>
    private static string Grid(LayerFacts layer) => layer.Shape.Length == 4 ? $"{layer.Shape[2]}x{layer.Shape[3]}" : $"rank {layer.Shape.Length}";

    private static string Operators(ModelReport report, bool all)
    {
        int count = all ? report.Operators.Length : Math.Min(OperatorsShown, report.Operators.Length);
        string rest = count < report.Operators.Length ? $" and {report.Operators.Length - count} more kinds" : "";
        return string.Join(", ", report.Operators.Take(count).Select(each => $"{each.Count} {each.Name}")) + rest;
    }

    private static string Gradient(ModelReport report)
    {
        string coverage = report.WithoutGradient.IsEmpty ? "every operator has a rule"
            : $"no rule for {string.Join(", ", report.WithoutGradient.Select(each => $"{each.Count} {each.Name}"))}: layers before them cannot be explained from inside";
        return coverage + (report.LastSpatialLayer is { } maps ? $"; last-spatial is {maps}" : "") + (report.EmbeddingLayer is { } embedding ? $"; embedding is {embedding}" : "");
    }

    private static string Tensor(TensorFacts tensor) => $"{tensor.Name}: {tensor.Type}{(tensor.Shape is { } shape ? $"[{string.Join(", ", shape)}]" : "")}";

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Numbers(IEnumerable<float> values) => string.Join(',', values.Select(Number));

    private void Line(string name, string text) => terminal.Output.WriteLine($"  {name,-10} {text}");
}

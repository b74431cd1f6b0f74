using System.Globalization;
using System.Text;
using System.Text.Json;
using Unmask.Metrics;
using Unmask.Training;

namespace Unmask.Cli.Views;

/// <summary>What is shown of a training on texts.</summary>
internal sealed class TextTrainingView(Terminal terminal, TextTrainingView.Form form)
{
    private const int FailuresShown = 10;

    /// <summary>For whom.</summary>
    public enum Form
    {
        /// <summary>For people: a line an epoch.</summary>
        Text,

        /// <summary>For programs: one JSON document.</summary>
        Json,

        /// <summary>For scripts: only the names of the files.</summary>
        Files,
    }

    /// <summary>The texts are read.</summary>
    public void Begin(LabelledTexts texts, TextTokenizer tokenizer)
    {
        foreach (var (place, reason) in texts.Failures.Take(FailuresShown))
        {
            terminal.Error.WriteLine($"unmask: left out: {place}: {reason}.");
        }

        if (texts.Failures.Length > 0)
        {
            int all = texts.Failures.Length + texts.Training.Length + texts.Validation.Length + texts.Test.Length;
            terminal.Error.WriteLine($"unmask: {texts.Failures.Length} of {all} texts cannot be used and are left out.");
        }

        string test = texts.Test.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $", {texts.Test.Length:N0} for the test");
        Line($"{texts.Name} · {texts.Classes.Length} classes · {texts.Training.Length:N0} texts to learn from, {texts.Validation.Length:N0} for validation{test} · {tokenizer.Vocabulary.Count:N0} words, {tokenizer.Length} of each text");
    }

    /// <summary>An epoch is done.</summary>
    public void Epoch(EpochMetrics epoch, int epochs)
    {
        string tried = epoch.ValidationLoss is null ? "" : string.Create(CultureInfo.InvariantCulture, $" · validation: loss {epoch.ValidationLoss:0.0000}, {100 * epoch.ValidationAccuracy:0.0} % right");
        Line($"epoch {epoch.Epoch} of {epochs} · loss {epoch.Loss:0.0000}, {100 * epoch.Accuracy:0.0} % right{tried} · {epoch.ItemsPerSecond:0} texts/s");
    }

    /// <summary>The training was cancelled; its state is in the folder.</summary>
    public void Ended(string folder) => terminal.Error.WriteLine($"unmask: the training's state is kept in {folder}. The same command with --resume goes on.");

    /// <summary>The model is written.</summary>
    public void End(TrainingResult result, Interval? validation, Interval? test, IReadOnlyList<string> files)
    {
        if (form is Form.Json)
        {
            terminal.Output.WriteLine(Document(result, validation, test, files));
            return;
        }

        Share("validation", validation);
        Share("test", test);
        foreach (string file in files)
        {
            terminal.Output.WriteLine(form is Form.Text ? $"  {file}" : file);
        }
    }

    private void Share(string part, Interval? right)
    {
        if (right is { } share)
        {
            Line($"{part}: {100 * share.Mean:0.0} % of {share.Count:N0} texts right (95 % interval {100 * share.Low:0.0} to {100 * share.High:0.0} %)");
        }
    }

    private void Line(FormattableString text)
    {
        if (form is Form.Text)
        {
            terminal.Output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Document(TrainingResult result, Interval? validation, Interval? test, IReadOnlyList<string> files)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", result.Epoch);
            json.WriteStartArray("epochs");
            foreach (var epoch in result.Epochs)
            {
                json.WriteRawValue(epoch.ToJson());
            }

            json.WriteEndArray();
            Write(json, "validation", validation);
            Write(json, "test", test);
            json.WriteStartArray("files");
            foreach (string file in files)
            {
                json.WriteStringValue(file);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string part, Interval? right)
    {
        if (right is { } share)
        {
            json.WriteStartObject(part);
            json.WriteNumber("accuracy", share.Mean);
            json.WriteNumber("low", share.Low);
            json.WriteNumber("high", share.High);
            json.WriteNumber("items", share.Count);
            json.WriteEndObject();
        }
    }
}

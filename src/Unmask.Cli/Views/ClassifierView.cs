using System.Globalization;
using System.Text.Json;
using Unmask.Training;

namespace Unmask.Cli.Views;

/// <summary>What is shown of a training, of whatever kind.</summary>
internal abstract class ClassifierView(Terminal terminal)
{
    private const int FailuresShown = 10;

    /// <summary>Where it is written.</summary>
    protected Terminal Terminal => terminal;

    /// <summary>Weights are taken from an earlier model.</summary>
    public virtual void Started(string path, int taken, int tensors)
    {
    }

    /// <summary>What the user should know of the data.</summary>
    public void Noted(IEnumerable<string> notes)
    {
        foreach (string note in notes)
        {
            terminal.Error.WriteLine($"unmask: {note}");
        }
    }

    /// <summary>The pictures are read.</summary>
    /// <param name="photos">All that there are.</param>
    /// <param name="failures">Those that cannot be read, with the reason.</param>
    /// <param name="what">What is learnt from them, in a few words.</param>
    public virtual void Begin(PhotoSet photos, (string File, string Reason)[] failures, string what)
    {
        LeftOut(failures, photos.Photos.Length);
    }

    /// <summary>An existing model is trained.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="tuning">What of it.</param>
    /// <param name="once">Whether the rest is run once over the pictures.</param>
    public virtual void Tuned(string model, FineTuning tuning, bool once)
    {
        foreach (string note in tuning.Notes)
        {
            terminal.Error.WriteLine($"unmask: {note}");
        }
    }

    /// <summary>An epoch is done.</summary>
    /// <param name="epoch">What it came to.</param>
    /// <param name="epochs">How many there are.</param>
    /// <param name="what">What was trained, with a space behind it; empty: what the training is about.</param>
    public virtual void Epoch(EpochMetrics epoch, int epochs, string what = "")
    {
    }

    /// <summary>The training was cancelled; its state is in the folder.</summary>
    public void Ended(string folder) => terminal.Error.WriteLine($"unmask: the training's state is kept in {folder}. The same command with --resume goes on.");

    /// <summary>The model is written.</summary>
    /// <param name="result">What training came to.</param>
    /// <param name="test">How the model did on the test's pictures; <c>null</c>: there are none.</param>
    /// <param name="files">What was written.</param>
    public virtual void End(TrainingResult result, ClassifierTest? test, IReadOnlyList<string> files)
    {
        if (test is not null)
        {
            LeftOut(test.Failures, test.Failures.Length + test.Accuracy.Count);
        }
    }

    private void LeftOut(IReadOnlyList<(string File, string Reason)> failures, int pictures)
    {
        foreach (var (_, reason) in failures.Take(FailuresShown))
        {
            terminal.Error.WriteLine($"unmask: left out: {reason}");
        }

        if (failures.Count > 0)
        {
            terminal.Error.WriteLine($"unmask: {failures.Count} {(failures.Count == 1 ? "picture" : "pictures")} of {pictures} cannot be read and {(failures.Count == 1 ? "is" : "are")} left out.");
        }
    }
}

/// <summary>Only the names of the files, for scripts.</summary>
internal sealed class QuietClassifierView(Terminal terminal) : ClassifierView(terminal)
{
    public override void End(TrainingResult result, ClassifierTest? test, IReadOnlyList<string> files)
    {
        base.End(result, test, files);
        foreach (string file in files)
        {
            Terminal.Output.WriteLine(file);
        }
    }
}

/// <summary>One JSON document.</summary>
internal sealed class JsonClassifierView(Terminal terminal) : ClassifierView(terminal)
{
    public override void End(TrainingResult result, ClassifierTest? test, IReadOnlyList<string> files)
    {
        base.End(result, test, files);
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
            if (test is not null)
            {
                Write(json, test);
            }

            json.WriteStartArray("files");
            foreach (string file in files)
            {
                json.WriteStringValue(file);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Terminal.Output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, ClassifierTest test)
    {
        json.WriteStartObject("test");
        json.WriteNumber("pictures", test.Accuracy.Count);
        json.WriteNumber("accuracy", test.Accuracy.Mean);
        json.WriteNumber("low", test.Accuracy.Low);
        json.WriteNumber("high", test.Accuracy.High);
        json.WriteNumber("level", test.Accuracy.Level);
        json.WriteNumber("left_out", test.Failures.Length);
        json.WriteStartArray("classes");
        foreach (var (name, count, right) in test.ByClass)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("pictures", count);
            json.WriteNumber("right", right);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>What people read: a line an epoch, then the files.</summary>
/// <param name="terminal">Where it is written.</param>
/// <param name="right">What a share of the pictures is, in a few words. Default: right.</param>
internal sealed class TextClassifierView(Terminal terminal, string right = "right") : ClassifierView(terminal)
{
    public override void Started(string path, int taken, int tensors) => Terminal.Output.WriteLine($"{taken} of {tensors} tensors begin as those of {path}; the others are drawn.");

    public override void Begin(PhotoSet photos, (string File, string Reason)[] failures, string what)
    {
        base.Begin(photos, failures, what);
        Terminal.Output.WriteLine($"{photos.Name} · {what}");
        if (photos.LabelSource is { } source)
        {
            Terminal.Output.WriteLine($"  {source}");
        }
    }

    public override void Tuned(string model, FineTuning tuning, bool once)
    {
        base.Tuned(model, tuning, once);
        string part = tuning.Part switch { TrainedPart.Head => "the last layer", TrainedPart.LastBlock when tuning.Features is { } cut => $"what is behind {cut}", _ => "all of it" };
        long trained = tuning.Weights.Sum(name => tuning.Network.Constants[name].Count);
        string head = tuning.KeepsHead ? "with its own last layer, since its labels are these classes" : "with a new last layer";
        string rest = once ? string.Create(CultureInfo.InvariantCulture, $"; the rest makes {tuning.FeatureCount:N0} features of each picture, once, without variation") : "";
        Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model} {head}: {part} is trained, {trained:N0} numbers in {tuning.Weights.Length} tensors{rest}"));
    }

    public override void Epoch(EpochMetrics epoch, int epochs, string what = "")
    {
        string tried = epoch.ValidationLoss is null ? "" : string.Create(CultureInfo.InvariantCulture, $" · validation: loss {epoch.ValidationLoss:0.0000}{Right(epoch.ValidationAccuracy)}");
        Terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}epoch {epoch.Epoch} of {epochs} · loss {epoch.Loss:0.0000}{Right(epoch.Accuracy)}{tried} · {epoch.ItemsPerSecond:0} pictures/s"));
    }

    public override void End(TrainingResult result, ClassifierTest? test, IReadOnlyList<string> files)
    {
        base.End(result, test, files);
        if (test is not null)
        {
            Terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"test: {100 * test.Accuracy.Mean:0.00} % of {test.Accuracy.Count:N0} pictures are right (95 % interval {100 * test.Accuracy.Low:0.0} to {100 * test.Accuracy.High:0.0} %)"));
            foreach (var (name, count, right) in test.ByClass.Where(each => each.Count > 0))
            {
                Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {100.0 * right / count:0.0} % of {count:N0}"));
            }
        }

        foreach (string file in files)
        {
            Terminal.Output.WriteLine($"  {file}");
        }
    }

    private string Right(double? accuracy) => accuracy is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {100 * accuracy:0.0} % {right}");
}

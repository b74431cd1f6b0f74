using System.Text;
using System.Text.Json;

namespace Unmask.Training;

/// <summary>What an epoch came to.</summary>
public sealed record EpochMetrics
{
    /// <summary>The epoch, from 1.</summary>
    public required long Epoch { get; init; }

    /// <summary>Steps done since the beginning.</summary>
    public required long Step { get; init; }

    /// <summary>Mean loss of the epoch's batches, each before its step.</summary>
    public required double Loss { get; init; }

    /// <summary>Part of the epoch's items that were right, 0 to 1; <c>null</c> when the objective knows no right and wrong.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Mean loss on the validation data; <c>null</c> without such data.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Part of the validation data that is right, 0 to 1; <c>null</c> when not known.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Items learnt from in a second, validation not counted.</summary>
    public required double ItemsPerSecond { get; init; }

    /// <summary>As one line of JSON, as in <c>metrics.jsonl</c>.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", Epoch);
            json.WriteNumber("step", Step);
            json.WriteNumber("loss", Loss);
            Write(json, "accuracy", Accuracy);
            Write(json, "validation_loss", ValidationLoss);
            Write(json, "validation_accuracy", ValidationAccuracy);
            json.WriteNumber("learning_rate", LearningRate);
            json.WriteNumber("items_per_second", Math.Round(ItemsPerSecond, 2));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads a line that <see cref="ToJson"/> wrote; <c>null</c> when it is none.</summary>
    internal static EpochMetrics? FromJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            double? Optional(string name) => root.TryGetProperty(name, out var value) ? value.GetDouble() : null;
            return new()
            {
                Epoch = root.GetProperty("epoch").GetInt64(),
                Step = root.GetProperty("step").GetInt64(),
                Loss = root.GetProperty("loss").GetDouble(),
                Accuracy = Optional("accuracy"),
                ValidationLoss = Optional("validation_loss"),
                ValidationAccuracy = Optional("validation_accuracy"),
                LearningRate = root.GetProperty("learning_rate").GetDouble(),
                ItemsPerSecond = root.GetProperty("items_per_second").GetDouble(),
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // JSON has no number for what is not finite.
    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
    }
}

/// <summary>How far a training has come.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all; early stopping may end before.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="ItemsPerSecond">Items learnt from in a second, since this run began.</param>
/// <param name="Remaining">Time left at this speed, without validation.</param>
public readonly record struct TrainingProgress(long Epoch, int Epochs, long Step, long Steps, double Loss, double LearningRate, double ItemsPerSecond, TimeSpan Remaining);

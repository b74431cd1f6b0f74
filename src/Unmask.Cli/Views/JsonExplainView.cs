using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unmask.Cli.Explaining;

namespace Unmask.Cli.Views;

/// <summary>One JSON document about the whole run, written at its end.</summary>
internal sealed class JsonExplainView(Terminal terminal) : ExplainView
{
    private readonly List<ExplainedInput> _inputs = [];

    public override void Explained(ExplainInput input, IReadOnlyList<IReadOnlyList<PredictedClass>> predictions, IReadOnlyList<ExplainedTarget> results) =>
        _inputs.Add(new(input.Name, predictions, results, null));

    public override void Failed(ExplainInput input, string reason)
    {
        terminal.Error.WriteLine($"unmask: {reason}");
        _inputs.Add(new(input.Name, [], [], reason));
    }

    public override void End(int inputs, int failed) =>
        terminal.Output.WriteLine(JsonSerializer.Serialize(new ExplainReport("unmask.explain/1", _inputs, failed), ExplainJson.Readable.ExplainReport));
}

/// <summary>What <c>explain --json</c> prints.</summary>
/// <param name="Schema">The version of this form.</param>
/// <param name="Inputs">In the order of the work.</param>
/// <param name="Failed">How many inputs could not be read.</param>
internal sealed record ExplainReport(string Schema, IReadOnlyList<ExplainedInput> Inputs, int Failed);

/// <summary>One input.</summary>
/// <param name="Input">The path as it was given.</param>
/// <param name="Predictions">The top classes of each item.</param>
/// <param name="Explanations">One a target.</param>
/// <param name="Error">Why it could not be read; <c>null</c> when it could.</param>
internal sealed record ExplainedInput(
    string Input, IReadOnlyList<IReadOnlyList<PredictedClass>> Predictions, IReadOnlyList<ExplainedTarget> Explanations, string? Error);

/// <summary>The document without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ExplainReport))]
internal sealed partial class ExplainJson : JsonSerializerContext
{
    public static ExplainJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

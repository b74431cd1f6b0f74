using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unmask.Cli.Comparing;

/// <summary>What <c>compare</c> writes as JSON.</summary>
/// <param name="Schema">The version of this form.</param>
/// <param name="Inputs">In the order of the work.</param>
/// <param name="Failed">How many inputs could not be read.</param>
internal sealed record CompareReport(string Schema, IReadOnlyList<ComparedInput> Inputs, int Failed);

/// <summary>The document without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CompareReport))]
internal sealed partial class CompareJson : JsonSerializerContext
{
    private static readonly CompareJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(IReadOnlyList<ComparedInput> inputs) =>
        JsonSerializer.Serialize(new CompareReport("unmask.compare/1", inputs, inputs.Count(input => input.Error is not null)), Readable.CompareReport);
}

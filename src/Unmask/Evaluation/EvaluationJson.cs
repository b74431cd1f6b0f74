using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unmask.Metrics;

/// <summary>Reports and journals as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class EvaluationJson : JsonSerializerContext
{
    private static EvaluationJson Document { get; } = new(Settings(indented: true));

    private static EvaluationJson Lines { get; } = new(Settings(indented: false));

    public static byte[] Write(EvaluationReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Document.EvaluationReport);

    public static byte[] Line(JournalEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, Lines.JournalEntry);

    public static JournalEntry ReadLine(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, Lines.JournalEntry) ?? throw new JsonException("The line is null.");

    private static JsonSerializerOptions Settings(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<Better>(JsonNamingPolicy.KebabCaseLower) },
        // Letters outside ASCII stay readable: these are files, never parts of a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unmask;

/// <summary>Documents as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ExplanationDocument))]
[JsonSerializable(typeof(ModelReport))]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    /// <summary>Letters outside ASCII stay readable: these are files, never parts of a web page.</summary>
    public static DocumentJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write(ExplanationDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Readable.ExplanationDocument);

    public static byte[] Write(ModelReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Readable.ModelReport);

    public static ExplanationDocument Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Readable.ExplanationDocument) ?? throw new UnmaskException("The document is empty.");
        }
        catch (JsonException problem)
        {
            throw new UnmaskException($"This is not a document of an explanation: {problem.Message}", problem);
        }
    }
}

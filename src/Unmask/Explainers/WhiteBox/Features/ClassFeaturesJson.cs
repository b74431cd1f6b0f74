using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unmask;

/// <summary>Class features as JSON, without reflection. Whatever is missing is an error.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClassFeatures))]
internal sealed partial class ClassFeaturesJson : JsonSerializerContext
{
    private static ClassFeaturesJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    public static byte[] Write(ClassFeatures features) => JsonSerializer.SerializeToUtf8Bytes(features, Readable.ClassFeatures);

    public static ClassFeatures Read(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            var features = JsonSerializer.Deserialize(json, Readable.ClassFeatures) ?? throw new UnmaskException($"{name} is empty.");
            return features.Layers.IsDefault || features.Classes.IsDefault || features.Layers.Contains(null!) || features.Classes.Any(one => one is null || one.Features.IsDefault || one.Features.Contains(null!))
                ? throw new UnmaskException($"{name} holds no class features that can be used: a part is missing. `unmask train features` makes such files.")
                : features;
        }
        catch (JsonException problem)
        {
            throw new UnmaskException($"{name} holds no class features: {problem.Message}", problem);
        }
    }
}

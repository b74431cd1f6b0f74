using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unmask;

/// <summary>A support model: the network with its classes pushed apart.</summary>
/// <param name="File">Its file in the folder.</param>
/// <param name="Sha256">The file's hash, 64 lower-case hexadecimal digits.</param>
/// <param name="Distance">How far its classes were to be pushed apart.</param>
/// <param name="RmseBefore">How far the original network was from the altered logits of the pictures that were learnt from: root mean square over pictures of either class and the logits of both.</param>
/// <param name="Rmse">How far the support model is from them.</param>
/// <param name="Reached">Whether that is at most a quarter of the smaller α; <c>null</c>: α is 0, and there is nothing to reach.</param>
public sealed record GadSupport(string File, string Sha256, GadDistance Distance, double RmseBefore, double Rmse, bool? Reached = null);

/// <summary>A class of the model, as GAD's data shows it.</summary>
/// <param name="Label">For people.</param>
/// <param name="Pictures">How many pictures of it were learnt from.</param>
/// <param name="Index">The model's output; <c>null</c>: all classes but the first.</param>
/// <param name="Name">What the data calls it; <c>null</c>: as the model.</param>
public sealed record GadClass(string Label, int Pictures, int? Index = null, string? Name = null);

/// <summary>What a folder of support models holds: the file <c>gad.json</c>, of the form <c>unmask.gad-supports/1</c>.</summary>
public sealed record GadManifest
{
    /// <summary>The version of this form.</summary>
    public const string CurrentSchema = "unmask.gad-supports/1";

    /// <summary>The version of the form that the file follows.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The version of Unmask that wrote it.</summary>
    public string UnmaskVersion { get; init; } = MachineFacts.UnmaskVersion;

    /// <summary>The network that the support models are of.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>A hash of that network's weights, whatever they are called: how a model is known again.</summary>
    public required string Weights { get; init; }

    /// <summary>The classes that are pushed apart: the first, then the second or the rest.</summary>
    public required ImmutableArray<GadClass> Classes { get; init; }

    /// <summary>Everything that the support models depend on besides the network, in words, a line each: only the same training may go on from here.</summary>
    public required string Training { get; init; }

    /// <summary>The distances that were asked for, a support model each.</summary>
    public required ImmutableArray<GadDistance> Distances { get; init; }

    /// <summary>The support models that are trained, in the order of <see cref="Distances"/>.</summary>
    public ImmutableArray<GadSupport> Supports { get; init; } = [];

    /// <summary>The classes as indices.</summary>
    [JsonIgnore]
    public ClassPair Pair => new(Classes[0].Index ?? 0, Classes[1].Index);

    /// <summary>Reads a file.</summary>
    /// <exception cref="UnmaskException">It is no such manifest.</exception>
    internal static GadManifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), GadManifestJson.Readable.GadManifest);
            return manifest is { Schema: CurrentSchema, Classes: [{ Index: >= 0 }, not null], Distances.IsDefaultOrEmpty: false, Supports.IsDefault: false } && !manifest.Supports.Contains(null!)
                ? manifest
                : throw new UnmaskException($"{path} holds no support models that can be used: it is of another form than {CurrentSchema}, or a part is missing. `unmask train gad` makes such files.");
        }
        catch (JsonException problem)
        {
            throw new UnmaskException($"{path} describes no support models: {problem.Message} `unmask train gad` makes such files.", problem);
        }
    }

    /// <summary>Writes it, whole and on the disk.</summary>
    internal void Write(string path) => AtomicFile.Write(path, stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(this, GadManifestJson.Readable.GadManifest)), durable: true);
}

/// <summary>The manifest as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GadManifest))]
internal sealed partial class GadManifestJson : JsonSerializerContext
{
    public static GadManifestJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}

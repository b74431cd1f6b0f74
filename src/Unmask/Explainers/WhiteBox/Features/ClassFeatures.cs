using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unmask;

/// <summary>A layer whose channels were looked at.</summary>
/// <param name="Name">The name of its value in the model.</param>
/// <param name="Channels">How many it has, at least 1.</param>
public sealed record FeatureLayer(string Name, int Channels);

/// <summary>A channel that tells a class from the others.</summary>
/// <param name="Layer">The name of its layer.</param>
/// <param name="Channel">Its number in the layer, from 0.</param>
/// <param name="Weight">Its weight w, not 0: positive where the channel is more active on pictures of the class than on others.</param>
public sealed record ClassFeature(string Layer, int Channel, double Weight);

/// <summary>The features of one class.</summary>
/// <param name="Label">The class, in the words of the data or of the model.</param>
/// <param name="Pictures">On how many pictures of the class they were found.</param>
/// <param name="Error">What the features leave of the indicator y of the class: ‖Xw − y‖² ÷ ‖y‖², from 0 to 1; with a constant, the share of its variance.</param>
/// <param name="Gap">How far half of that is above its minimum at most: 0 but for rounding.</param>
/// <param name="Features">The channels with their weights, the largest first.</param>
/// <param name="Index">The model's class, from 0; <c>null</c>: the data's class is none of the model's.</param>
public sealed record FeaturesOfClass(string Label, int Pictures, double Error, double Gap, ImmutableArray<ClassFeature> Features, int? Index = null);

/// <summary>
/// The features that a network has for each class: channels of its layers, found on pictures by <c>unmask train features</c> (<see cref="Training.ClassFeatureFitting"/>) for
/// <see cref="VisualFeedback"/>. A JSON file of the form <c>unmask.class-features/1</c>.
/// </summary>
public sealed record ClassFeatures
{
    /// <summary>The version of this form.</summary>
    public const string CurrentSchema = "unmask.class-features/1";

    /// <summary>The version of the form that the file follows.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The version of Unmask that wrote it.</summary>
    public string UnmaskVersion { get; init; } = MachineFacts.UnmaskVersion;

    /// <summary>The network that was looked into.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The layers that were looked at, in the order of the model.</summary>
    public required ImmutableArray<FeatureLayer> Layers { get; init; }

    /// <summary>The bound μ of ‖w‖₁ for each class.</summary>
    public required double Bound { get; init; }

    /// <summary>Whether weights below 0 were excluded.</summary>
    public required bool NonNegative { get; init; }

    /// <summary>Whether a constant was fitted beside the weights.</summary>
    public required bool Constant { get; init; }

    /// <summary>On how many pictures, of all classes, the features were found.</summary>
    public required int Pictures { get; init; }

    /// <summary>The classes.</summary>
    public required ImmutableArray<FeaturesOfClass> Classes { get; init; }

    /// <summary>The file that they were read from; <c>null</c>: none.</summary>
    [JsonIgnore]
    public string? File { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnmaskException">It holds no class features, or contradicts itself; the message says where.</exception>
    public static ClassFeatures Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!System.IO.File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path} of class features. `unmask train features` makes one.");
        }

        return FromJson(System.IO.File.ReadAllBytes(path), path) with { File = path };
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="json">The bytes, UTF-8.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="UnmaskException">They are no class features, or contradict themselves; the message says where.</exception>
    public static ClassFeatures FromJson(ReadOnlySpan<byte> json, string name = "The document")
    {
        var features = ClassFeaturesJson.Read(json, name);
        return features.Mistake() is { } mistake ? throw new UnmaskException($"{name} holds no class features that can be used: {mistake}. `unmask train features` makes such files.") : features;
    }

    /// <summary>The file's bytes: JSON, UTF-8, indented.</summary>
    public byte[] ToJson() => ClassFeaturesJson.Write(this);

    /// <summary>The features of a class.</summary>
    /// <param name="target">The class of the model.</param>
    /// <param name="label">The class of this file to take instead; <c>null</c>: the target's.</param>
    /// <exception cref="UnmaskException">There are none.</exception>
    internal FeaturesOfClass Of(ResolvedTarget target, string? label) =>
        Classes.FirstOrDefault(candidate => label is null ? candidate.Index == target.Index : candidate.Label == label)
        ?? Classes.FirstOrDefault(candidate => label is null && candidate.Index is null && candidate.Label == target.Label)
        ?? throw new UnmaskException($"{File ?? "The class features"} {(File is null ? "have" : "has")} no features of {(label is null ? $"\"{target.Label}\" (class {target.Index})" : $"a class \"{label}\"")}. "
            + $"There are: {Listed()}. Name one of these with --set class=LABEL, or explain one (--target), or find features on pictures of this class as well: `unmask train features`.");

    private string Listed()
    {
        const int Most = 12;
        return string.Join(", ", Classes.Take(Most).Select(one => one.Label)) + (Classes.Length > Most ? $" and {Classes.Length - Most} more" : "");
    }

    /// <summary>What contradicts itself; <c>null</c>: nothing.</summary>
    private string? Mistake()
    {
        var channels = Layers.GroupBy(layer => layer.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Channels, StringComparer.Ordinal);
        var all = Classes.SelectMany(one => one.Features).ToList();
        return Schema != CurrentSchema ? $"it follows the form \"{Schema}\", and this version of Unmask reads \"{CurrentSchema}\""
            : Classes.IsEmpty ? "it has no classes"
            : channels.Count < Layers.Length ? "a layer is listed twice"
            : all.Find(feature => !channels.ContainsKey(feature.Layer)) is { } stray ? $"a feature is of the layer \"{stray.Layer}\", which is not among its layers"
            : all.Find(feature => feature.Channel < 0 || feature.Channel >= channels[feature.Layer]) is { } beyond ? $"the layer \"{beyond.Layer}\" has {channels[beyond.Layer]} channels, and a feature is channel {beyond.Channel}"
            : all.Exists(feature => !double.IsFinite(feature.Weight)) ? "a weight is not a number"
            : null;
    }
}

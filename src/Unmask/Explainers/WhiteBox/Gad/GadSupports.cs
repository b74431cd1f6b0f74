using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Unmask.Graphs;

namespace Unmask;

/// <summary>A folder of support models: copies of one network whose classes were pushed apart, with the network itself. <c>unmask train gad</c> makes it. May be used from several threads.</summary>
public sealed class GadSupports
{
    /// <summary>The name of the manifest in the folder.</summary>
    public const string ManifestFile = "gad.json";

    /// <summary>The name of the original network in the folder: what the support models began from.</summary>
    public const string OriginalFile = "original.onnx";

    // One set of support models for each model that asks: they share its options.
    private readonly ConditionalWeakTable<Model, Model[]> _loaded = [];
    private readonly Lock _gate = new();

    private GadSupports(string folder, GadManifest manifest) => (Folder, Manifest) = (folder, manifest);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What it holds.</summary>
    public GadManifest Manifest { get; }

    /// <summary>Reads what a folder holds; models are loaded when they are needed.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FileNotFoundException">It has no manifest.</exception>
    /// <exception cref="UnmaskException">The manifest cannot be used, or the training has not come to its end.</exception>
    public static GadSupports Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, ManifestFile);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{folder} holds no support models: there is no {ManifestFile}. `unmask train gad -m MODEL.onnx --data FOLDER --classes A,B -o {folder}` makes them.");
        }

        var manifest = GadManifest.Read(path);
        return manifest.Supports.Length == manifest.Distances.Length
            ? new(folder, manifest)
            : throw new UnmaskException($"Of the support models in {folder}, {manifest.Supports.Length} of {manifest.Distances.Length} are trained. Let the training go on with --resume.");
    }

    /// <summary>Loads the original network of the folder; dispose it.</summary>
    /// <param name="options">How; its labels and preprocessing are in the file.</param>
    public Model LoadOriginal(ModelOptions? options = null) =>
        Model.Load(Path.Combine(Folder, OriginalFile), (options ?? new()) with { Name = options?.Name ?? Manifest.Model.Name });

    /// <summary>The support models of a model, in the order of the manifest: loaded once, and kept while it is in use.</summary>
    /// <param name="model">The original network.</param>
    /// <exception cref="UnmaskException">The support models are of another network, or a file was changed.</exception>
    internal IReadOnlyList<Model> Of(Model model)
    {
        lock (_gate)
        {
            if (!_loaded.TryGetValue(model, out var models))
            {
                ThrowUnlessOf(model);
                models = [.. Manifest.Supports.Select(support => Load(support, model))];
                _loaded.Add(model, models);
            }

            return models;
        }
    }

    private void ThrowUnlessOf(Model model)
    {
        if (WeightFingerprint.Of(model) is var weights && weights != Manifest.Weights)
        {
            throw new UnmaskException($"The support models in {Folder} were trained from {Manifest.Model.Name} (weights {Manifest.Weights[..12]}…); {model.Name} has other weights ({weights[..12]}…). "
                + "Make support models of it: unmask train gad -m MODEL.onnx --data FOLDER --classes A,B.");
        }
    }

    private Model Load(GadSupport support, Model model)
    {
        string path = Path.Combine(Folder, support.File);
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : throw new FileNotFoundException($"The support model {path} is missing, which {ManifestFile} lists.");
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == support.Sha256
            ? Model.FromGraph(OnnxReader.Read(bytes), model.Options with
            {
                Name = $"{model.Name} ({support.Distance})",
                Labels = model.Labels,
                Output = null,
                OutputKind = null,
            })
            : throw new UnmaskException($"The support model {path} is not the one that {ManifestFile} describes: it was changed after the training. Train again in another folder.");
    }
}

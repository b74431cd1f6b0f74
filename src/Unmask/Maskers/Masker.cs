using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Maskers.Engine;

namespace Unmask.Maskers;

/// <summary>
/// A trained masker (<c>unmask train masker</c>): an ONNX network whose inputs are values of a classifier (its taps) by their names, and <c>class</c> Int64 [N, 1] where its mask is of a class;
/// output <c>mask</c> [N, 1, height, width], from 0 to 1: how much of a place belongs to what the classifier needs.
/// </summary>
public sealed class Masker
{
    private readonly MaskerCard _card;

    // The models that it was found to belong to.
    private readonly ConditionalWeakTable<Model, Masker> _fits = [];

    private Masker(Graph graph, MaskerCard card, string? file) => (Graph, _card, File) = (graph, card, file);

    /// <summary>The network.</summary>
    public Graph Graph { get; }

    /// <summary>The file that it was read from; <c>null</c>: none.</summary>
    public string? File { get; }

    /// <summary>The name of the recipe by which it learnt: see <see cref="MaskerRecipe.Named"/>.</summary>
    public string Recipe => _card.Recipe;

    /// <summary>What the recipe is made of, in words.</summary>
    public string Slots => _card.Slots;

    /// <summary>The values of the classifier that it reads.</summary>
    public ImmutableArray<string> Taps => _card.Taps;

    /// <summary>The name of the classifier that it belongs to.</summary>
    public string Classifier => _card.Classifier;

    /// <summary>Height and width of the classifier's input.</summary>
    public (int Height, int Width) Size => _card.Size;

    /// <summary>Whether its mask is of a class; else it is the same for every class.</summary>
    public bool IsClassConditional => _card.IsClassConditional;

    /// <summary>What replaced hidden parts while it learnt; <c>null</c>: not known.</summary>
    public string? Infill => _card.Infill;

    /// <summary>How pictures were prepared while it learnt.</summary>
    internal Preprocessing? Preprocessing => ModelCard.Of(Graph).Preprocessing;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFormatException">It is no ONNX model.</exception>
    /// <exception cref="UnmaskException">It is no masker.</exception>
    public static Masker Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return System.IO.File.Exists(path)
            ? Of(OnnxReader.Read(path), Path.GetFileName(path), path)
            : throw new FileNotFoundException($"There is no masker {path}. `unmask train masker -m MODEL.onnx --data FOLDER` makes one.");
    }

    /// <summary>Takes a graph, as <see cref="MaskerTraining.Run"/> returns it.</summary>
    /// <exception cref="UnmaskException">It is no masker.</exception>
    public static Masker Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Of(graph, $"\"{graph.Name}\"", null);
    }

    /// <summary>Complains about a model that is not the masker's classifier.</summary>
    /// <exception cref="UnmaskException">It lacks a tap, has other weights, or takes pictures of another size.</exception>
    internal void ThrowUnlessFor(Model model)
    {
        // Hashing the weights takes longer than a mask: once a model.
        if (_fits.TryGetValue(model, out _))
        {
            return;
        }

        var core = model.OnnxCore;
        string named = File ?? "The masker";
        var there = core.Inside.Nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        if (Taps.FirstOrDefault(tap => !there.Contains(tap)) is { } missing)
        {
            throw new UnmaskException($"{named} reads the layer \"{missing}\" of {Classifier}, and {model.Name} has none of that name. A masker belongs to the classifier that it learnt with: explain that one, or train one for this: unmask train masker -m {model.Name} --data FOLDER.");
        }

        if (WeightFingerprint.Of(core.Inside, [core.Sources.Logits ?? core.Sources.Output, .. Taps]) != _card.ClassifierHash)
        {
            throw new UnmaskException($"{named} learnt with {Classifier}, and {model.Name} has other weights. A masker belongs to the classifier that it learnt with: explain that one, or train one for this: unmask train masker -m {model.Name} --data FOLDER.");
        }

        _fits.TryAdd(model, this);
    }

    /// <summary>The network with another confidence of its selector.</summary>
    /// <exception cref="UnmaskException">It has none.</exception>
    internal Graph WithConfidence(double? confidence) => confidence is not { } value ? Graph
        : Graph.Constants.ContainsKey(MaskerNames.Confidence) ? Graph with { Constants = Graph.Constants.SetItem(MaskerNames.Confidence, TensorData.Vector((float)value)) }
        : throw new UnmaskException($"{File ?? "The masker"} has no selector of classes whose confidence could be set; those of the recipe real-time-saliency have one. Leave confidence out.");

    private static Masker Of(Graph graph, string name, string? path) => MaskerCard.Of(graph) is { } card
        ? new(graph, card, path)
        : throw new UnmaskException($"{name} is an ONNX model, but no masker: its metadata does not say of which classifier. `unmask train masker` makes maskers.");
}

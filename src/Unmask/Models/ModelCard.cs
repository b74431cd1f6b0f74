using System.Text.Json;
using Unmask.Graphs;

namespace Unmask;

/// <summary>What a model file says of itself beyond its graph: labels and preprocessing, from its metadata.</summary>
/// <param name="Labels">From the key <c>unmask.labels</c>, one name a line; <c>null</c> when absent.</param>
/// <param name="Preprocessing">From the key <c>unmask.preprocessing</c>, a JSON object; <c>null</c> when absent.</param>
internal sealed record ModelCard(Labels? Labels, Preprocessing? Preprocessing)
{
    /// <summary>What is assumed of a model that says nothing.</summary>
    public static Preprocessing Guess => Preprocessing.ImageNet;

    /// <summary>Reads a graph's metadata.</summary>
    /// <exception cref="ModelFormatException">The preprocessing entry is not understood.</exception>
    public static ModelCard Of(Graph graph) => new(
        graph.Metadata.TryGetValue("unmask.labels", out string? labels) ? Labels.FromText(labels) : null,
        graph.Metadata.TryGetValue("unmask.preprocessing", out string? preprocessing) ? Parse(preprocessing) : null);

    private static Preprocessing Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return new Preprocessing
            {
                Name = "the model's own",
                Fit = (root.TryGetProperty("resize", out var fit) ? fit.GetString() : null) switch { "stretch" => Fit.Stretch, "pad" => Fit.Pad, _ => Fit.Crop },
                ResizeTo = root.TryGetProperty("size", out var size) ? size.GetInt32() : null,
                Scale = root.TryGetProperty("scale", out var scale) ? scale.GetSingle() : 255,
                Mean = [.. root.GetProperty("mean").EnumerateArray().Select(value => value.GetSingle())],
                Std = [.. root.GetProperty("std").EnumerateArray().Select(value => value.GetSingle())],
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"The model's metadata entry \"unmask.preprocessing\" is not understood: {problem.Message}", problem);
        }
    }
}

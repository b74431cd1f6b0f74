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
        graph.Metadata.TryGetValue("unmask.preprocessing", out string? preprocessing) ? Parse(preprocessing, takesAnySize: graph.Inputs.Any(TakesAnySize)) : null);

    /// <summary>A graph that says of itself what this card says.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="labels">The names of the classes.</param>
    /// <param name="preprocessing">How pictures become its input; its size is that of the crop.</param>
    public static Graph WriteTo(Graph graph, IReadOnlyList<string> labels, Preprocessing preprocessing)
    {
        var labelled = WriteLabels(graph, labels);
        return labelled with { Metadata = labelled.Metadata.SetItem("unmask.preprocessing", ToJson(preprocessing)) };
    }

    /// <summary>A graph that says the names of its classes.</summary>
    public static Graph WriteLabels(Graph graph, IReadOnlyList<string> labels) => graph with { Metadata = graph.Metadata.SetItem("unmask.labels", string.Join('\n', labels)) };

    /// <summary>A graph that also says what it learnt from, and how it did on pictures that it did not.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="trainedOn">What it learnt from, in words.</param>
    /// <param name="accuracy">How it did, in words; <c>null</c>: it was not tried.</param>
    public static Graph WriteRecordTo(Graph graph, string trainedOn, string? accuracy) => graph with
    {
        Metadata = accuracy is null ? graph.Metadata.SetItem("unmask.trained_on", trainedOn) : graph.Metadata.SetItem("unmask.trained_on", trainedOn).SetItem("unmask.accuracy", accuracy),
    };

    private static string ToJson(Preprocessing preprocessing)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resize", preprocessing.Fit switch { Fit.Stretch => "stretch", Fit.Pad => "pad", _ => "crop" });
            Write(json, "size", preprocessing.ResizeTo);
            Write(json, "crop", preprocessing.Size?.Height);
            json.WriteNumber("scale", preprocessing.Scale);
            Write(json, "mean", preprocessing.Mean);
            Write(json, "std", preprocessing.Std);
            if (preprocessing.ChannelOrder == ChannelOrder.Bgr)
            {
                json.WriteString("channels", "bgr");
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (float number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>Whether an input is a picture whose height and width the graph leaves open: then the card's crop says them.</summary>
    private static bool TakesAnySize(Value input) => ModelSignature.OrderOf(input) switch
    {
        AxisOrder.ChannelsFirst => !input.Shape![2].IsKnown && !input.Shape[3].IsKnown,
        AxisOrder.ChannelsLast => !input.Shape![1].IsKnown && !input.Shape[2].IsKnown,
        _ => false,
    };

    private static Preprocessing Parse(string json, bool takesAnySize)
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
                Size = takesAnySize && root.TryGetProperty("crop", out var crop) ? (crop.GetInt32(), crop.GetInt32()) : null,
                Scale = root.TryGetProperty("scale", out var scale) ? scale.GetSingle() : 255,
                Mean = [.. root.GetProperty("mean").EnumerateArray().Select(value => value.GetSingle())],
                Std = [.. root.GetProperty("std").EnumerateArray().Select(value => value.GetSingle())],
                ChannelOrder = root.TryGetProperty("channels", out var channels) && channels.GetString() == "bgr" ? ChannelOrder.Bgr : ChannelOrder.Rgb,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"The model's metadata entry \"unmask.preprocessing\" is not understood: {problem.Message}", problem);
        }
    }
}

using System.Text.Json;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Gradients of the reference networks' logits, against Captum (signed saliency) and PyTorch (gradients of embeddings).</summary>
public sealed class NetworkReferenceTests
{
    [SharedFact]
    public void Gradients_of_logits_agree_on_every_network()
    {
        var wrong = new List<string>();
        var networks = new HashSet<string>();
        foreach (var test in ReferenceCases.Of("grad").Where(IsGradient))
        {
            foreach (string model in Variants(test.GetProperty("model").GetString()!))
            {
                networks.Add(model);
                wrong.AddRange(Problem(test, model));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(20, networks.Count);
    }

    private static bool IsGradient(JsonElement test) => test.GetProperty("method").GetString() switch
    {
        "Saliency" => !test.GetProperty("params").TryGetProperty("abs", out var abs) || !abs.GetBoolean(),
        "EmbeddingGradient" => true,
        _ => false,
    };

    // The same function in another file: batch normalisation kept, padding inside the convolution.
    private static string[] Variants(string model) => model switch
    {
        "resnet_bn" or "mobile" => [model, $"{model}_unfolded"],
        "convzoo" => [model, "convzoo_fusedpad"],
        _ => [model],
    };

    private static IEnumerable<string> Problem(JsonElement test, string model)
    {
        string id = $"{test.GetProperty("id").GetString()} ({model})";
        var graph = RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Reference, "models", $"{model}.onnx")));
        bool text = test.GetProperty("method").GetString() == "EmbeddingGradient";
        string cut = text ? graph.Nodes.First(node => node.OpType == "Gather" && node.Inputs[1] == graph.Inputs[0].Name).Outputs[0] : graph.Inputs[0].Name;
        string target = id.Contains("aux", StringComparison.Ordinal) ? "aux" : "logits";
        var program = Gradient.Build(graph, target, [cut]);
        var x = Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!));
        var feeds = new Dictionary<string, TensorData> { [graph.Inputs[0].Name] = x };
        var results = Derivative.Run(program, feeds, OneHot(test, graph.ShapeOf(target)![1].Size!.Value));
        var (expected, _, tolerance) = ReferenceCases.Output(test, text ? "gradient" : "map");
        double worst = 0;
        var found = results[1].AsSpan<float>();
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - found[i]);
            worst = difference <= worst ? worst : difference;
        }

        return expected.Length == found.Length && worst <= tolerance ? [] : [$"{id}: {expected.Length} and {found.Length} values differ by {worst:g3}, tolerance {tolerance:g3}"];
    }

    private static TensorData OneHot(JsonElement test, long classes)
    {
        int[] targets = [.. test.GetProperty("targets").EnumerateArray().Select(target => target.GetInt32())];
        float[] seed = new float[targets.Length * classes];
        for (int item = 0; item < targets.Length; item++)
        {
            seed[(item * classes) + targets[item]] = 1;
        }

        return TensorData.Adopt(seed, targets.Length, classes);
    }
}

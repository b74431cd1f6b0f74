using System.Text.Json;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Runs an explainer on the cases of a reference part and collects what is out of tolerance.</summary>
internal static class ReferenceMaps
{
    private static readonly Lazy<JsonElement> Index = new(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Shared.Reference, "index.json"))).RootElement);

    /// <summary>The cases of one method.</summary>
    public static IEnumerable<JsonElement> Of(string part, string method) => ReferenceCases.Of(part).Where(test => test.GetProperty("method").GetString() == method);

    /// <summary>Compares every item of every case with the explainer's array.</summary>
    /// <returns>How many cases were compared.</returns>
    public static int Compare(IEnumerable<JsonElement> cases, Func<Model, JsonElement, IExplainer> explainer, string output = "map", Func<float, float>? change = null, Func<Explanation, float[]>? read = null) =>
        CompareAll(cases, explainer, output, change, read, (test, item) => Target.Class(TargetOf(test, item)));

    public static int CompareAll(
        IEnumerable<JsonElement> cases,
        Func<Model, JsonElement, IExplainer> explainer,
        string output,
        Func<float, float>? change,
        Func<Explanation, float[]>? read,
        Func<JsonElement, int, Target> targetOf)
    {
        var wrong = new List<string>();
        int compared = 0;
        foreach (var test in cases)
        {
            compared++;
            using var model = Load(test);
            wrong.AddRange(Problems(test, model, explainer(model, test), output, change ?? (value => value), read ?? (explanation => explanation.ToArray()), targetOf));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        return compared;
    }

    /// <summary>The network, with the output that the case is about.</summary>
    public static Model Load(JsonElement test)
    {
        string file = Path.Combine(Shared.Reference, "models", $"{test.GetProperty("model").GetString()}.onnx");
        return Model.Load(file, new() { Output = Text(test, "output"), OutputKind = OutputKind.Logits });
    }

    /// <summary>The name in the ONNX file of a PyTorch module's output.</summary>
    public static string Layer(JsonElement test) => LayerOf(test.GetProperty("model").GetString()!, test.GetProperty("params").GetProperty("layer").GetString()!);

    public static string LayerOf(string model, string module) =>
        Index.Value.GetProperty("models").GetProperty(model).GetProperty("torch_module_output_to_onnx_tensor").GetProperty(module).GetString()!;

    public static bool HasLayer(JsonElement test) => Index.Value.GetProperty("models").GetProperty(test.GetProperty("model").GetString()!)
        .GetProperty("torch_module_output_to_onnx_tensor").TryGetProperty(test.GetProperty("params").GetProperty("layer").GetString()!, out _);

    public static bool IsText(JsonElement test) => test.GetProperty("model").GetString()!.Contains("text", StringComparison.Ordinal);

    public static string? Text(JsonElement test, string parameter) =>
        test.GetProperty("params").TryGetProperty(parameter, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static Infill Baseline(JsonElement test, int item = 0)
    {
        var baseline = test.GetProperty("params").GetProperty("baseline");
        if (baseline.ValueKind == JsonValueKind.Number)
        {
            return Infill.Constant(baseline.GetSingle());
        }

        var (values, sizes) = Npy.ReadFloats(ReferenceCases.Input(baseline.GetString()!));
        int length = values.Length / (int)sizes[0];
        return Infill.Given(values[(Math.Min(item, (int)sizes[0] - 1) * length)..][..length], "reference");
    }

    private static IEnumerable<string> Problems(
        JsonElement test, Model model, IExplainer explainer, string output, Func<float, float> change, Func<Explanation, float[]> read, Func<JsonElement, int, Target> targetOf)
    {
        string id = test.GetProperty("id").GetString()!;
        var (expected, sizes, tolerance) = ReferenceCases.Output(test, output);
        var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
        for (int item = 0; item < sizes[0]; item++)
        {
            float[] found = read(explainer.Explain(inputs[item], targetOf(test, item)));
            int length = expected.Length / (int)sizes[0];
            double worst = found.Length == length ? 0 : double.PositiveInfinity;
            for (int i = 0; i < Math.Min(length, found.Length); i++)
            {
                double difference = Math.Abs((double)expected[(item * length) + i] - change(found[i]));
                worst = difference <= worst ? worst : difference;
            }

            if (!(worst <= tolerance))
            {
                yield return $"{id} item {item}: {length} and {found.Length} values differ by {worst:g3}, tolerance {tolerance:g3}";
            }
        }
    }

    /// <summary>The class that an item of a case is explained for.</summary>
    public static int TargetOf(JsonElement test, int item) => test.GetProperty("targets")[item].GetInt32();
}

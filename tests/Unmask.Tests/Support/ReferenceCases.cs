using System.Text.Json;

namespace Unmask.Tests.Support;

/// <summary>The maps that established libraries computed, with what they were computed from.</summary>
internal static class ReferenceCases
{

    /// <summary>The cases of one part, for instance <c>perturb</c>, of every model.</summary>
    public static IEnumerable<JsonElement> Of(string part) => Directory.EnumerateFiles(Path.Combine(Shared.Reference, "cases"), $"{part}__*.json")
        .Order(StringComparer.Ordinal)
        .SelectMany(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("cases").EnumerateArray().ToArray());

    public static Model Load(string model) => Model.Load(Path.Combine(Shared.Reference, "models", $"{model}.onnx"));

    public static string Input(string name) => Path.Combine(Shared.Reference, "inputs", $"{name}.npy");

    public static (float[] Values, long[] Sizes, double Tolerance) Output(JsonElement test, string name = "map")
    {
        var output = test.GetProperty("outputs").GetProperty(name);
        double tolerance = output.GetProperty("atol").GetDouble();
        if (output.TryGetProperty("values", out var few))
        {
            return ([.. few.EnumerateArray().Select(value => value.GetSingle())], [.. output.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())], tolerance);
        }

        var (values, sizes) = Npy.ReadFloats(Path.Combine(Shared.Reference, output.GetProperty("file").GetString()!));
        return (values, sizes, tolerance);
    }
}

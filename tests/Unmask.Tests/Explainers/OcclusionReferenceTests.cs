using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>Occlusion against Captum's maps of all networks and windows.</summary>
[Trait("Category", "Slow")]
public sealed class OcclusionReferenceTests
{
    [SharedFact]
    public void Occlusion_agrees_with_captum_on_every_network()
    {
        int compared = 0;
        foreach (var test in ReferenceCases.Of("perturb").Where(test => test.GetProperty("method").GetString() == "Occlusion" && test.GetProperty("library").GetString()!.StartsWith("captum", StringComparison.Ordinal)))
        {
            Compare(test);
            compared++;
        }

        Assert.True(compared >= 20, $"only {compared} cases were found");
    }

    private static void Compare(JsonElement test)
    {
        var parameters = test.GetProperty("params");
        var (expected, sizes, tolerance) = ReferenceCases.Output(test);
        using var model = ReferenceCases.Load(test.GetProperty("model").GetString()!);
        var explainer = new Occlusion(model, new()
        {
            Window = [.. parameters.GetProperty("window").EnumerateArray().Select(size => size.GetInt32())],
            Stride = [.. parameters.GetProperty("strides").EnumerateArray().Select(size => size.GetInt32())],
            Infill = InfillOf(parameters.GetProperty("baseline")),
            Score = Score.Logit,
        });
        var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
        int item = 0;
        foreach (int target in test.GetProperty("targets").EnumerateArray().Select(target => target.GetInt32()))
        {
            var explanation = explainer.Explain(inputs[item], Target.Class(target));
            int length = expected.Length / (int)sizes[0];
            Near.Equal(expected.AsSpan(item * length, length), explanation.ToTensorData().AsSpan<float>(), tolerance, $"{test.GetProperty("id")} item {item}");
            item++;
        }
    }

    private static Infill InfillOf(JsonElement baseline) => baseline.ValueKind == JsonValueKind.Number
        ? Infill.Constant(baseline.GetSingle())
        : Infill.Given(FirstItem(baseline.GetString()!), "reference");

    private static float[] FirstItem(string name)
    {
        var (values, sizes) = Npy.ReadFloats(ReferenceCases.Input(name));
        return sizes[0] == 1 ? values : values[..(values.Length / (int)sizes[0])];
    }
}

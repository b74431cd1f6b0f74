using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>RISE against the authors' code and against TorchRay, with the masks that those drew.</summary>
public sealed class RiseReferenceTests
{
    [SharedFact]
    public void The_code_preset_agrees_with_the_authors_repository() =>
        Compare("RISE", RiseOptions.Code, parameters => (parameters.GetProperty("s").GetInt32(), parameters.GetProperty("p1").GetDouble()), id => !id.Contains("torchray", StringComparison.Ordinal), minimum: 3);

    [SharedFact]
    public void The_torchray_preset_agrees_with_torchray() =>
        Compare("RISE", RiseOptions.TorchRay, parameters => (parameters.GetProperty("num_cells").GetInt32(), 0.5), id => id.EndsWith("torchray_own_masks", StringComparison.Ordinal), minimum: 3);

    private static void Compare(string method, RiseOptions preset, Func<JsonElement, (int Cells, double Keep)> read, Func<string, bool> wanted, int minimum)
    {
        int compared = 0;
        foreach (var test in ReferenceCases.Of("perturb").Where(test => test.GetProperty("method").GetString()!.StartsWith(method, StringComparison.Ordinal) && wanted(test.GetProperty("id").GetString()!)))
        {
            var parameters = test.GetProperty("params");
            var (cells, keep) = read(parameters);
            var options = preset with
            {
                Cells = cells,
                KeepProbability = keep,
                GridsFile = ReferenceCases.Input(parameters.GetProperty("grid").GetString()!),
                ShiftsFile = ReferenceCases.Input(parameters.GetProperty("shifts").GetString()!),
            };
            CompareMaps(test, options);
            compared++;
        }

        Assert.True(compared >= minimum, $"only {compared} cases were found");
    }

    private static void CompareMaps(JsonElement test, RiseOptions options)
    {
        string name = test.GetProperty("model").GetString()!;
        var (expected, sizes, tolerance) = ReferenceCases.Output(test);
        using var model = ReferenceCases.Load(name);
        var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
        int classes = (int)sizes[1], pixels = (int)(sizes[2] * sizes[3]);
        for (int item = 0; item < inputs.Count; item++)
        {
            var maps = new Rise(model, options).Explain(inputs[item], [.. Enumerable.Range(0, classes).Select(index => Target.Class(index))]);
            for (int index = 0; index < classes; index++)
            {
                Near.Equal(expected.AsSpan(((item * classes) + index) * pixels, pixels), maps[index].ToTensorData().AsSpan<float>(), tolerance, $"{test.GetProperty("id")} item {item} class {index}");
            }
        }
    }
}

using System.Text.Json;
using Unmask.Metrics;
using Unmask.Tests.Support;

namespace Unmask.Tests.Metrics;

/// <summary>Deletion and insertion against the curves that RISE's own code drew.</summary>
public sealed class CurveReferenceTests
{
    [SharedFact]
    public void Deletion_and_insertion_agree_with_the_authors_code()
    {
        int compared = 0;
        foreach (var test in ReferenceCases.Of("metrics").Where(test => test.GetProperty("method").GetString() is "Deletion" or "Insertion"))
        {
            Compare(test);
            compared++;
        }

        Assert.Equal(20, compared);
    }

    [SharedFact]
    public void Mass_rank_accuracy_and_auc_agree_with_quantus_where_the_formulas_do()
    {
        int compared = 0;
        foreach (var test in ReferenceCases.Of("metrics").Where(test => test.GetProperty("method").GetString() is "Quantus_RelevanceMassAccuracy" or "Quantus_RelevanceRankAccuracy" or "Quantus_AUC"))
        {
            compared += CompareLocalization(test) ? 1 : 0;
        }

        Assert.True(compared >= 12, $"only {compared} cases were compared");
    }

    private static void Compare(JsonElement test)
    {
        var parameters = test.GetProperty("params");
        var options = CurveOptions.Rise with
        {
            Schedule = Schedule.PerStep(parameters.GetProperty("step_pixels").GetInt32()),
            Infill = parameters.GetProperty("substrate").ValueKind == JsonValueKind.String ? Infill.Zero : Infill.RiseBlur,
            Ties = TieBreak.ReversedRowMajor,
        };
        IMetric metric = test.GetProperty("method").GetString() == "Deletion" ? new Deletion(options) : new Insertion(options);
        var (curves, sizes, tolerance) = ReferenceCases.Output(test, "curve");
        float[] areas = [.. test.GetProperty("outputs").GetProperty("auc").GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
        using var model = ReferenceCases.Load(test.GetProperty("model").GetString()!);
        var (inputs, maps) = Load(test, model);
        for (int item = 0; item < inputs.Count; item++)
        {
            string what = $"{test.GetProperty("id")} item {item}";
            var value = metric.Measure(MetricSubject.Of(model, inputs[item]), [maps[item]])[0];
            Near.Equal(curves.AsSpan(item * (int)sizes[1], (int)sizes[1]), [.. value.Curve!.Scores.Select(score => (float)score)], tolerance, what);
            Assert.Equal(areas[item], value.Value!.Value, tolerance);
        }
    }

    private static bool CompareLocalization(JsonElement test)
    {
        var parameters = test.GetProperty("params");
        using var model = ReferenceCases.Load(test.GetProperty("model").GetString()!);
        var (inputs, maps) = Load(test, model);
        // Quantus adds negative relevance as it is; where there is any, its formula is another.
        if (maps.Any(map => map.Any(value => value < 0)) && test.GetProperty("method").GetString() == "Quantus_RelevanceMassAccuracy")
        {
            return false;
        }

        float[] masks = Npy.ReadFloats(ReferenceCases.Input(parameters.GetProperty("segmentation").GetString()!)).Values;
        double[] expected = [.. test.GetProperty("outputs").GetProperty("value").GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        IMetric metric = test.GetProperty("method").GetString() switch
        {
            "Quantus_RelevanceMassAccuracy" => new RelevanceMass(),
            "Quantus_RelevanceRankAccuracy" => new RankAccuracy(),
            _ => new LocalizationAuc(),
        };
        for (int item = 0; item < inputs.Count; item++)
        {
            int pixels = maps[item].Length;
            var (height, width) = inputs[item].Layout.Spatial;
            bool[] mask = [.. masks.AsSpan(item * pixels, pixels).ToArray().Select(value => value != 0)];
            var value = metric.Measure(MetricSubject.Of(model, inputs[item], default, GroundTruth.FromMask(width, height, mask)), [maps[item]])[0];
            Assert.True(Math.Abs(expected[item] - value.Value!.Value) < 1e-5, $"{test.GetProperty("id")} item {item}: {expected[item]} expected, {value.Value} found");
        }

        return true;
    }

    private static (IReadOnlyList<ModelInput> Inputs, float[][] Maps) Load(JsonElement test, Model model)
    {
        var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
        float[] all = Npy.ReadFloats(ReferenceCases.Input(test.GetProperty("params").GetProperty("map").GetString()!)).Values;
        int pixels = all.Length / inputs.Count;
        return (inputs, [.. Enumerable.Range(0, inputs.Count).Select(item => all.AsSpan(item * pixels, pixels).ToArray())]);
    }
}

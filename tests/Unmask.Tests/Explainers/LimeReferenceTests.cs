using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>LIME against Captum's coefficients and sample weights, over all 64 coalitions of six segments.</summary>
[Trait("Category", "Slow")]
public sealed class LimeReferenceTests
{
    [SharedFact]
    public void Lime_agrees_with_captum_on_every_network_and_fit()
    {
        int compared = 0;
        foreach (var test in ReferenceCases.Of("perturb").Where(test => test.GetProperty("method").GetString() == "Lime"))
        {
            Compare(test);
            compared++;
        }

        Assert.Equal(21, compared);
    }

    private static void Compare(JsonElement test)
    {
        string id = test.GetProperty("id").GetString()!;
        var parameters = test.GetProperty("params");
        var (coefficients, _, tolerance) = ReferenceCases.Output(test, "coefficients");
        var (weights, _, weightTolerance) = ReferenceCases.Output(test, "sample_weights");
        using var model = ReferenceCases.Load(test.GetProperty("model").GetString()!);
        var lime = new Lime(model, FitOf(id) with
        {
            Segmenter = new GivenSegments(ReferenceCases.Input(parameters.GetProperty("feature_mask").GetString()!)),
            Infill = Infill.Constant(parameters.GetProperty("baseline").GetSingle()),
            Score = Score.Logit,
        });
        var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
        int item = 0;
        foreach (int target in test.GetProperty("targets").EnumerateArray().Select(target => target.GetInt32()))
        {
            var explanation = lime.Explain(inputs[item], [Target.Class(target)], null, default, out var estimator)[0];
            float[] found = [.. explanation.Diagnostics.Surrogate!.Coefficients.Select(value => (float)value)];
            Near.Equal(weights.AsSpan(item * 64, 64), estimator.Weights.Select(value => (float)value).ToArray(), weightTolerance, $"weights of {id} item {item}");
            Near.Equal(coefficients.AsSpan(item * 6, 6), found, tolerance, $"coefficients of {id} item {item}");
            item++;
        }
    }

    private static LimeOptions FitOf(string id) => id.Split('_')[^2..] switch
    {
        ["lasso0.01", "cosine1"] => LimeOptions.Captum with { Samples = 64 },
        ["ridge1", "euclid"] => new() { Samples = 64, Fit = LinearFit.Ridge, Alpha = 1, Similarity = Similarity.InputEuclidean, KernelWidth = 10 },
        ["linear", "cosine0.5"] => new() { Samples = 64, Fit = LinearFit.LeastSquares, Similarity = Similarity.InputCosine, KernelWidth = 0.5 },
        _ => throw new InvalidOperationException($"What is {id}?"),
    };
}

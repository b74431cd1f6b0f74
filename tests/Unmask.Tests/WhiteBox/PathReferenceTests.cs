using System.Text.Json;
using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.WhiteBox;

namespace Unmask.Tests.WhiteBox;

/// <summary>Noise, paths, layers and regions against Captum's and PAIR's maps, within the tolerance that is stored with them.</summary>
[Trait("Category", "Slow")]
public sealed class PathReferenceTests
{
    [SharedFact]
    public void Moments_over_noise_agree_with_captum()
    {
        int compared = 0;
        foreach (var test in ReferenceMaps.Of("grad", "NoiseTunnel"))
        {
            compared += CompareNoise(test, "map", ReferenceMaps.Text(test, "noise")!, test.GetProperty("params").GetProperty("nt_samples").GetInt32(), BaseOf(test), AverageOf(ReferenceMaps.Text(test, "nt_type")!));
        }

        Assert.Equal(12, compared);
    }

    [SharedFact]
    public void Smoothgrad_and_its_square_agree_with_pair()
    {
        var test = ReferenceMaps.Of("pair", "PAIR_SmoothGrad").Single();
        string noise = Path.Combine(Shared.Reference, test.GetProperty("outputs").GetProperty("noise").GetProperty("file").GetString()!);
        Assert.Equal(2, CompareNoise(test, "signed", noise, 5, InputGradient.Id, NoiseAverage.Mean) + CompareNoise(test, "squared", noise, 5, InputGradient.Id, NoiseAverage.Squared));
    }

    [SharedFact]
    public void Pairs_plain_mean_follows_from_the_left_rule()
    {
        // PAIR takes the plain mean over both ends and what is between: (n − 1) parts by the left rule, plus the gradient at the input, ÷ n (its README's oddity 17).
        foreach (var test in ReferenceMaps.Of("pair", "PAIR_IntegratedGradients"))
        {
            var (expected, sizes, tolerance) = ReferenceCases.Output(test);
            using var model = ReferenceMaps.Load(test);
            int n = test.GetProperty("params").GetProperty("x_steps").GetInt32();
            var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
            for (int item = 0; item < sizes[0]; item++)
            {
                var target = Target.Class(ReferenceMaps.TargetOf(test, item));
                float[] left = new IntegratedGradients(model, new() { Steps = n - 1, Quadrature = Quadrature.Left }).Explain(inputs[item], target).ToArray();
                float[] end = new InputXGradient(model).Explain(inputs[item], target).ToArray();
                float[] found = [.. left.Zip(end, (sum, last) => (((n - 1) * sum) + last) / n)];
                Near.Equal(expected.AsSpan(item * found.Length, found.Length), found, tolerance, $"{test.GetProperty("id")} item {item}");
            }
        }
    }

    [SharedFact]
    public void Blur_ig_agrees_with_pair()
    {
        // With batches the peer weights square-root steps wrongly (oddity 18): those cases are left out, the right ones are the same steps one by one.
        var cases = ReferenceMaps.Of("pair", "BlurIG").Where(test => !(test.GetProperty("params").GetProperty("sqrt").GetBoolean() && test.GetProperty("params").GetProperty("batch_size").GetInt32() > 1)).ToList();
        int compared = ReferenceMaps.Compare(cases, (model, test) =>
        {
            var parameters = test.GetProperty("params");
            return new BlurIntegratedGradients(model, new()
            {
                MaxSigma = parameters.GetProperty("max_sigma").GetDouble(),
                Steps = parameters.GetProperty("steps").GetInt32(),
                Spacing = parameters.GetProperty("sqrt").GetBoolean() ? BlurSpacing.SquareRoot : BlurSpacing.Linear,
                Rule = BlurRule.Code,
            });
        });
        Assert.True(compared >= 10, $"only {compared} cases");
    }

    [SharedFact]
    public void Guided_ig_agrees_with_pair()
    {
        // One case's path in float32 leaves the path in float64 (its README, «What to expect»): its tolerance says nothing, and it is left out.
        var cases = ReferenceMaps.Of("pair", "GuidedIG").Where(test => test.GetProperty("id").GetString() != "mobile/GuidedIG/50_0.25_0.02").ToList();
        Assert.Equal(9, ReferenceMaps.Compare(cases, (model, test) =>
        {
            var parameters = test.GetProperty("params");
            return new GuidedIntegratedGradients(model, new()
            {
                Steps = parameters.GetProperty("x_steps").GetInt32(),
                Fraction = parameters.GetProperty("fraction").GetDouble(),
                MaxDistance = parameters.GetProperty("max_dist").GetDouble(),
                LeftMultiplier = true,
            });
        }));
    }

    [SharedFact]
    public void Ranked_regions_agree_with_pair()
    {
        int compared = 0;
        foreach (var test in ReferenceMaps.Of("pair", "XRAI").Where(test => ReferenceMaps.Text(test, "segments") is { } name && name.EndsWith("_xrai_segments", StringComparison.Ordinal)))
        {
            CompareRegions(test);
            compared++;
        }

        Assert.True(compared >= 10, $"only {compared} cases");
    }

    [SharedFact]
    public void Layer_methods_agree_with_captum()
    {
        var gauss = (JsonElement test) => (Layer: Cut.Layer(ReferenceMaps.Layer(test)), Steps: test.GetProperty("params").TryGetProperty("n_steps", out var steps) ? steps.GetInt32() : 0);
        int compared = Layers("LayerActivation", (model, test) => new LayerActivation(model, new() { Layer = gauss(test).Layer }))
            + Layers("LayerGradientXActivation", (model, test) => new InputXGradient(model, new() { Layer = gauss(test).Layer }))
            // Captum takes one node more than asked for, and the gradient before each difference.
            + Layers("LayerConductance", (model, test) => new LayerConductance(model, new() { Layer = gauss(test).Layer, Steps = gauss(test).Steps + 1, Quadrature = Quadrature.GaussLegendre, LeftMultiplier = true }))
            + Layers("InternalInfluence", (model, test) => new InternalInfluence(model, new() { Layer = gauss(test).Layer, Steps = gauss(test).Steps, Quadrature = Quadrature.GaussLegendre }))
            + Layers("LayerIntegratedGradients", (model, test) => new IntegratedGradients(model, new() { Layer = gauss(test).Layer, Steps = gauss(test).Steps, Quadrature = Quadrature.GaussLegendre }));
        Assert.True(compared >= 55, $"only {compared} cases");
    }

    [SharedFact]
    public void Embeddings_of_text_networks_are_found_and_agree()
    {
        // No layer is named: the input holds token ids, so its embedding is explained.
        Assert.Equal(6, ReferenceMaps.Compare(ReferenceMaps.Of("grad", "EmbeddingGradient"), (model, _) => new InputGradient(model), "gradient"));
    }

    [SharedFact]
    public void Integrated_gradients_at_embeddings_agree_with_captum()
    {
        // The baseline is token 0 everywhere. Captum's trapezoid is too small by (n − 1)/n (oddity 1).
        var cases = ReferenceMaps.Of("grad", "LayerIntegratedGradients").Where(ReferenceMaps.IsText).ToList();
        int compared = 0;
        foreach (var test in cases)
        {
            int steps = test.GetProperty("params").GetProperty("n_steps").GetInt32();
            var quadrature = GradientReferenceTests.QuadratureOf(test);
            float factor = quadrature == Quadrature.Trapezoid ? (steps - 1f) / steps : 1;
            compared += ReferenceMaps.Compare([test], (model, _) => new IntegratedGradients(model, new() { Steps = steps, Quadrature = quadrature }), change: value => value * factor);
        }

        Assert.True(compared >= 6, $"only {compared} cases");
    }

    private static int Layers(string method, Func<Model, JsonElement, IExplainer> explainer) =>
        ReferenceMaps.Compare(ReferenceMaps.Of("grad", method).Where(test => !ReferenceMaps.IsText(test)).Where(ReferenceMaps.HasLayer), explainer);

    private static string BaseOf(JsonElement test) => ReferenceMaps.Text(test, "inner") switch
    {
        "Saliency" => InputGradient.Id,
        "InputXGradient" => InputXGradient.Id,
        "IntegratedGradients" => $"{IntegratedGradients.Id}:quadrature=gauss-legendre,steps={(test.GetProperty("params").TryGetProperty("inner_params", out var inner) && inner.TryGetProperty("n_steps", out var steps) ? steps.GetInt32() : 50)}",
        var other => throw new InvalidOperationException(other),
    };

    private static NoiseAverage AverageOf(string type) => type switch
    {
        "smoothgrad" => NoiseAverage.Mean,
        "smoothgrad_sq" => NoiseAverage.Squared,
        "vargrad" => NoiseAverage.Variance,
        _ => throw new InvalidOperationException(type),
    };

    private static int CompareNoise(JsonElement test, string output, string noise, int samples, string inner, NoiseAverage average)
    {
        var (expected, sizes, tolerance) = ReferenceCases.Output(test, output);
        var (values, noiseSizes) = Npy.ReadFloats(File.Exists(noise) ? noise : ReferenceCases.Input(noise));
        using var model = ReferenceMaps.Load(test);
        using var folder = new TemporaryFolder();
        var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
        int length = expected.Length / (int)sizes[0];
        Assert.Equal((long)inputs.Count * samples * length, values.Length);
        Assert.Equal(inputs.Count, noiseSizes[0]);
        for (int item = 0; item < sizes[0]; item++)
        {
            string file = Path.Combine(folder.Path, $"{item}.npy");
            Npy.Write(file, TensorData.Adopt(values.AsSpan(item * samples * length, samples * length).ToArray(), samples, length));
            var explainer = new SmoothGrad(model, new() { Base = inner, Samples = samples, NoiseFile = file, Average = average });
            Near.Equal(expected.AsSpan(item * length, length), explainer.Explain(inputs[item], Target.Class(ReferenceMaps.TargetOf(test, item))).ToArray(), tolerance, $"{test.GetProperty("id")} {output} item {item}");
        }

        return 1;
    }

    private static void CompareRegions(JsonElement test)
    {
        var parameters = test.GetProperty("params");
        var (expected, sizes, tolerance) = ReferenceCases.Output(test);
        var (segments, segmentSizes) = Npy.ReadFloats(ReferenceCases.Input(parameters.GetProperty("segments").GetString()!));
        var (attributions, baseSizes) = Npy.ReadFloats(ReferenceCases.Input(parameters.GetProperty("base_attribution").GetString()!));
        int items = (int)sizes[0], pixels = expected.Length / items, channels = attributions.Length / (int)baseSizes[0] / pixels, count = segments.Length / pixels / (segmentSizes.Length == 4 ? items : 1);
        for (int item = 0; item < items; item++)
        {
            float[] map = [.. Enumerable.Range(0, pixels).Select(pixel => Enumerable.Range(0, channels).Max(channel => attributions[(((item * channels) + channel) * pixels) + pixel]))];
            int first = segmentSizes.Length == 4 ? item * count : 0;
            var ranking = new RegionRanking(map, [.. Enumerable.Range(first, count).Select(mask => Enumerable.Range(0, pixels).Where(pixel => segments[(mask * pixels) + pixel] != 0).ToArray())]);
            int fewest = parameters.GetProperty("min_pixel_diff").GetInt32();
            double area = parameters.GetProperty("area_threshold").GetDouble();
            if (ReferenceMaps.Text(test, "algorithm") == "fast")
            {
                ranking.ByMean(fewest, area);
            }
            else
            {
                ranking.Greedy(fewest, area);
            }

            Near.Equal(expected.AsSpan(item * pixels, pixels), ranking.Map, Math.Max(tolerance, 1e-6), $"{test.GetProperty("id")} item {item}");
        }
    }
}

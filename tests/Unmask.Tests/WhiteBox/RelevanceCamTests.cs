using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Relevance-CAM on networks whose relevance is written out by hand.</summary>
public sealed class RelevanceCamTests
{
    private const int Places = SmallNets.Side * SmallNets.Side;

    [Fact]
    public void Behind_a_linear_head_the_weights_are_those_of_the_class_minus_the_mean_of_the_others()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model).Explain(input, Target.Class(2)).ToArray();
        foreach (int target in Enumerable.Range(0, SmallNets.Classes))
        {
            var explanation = new RelevanceCam(model).Explain(input, Target.Class(target));
            Near.Equal(Map(maps, k => Head(target, k) - (0.5 * Enumerable.Range(0, 3).Where(other => other != target).Sum(other => Head(other, k)))), explanation.ToArray(), 1e-4, $"class {target}");
            Near.Equal(Map(maps, k => Head(target, k)), new RelevanceCam(model, new() { Contrastive = false }).Explain(input, Target.Class(target)).ToArray(), 1e-4, "LRP-CAM");
            Assert.Equal(model.Evaluate(input, Score.Logit)[target], explanation.ScoreValue, 5);
            Assert.True(explanation.Rectified);
        }
    }

    [Fact]
    public void Contrasts_and_units_start_as_they_are()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model).Explain(input, Target.Class(2)).ToArray();
        Near.Equal(Map(maps, k => Head(2, k) - Head(0, k)), new RelevanceCam(model).Explain(input, Target.Contrast(2, 0)).ToArray(), 1e-4, "contrast");
        var unit = Target.Unit("maps_out", 3);
        var plain = new RelevanceCam(model, new() { Layer = Cut.Layer("first_relu_out"), Contrastive = false });
        Assert.Equal(plain.Explain(input, unit).ToArray(), new RelevanceCam(model, new() { Layer = Cut.Layer("first_relu_out") }).Explain(input, unit).ToArray());
    }

    // x → 1×1 convolution, ReLU («low») → 1×1 convolution with bias, ReLU → mean → head of three classes.
    [Fact]
    public void An_early_layer_gets_z_plus_shares_of_the_convolution_behind_it()
    {
        float[] x = LinearModels.Values(2 * 4, 21), w1 = LinearModels.Values(3 * 2, 22), w2 = LinearModels.Values(4 * 3, 23), b2 = LinearModels.Values(4, 24), head = LinearModels.Values(3 * 4, 25);
        using var model = Model.FromGraph(TwoLayers(w1, w2, b2, head), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(x, 1, 2, 2, 2))[0];
        double[,] low = new double[3, 4], expected = new double[1, 4];
        double[] weights = new double[3];
        for (int u = 0; u < 4; u++)
        {
            for (int k = 0; k < 3; k++)
            {
                low[k, u] = Math.Max(0, (w1[k * 2] * x[u]) + (w1[(k * 2) + 1] * x[4 + u]));
            }

            for (int j = 0; j < 4; j++)
            {
                double z = b2[j], positive = Math.Max(0, b2[j]);
                for (int k = 0; k < 3; k++)
                {
                    z += w2[(j * 3) + k] * low[k, u];
                    positive += Math.Max(0, w2[(j * 3) + k]) * low[k, u];
                }

                // Class 1 against the mean of 0 and 2; a quarter each of the mean over places.
                double relevance = Math.Max(0, z) * 0.25 * (head[4 + j] - (0.5 * (head[j] + head[8 + j])));
                for (int k = 0; k < 3 && positive > 0; k++)
                {
                    weights[k] += Math.Max(0, w2[(j * 3) + k]) * low[k, u] / positive * relevance;
                }
            }
        }

        float[] map = [.. Enumerable.Range(0, 4).Select(u => (float)Enumerable.Range(0, 3).Sum(k => weights[k] * low[k, u]))];
        Assert.Contains(map, value => Math.Abs(value) > 1e-3);
        var explanation = new RelevanceCam(model, new() { Layer = Cut.Layer("low_out") }).Explain(input, Target.Class(1));
        Near.Equal(map, explanation.ToArray(), 1e-5, "z⁺");
        Assert.Equal("low_out", explanation.Layer!.Name);
    }

    // z⁺ in the head, from relevance 1 and −1/2: R_k = Σ_j seed_j w_jk⁺ mean(A_k) ÷ Σ_k w_jk⁺ mean(A_k).
    [Fact]
    public void The_authors_start_is_a_composite()
    {
        using var model = SmallNets.Load(biases: false);
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model).Explain(input, Target.Class(0)).ToArray();
        double[] means = [.. Enumerable.Range(0, SmallNets.Channels).Select(k => maps.Skip(k * Places).Take(Places).Average(value => (double)value))];
        double[] positive = [.. Enumerable.Range(0, 3).Select(j => Enumerable.Range(0, SmallNets.Channels).Sum(k => Math.Max(0, Head(j, k)) * means[k]))];
        Assert.All(positive, sum => Assert.True(sum > 1e-3));
        float[] expected = Map(maps, k => Enumerable.Range(0, 3).Sum(j => (j == 0 ? 1 : -0.5) * Math.Max(0, Head(j, k)) / positive[j]));
        Near.Equal(expected, new RelevanceCam(model, new() { Composite = Composites.RelevanceCam }).Explain(input, Target.Class(0)).ToArray(), 1e-4, "shares");
    }

    [SharedFact]
    public void On_a_real_network_the_map_depends_on_the_class()
    {
        using var model = Model.Load(Path.Combine(Shared.Models, "resnet20_cifar10.onnx"));
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(3 * 32 * 32, 5), 1, 3, 32, 32))[0];
        foreach (var composite in new[] { Composites.EpsilonPlus, Composites.RelevanceCam })
        {
            var maps = new RelevanceCam(model, new() { Composite = composite, Layer = Cut.MidSpatial }).Explain(input, [Target.Top(1), Target.Top(2)]);
            float[] first = maps[0].ToArray(), second = maps[1].ToArray();
            Assert.Contains(first, value => value > 0);
            Assert.True(first.Zip(second, (a, b) => Math.Abs(a - b)).Max() > 0.1 * first.Max(Math.Abs), composite.Name);
        }
    }

    private static double Head(int target, int channel) => SmallNets.HeadWeights[(target * SmallNets.Channels) + channel];

    /// <summary>Σ_k w_k mean(A_k) A_k(u).</summary>
    private static float[] Map(float[] maps, Func<int, double> weight) => [.. Enumerable.Range(0, Places).Select(place => (float)Enumerable.Range(0, SmallNets.Channels)
        .Sum(k => weight(k) * maps.Skip(k * Places).Take(Places).Average(value => (double)value) * maps[(k * Places) + place]))];

    private static Graph TwoLayers(float[] w1, float[] w2, float[] b2, float[] head)
    {
        var builder = new GraphBuilder("two");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2, 2, 2));
        string low = builder.Add("Relu", [builder.Add("Conv", [x, builder.Constant(TensorData.Adopt(w1, 3, 2, 1, 1))])], "low");
        string maps = builder.Add("Relu", [builder.Add("Conv", [low, builder.Constant(TensorData.Adopt(w2, 4, 3, 1, 1)), builder.Constant(TensorData.Adopt(b2, 4))])], "high");
        string pooled = builder.Add("Flatten", [builder.Add("GlobalAveragePool", [maps])], null, ("axis", 1L));
        builder.OutputAs(builder.Add("Gemm", [pooled, builder.Constant(TensorData.Adopt(head, 3, 4))], null, ("transB", 1L)), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        return builder.Build();
    }
}

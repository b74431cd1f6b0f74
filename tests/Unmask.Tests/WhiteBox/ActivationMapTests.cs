using Unmask.Graphs;
using Unmask.Numerics;
using Unmask.Probing;
using Unmask.Tests.Support;
using Unmask.WhiteBox;

namespace Unmask.Tests.WhiteBox;

/// <summary>Exact properties of class activation maps, and closed forms computed by hand from activations and gradients.</summary>
public sealed class ActivationMapTests
{
    private const int Places = SmallNets.Side * SmallNets.Side;
    private static readonly Target First = Target.Class(0);

    [Fact]
    public void Cam_is_the_class_weights_times_the_maps_and_its_mean_and_the_bias_make_up_the_logit()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model, new() { Layer = Cut.Layer("maps_out") }).Explain(input, First).ToArray();
        var cam = new Cam(model).Explain(input, Target.Class(1));
        float[] byHand = [.. Enumerable.Range(0, Places).Select(u => Enumerable.Range(0, SmallNets.Channels).Sum(k => SmallNets.HeadWeights[SmallNets.Channels + k] * maps[(k * Places) + u]))];
        Near.Equal(byHand, cam.ToArray(), 1e-5, "by hand");
        Assert.Equal(cam.ScoreValue, cam.ToArray().Average() - 0.2, 4);
        Assert.False(cam.Rectified);
    }

    [Fact]
    public void On_networks_that_average_their_last_maps_grad_cam_xgrad_cam_and_hires_cam_are_cam_over_places()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] cam = [.. new Cam(model).Explain(input, First).ToArray().Select(value => value / Places)];
        Near.Equal(cam, new GradCam(model).Explain(input, First).ToArray(), 1e-6, "Grad-CAM");
        Near.Equal(cam, new GradCam(model, null, CamFormula.XGradCam).Explain(input, First).ToArray(), 1e-6, "XGrad-CAM");
        var hires = new GradCam(model, null, CamFormula.HiResCam).Explain(input, First);
        Near.Equal(cam, hires.ToArray(), 1e-6, "HiRes-CAM");
        Assert.Equal(hires.ScoreValue, hires.ToArray().Sum(value => (double)value) + 0.3, 4);
    }

    [Fact]
    public void Cam_refuses_networks_without_an_average_and_says_what_is_there()
    {
        using var model = LinearModels.Load([LinearModels.Values(192, 3)], [0], 3, 8, 8);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(192, 5), 1, 3, 8, 8))[0];
        string problem = Assert.Throws<UnmaskException>(() => new Cam(model).Explain(input, First)).Message;
        Assert.Contains("GlobalAveragePool", problem, StringComparison.Ordinal);
        Assert.Contains("grad-cam", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Formulas_are_what_they_say()
    {
        var (model, input, a, g) = Shallow();
        using (model)
        {
            Near.Equal(Summed(a, g, (x, m) => x * m), Map(CamFormula.HiResCam), 1e-6, "HiRes");
            Near.Equal(Summed(a, g, (x, m) => Math.Max(0, x * m)), Map(CamFormula.ElementWise), 1e-6, "element-wise");
            Near.Equal(Summed(a, g, (x, m) => x * Math.Max(0, m)), Map(CamFormula.LayerCam), 1e-6, "layer");
            Near.Equal(PlusPlus(a, g, 0.01, false), new GradCamPlusPlus(model, new() { Layer = Cut.Layer("first_relu_out"), Epsilon = 0.01 }).Explain(input, First).ToArray(), 1e-5, "++");
            Near.Equal(PlusPlus(a, g, 0, true), new GradCamPlusPlus(model, new() { Layer = Cut.Layer("first_relu_out"), NormalizeAlpha = true }).Explain(input, First).ToArray(), 1e-5, "++ normalised");
        }

        float[] Map(CamFormula formula) => new GradCam(model, new() { Layer = Cut.Layer("first_relu_out") }, formula).Explain(input, First).ToArray();
    }

    [Fact]
    public void Without_noise_smooth_grad_cam_plus_plus_is_grad_cam_plus_plus_and_with_noise_it_depends_on_the_seed_alone()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var layer = Cut.Layer("first_relu_out");
        float[] plain = new GradCamPlusPlus(model, new() { Layer = layer }).Explain(input, First).ToArray();
        Near.Equal(plain, new SmoothGradCamPlusPlus(model, new() { Layer = layer, Level = 0 }).Explain(input, First).ToArray(), 1e-5, "no noise");
        float[] one = Noisy(1), again = Noisy(1);
        Assert.Equal(one, again);
        Assert.NotEqual(one, Noisy(2));
        Assert.NotEqual(one, plain);

        float[] Noisy(ulong seed) => new SmoothGradCamPlusPlus(model, new() { Layer = layer, Seed = seed }).Explain(input, First).ToArray();
    }

    [Fact]
    public void The_leading_component_is_that_of_the_full_decomposition()
    {
        const int Rows = 30, Columns = 47;
        double[][] columns = [.. Enumerable.Range(0, Columns).Select(column => LinearModels.Values(Rows, (ulong)column).Select(value => (double)value).ToArray())];
        double[,] gram = new double[Rows, Rows];
        for (int i = 0; i < Rows * Rows; i++)
        {
            gram[i / Rows, i % Rows] = columns.Sum(column => column[i / Rows] * column[i % Rows]);
        }

        var (vectors, values) = SymmetricEigen.Of(gram);
        int largest = Array.IndexOf(values, values.Max());
        double[] found = LeadingComponent.Of(columns);
        double sign = Math.Sign(found[0]) * Math.Sign(vectors[0, largest]);
        Assert.All(Enumerable.Range(0, Rows), row => Assert.Equal(sign * vectors[row, largest] * Math.Sqrt(values[largest]), found[row], 9));
        Assert.All(LeadingComponent.Of([new double[5], new double[5]]), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Eigen_cam_of_one_pattern_is_that_pattern_centred_and_knows_no_target()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var both = new GradCam(model, null, CamFormula.EigenCam).Explain(input, [First, Target.Class(1)]);
        Assert.Equal(both[0].ToArray(), both[1].ToArray());
        Assert.Equal(0, both[0].ToArray().Average(), 5);
        Assert.True(both[0].ToArray().Max() >= -both[0].ToArray().Min());
    }

    [Fact]
    public void Norm_grad_is_the_norm_of_the_gradient_of_an_identity_layers_weights()
    {
        var (model, input, a, g) = Shallow();
        using (model)
        {
            foreach (var identity in Enum.GetValues<IdentityLayer>())
            {
                foreach (var norm in Enum.GetValues<PlaceNorm>())
                {
                    float[] found = new NormGrad(model, new() { Layer = Cut.Layer("first_relu_out"), Identity = identity, Norm = norm }).Explain(input, First).ToArray();
                    float[] byHand = [.. Enumerable.Range(0, Places).Select(u => (float)Reduce(WeightGradient(a, g, u, identity), norm))];
                    Near.Equal(byHand, found, 1e-5, $"{identity} {norm}");
                }
            }

            float[] sum = new NormGrad(model, new() { Layer = Cut.Layer("first_relu_out"), Identity = IdentityLayer.Scaling, Norm = PlaceNorm.Sum }).Explain(input, First).ToArray();
            Near.Equal(Summed(a, g, (x, m) => x * m), sum, 1e-6, "the sum of a scaling is HiRes-CAM");
        }
    }

    [Fact]
    public void Several_layers_are_the_mean_of_scaled_maps_and_of_norm_grad_their_product()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] Scaled(IExplainer explainer)
        {
            float[] map = [.. explainer.Explain(input, First).ToMap().Cast<float>()];
            return [.. map.Select(value => (value - map.Min()) / (map.Max() - map.Min()))];
        }

        var both = new GradCam(model, new() { Layer = Cut.Parse("first_relu_out,maps_out") }).Explain(input, First);
        Assert.Equal(MapKind.Pixels, both.Kind);
        Assert.Null(both.Layer);
        float[][] parts = [.. new[] { "first_relu_out", "maps_out" }.Select(name => Scaled(new GradCam(model, new() { Layer = Cut.Layer(name) })))];
        Near.Equal([.. parts[0].Zip(parts[1], (one, other) => (one + other) / 2)], both.ToArray(), 1e-5, "mean");
        float[][] norms = [.. new[] { "first_relu_out", "maps_out" }.Select(name => Scaled(new NormGrad(model, new() { Layer = Cut.Layer(name) })))];
        Near.Equal([.. norms[0].Zip(norms[1], (one, other) => one * other)], new NormGrad(model, new() { Layer = Cut.Parse("first_relu_out, maps_out") }).Explain(input, First).ToArray(), 1e-5, "product");
    }

    [Fact]
    public void Ablation_cam_weighs_by_the_relative_fall_of_the_score_and_on_a_linear_tail_by_what_each_map_adds()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model).Explain(input, First).ToArray();
        var explanation = new GradCam(model, null, CamFormula.AblationCam).Explain(input, First);
        // Without A_k a linear head loses w_k · mean A_k.
        double[] weights = [.. Enumerable.Range(0, SmallNets.Channels).Select(k => SmallNets.HeadWeights[k] * maps[(k * Places)..((k + 1) * Places)].Average() / Math.Abs(explanation.ScoreValue))];
        float[] byHand = [.. Enumerable.Range(0, Places).Select(u => (float)weights.Select((weight, k) => weight * maps[(k * Places) + u]).Sum())];
        Near.Equal(byHand, explanation.ToArray(), 1e-4, "by hand");
        Assert.Equal((0L, SmallNets.Channels + 2L), (explanation.Cost.BackwardPasses, explanation.Cost.ForwardPasses));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Score_cam_is_what_it_says_for_any_batch_and_layer_size(int batch)
    {
        using var model = SmallNets.Load(biases: true, new() { Throughput = new() { BatchSize = batch } });
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model).Explain(input, First).ToArray();
        double[] logits = [.. maps.Chunk(Places).Select(map => Masked(model, input, map, Score.Logit))];
        double[] softmax = [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(Math.Exp))];
        Near.Equal(Weighted(maps, softmax), new ScoreCam(model).Explain(input, First).ToArray(), 1e-4, "paper");
        double[] probabilities = [.. maps.Chunk(Places).Select(map => Masked(model, input, map, Score.Probability))];
        Near.Equal(Weighted(maps, probabilities), new ScoreCam(model, ScoreCamOptions.Code).Explain(input, First).ToArray(), 1e-4, "code");
    }

    [Fact]
    public void Masks_are_resized_bilinearly_either_way_and_scaled_and_constant_maps_hide_everything()
    {
        var layer = new LayerAtItem(0, "layer", [0, 3, 1, 2, 7, 7, 7, 7, 0, 0, 0, 0], [3, 2, 2], new(2, 2, GridAxes.ChannelsFirst));
        var masks = new ActivationMasks(layer);
        Assert.Equal(2, masks.Count);
        Assert.Equal(masks.MaskOf[1], masks.MaskOf[2]);
        Assert.False(masks.IsConstant(0));
        foreach (bool corners in new[] { false, true })
        {
            float[] seen = [.. Seen(new StretchedGridMap(LinearModels.Layout(1, 4, 4), 2, 2, corners), masks.At(0))];
            double step = corners ? 1 / 3.0 : 0.25;
            Assert.Equal(0, seen.Min(), 6);
            Assert.Equal(1, seen.Max(), 6);
            Assert.Equal(seen[0] + step, seen[1], 5);
            Assert.All(Seen(new StretchedGridMap(LinearModels.Layout(1, 4, 4), 2, 2, corners), masks.At(1)), value => Assert.Equal(0, value));
        }
    }

    /// <summary>A layer whose gradients differ from place to place, with its activations and gradients by channel.</summary>
    private static (Model Model, ModelInput Input, float[][] A, float[][] G) Shallow()
    {
        var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] a = new LayerActivation(model, new() { Layer = Cut.Layer("first_relu_out") }).Explain(input, First).ToArray();
        float[] g = new InputGradient(model, new() { Layer = Cut.Layer("first_relu_out") }).Explain(input, First).ToArray();
        return (model, input, [.. a.Chunk(Places)], [.. g.Chunk(Places)]);
    }

    private static float[] Summed(float[][] a, float[][] g, Func<double, double, double> term) =>
        [.. Enumerable.Range(0, Places).Select(u => (float)a.Zip(g, (map, multiplier) => term(map[u], multiplier[u])).Sum())];

    private static float[] PlusPlus(float[][] a, float[][] g, double epsilon, bool normalized)
    {
        double[] weights = [.. a.Zip(g, (map, multiplier) =>
        {
            double sum = map.Sum(value => (double)value);
            double[] alpha = [.. multiplier.Select(m => m <= 0 ? 0 : Math.Pow(m, 2) / ((2 * Math.Pow(m, 2)) + (sum * Math.Pow(m, 3)) + epsilon))];
            return alpha.Zip(multiplier, (weight, m) => weight * Math.Max(0, m)).Sum() / (normalized && alpha.Sum() != 0 ? alpha.Sum() : 1);
        })];
        return [.. Enumerable.Range(0, Places).Select(u => (float)weights.Select((weight, k) => weight * a[k][u]).Sum())];
    }

    /// <summary>∂S/∂θ at one place, in full.</summary>
    private static double[] WeightGradient(float[][] a, float[][] g, int u, IdentityLayer layer)
    {
        double[] here = [.. g.Select(map => (double)map[u])];
        double[] values = [.. a.Select(map => (double)map[u])];
        return layer switch
        {
            IdentityLayer.Bias => here,
            IdentityLayer.Scaling => [.. values.Zip(here, (x, m) => x * m)],
            IdentityLayer.Convolution1 => [.. values.SelectMany(x => here.Select(m => x * m))],
            _ => [.. a.SelectMany(map => Enumerable.Range(0, 9).Select(step => At(map, (u / SmallNets.Side) + (step / 3) - 1, (u % SmallNets.Side) + (step % 3) - 1))).SelectMany(x => here.Select(m => x * m))],
        };
    }

    private static double Masked(Model model, ModelInput input, float[] map, Score score)
    {
        float low = map.Min(), range = map.Max() - low;
        float[] masked = [.. input.Values.ToArray().Select((value, i) => range == 0 ? 0 : value * (map[i % Places] - low) / range)];
        return model.Evaluate(model.Prepare(TensorData.Adopt(masked, 1, 3, SmallNets.Side, SmallNets.Side))[0], score)[0];
    }

    private static float[] Weighted(float[] maps, double[] weights) =>
        [.. Enumerable.Range(0, Places).Select(u => (float)weights.Select((weight, k) => weight * maps[(k * Places) + u]).Sum())];

    private static float[] Seen(StretchedGridMap map, MaskCoordinates mask)
    {
        // A model that adds up one masked pixel of ones sees the mask there.
        return [.. Enumerable.Range(0, 16).Select(pixel =>
        {
            float[] one = new float[16];
            one[pixel] = 1;
            using var model = LinearModels.Load([one], [0], 1, 4, 4);
            var input = model.Prepare(TensorData.Adopt([.. Enumerable.Repeat(1f, 16)], 1, 1, 4, 4))[0];
            var scores = new ScoreTable();
            new ProbeEngine(model).Run(new(input, new OneMask(mask), map, Infill.Zero, Score.Logit, [Target.Class(0).Resolve(model.Predict(input))]), scores, null, "masks", default);
            return (float)scores.Rows[0][0];
        })];
    }

    private sealed class OneMask(MaskCoordinates mask) : MaskLaw
    {
        public override int Count => 1;

        public override MaskCoordinates At(int index) => mask;
    }

    private static double At(float[] map, int y, int x) => y is >= 0 and < SmallNets.Side && x is >= 0 and < SmallNets.Side ? map[(y * SmallNets.Side) + x] : 0;

    private static double Reduce(double[] gradient, PlaceNorm norm) => norm switch
    {
        PlaceNorm.L2 => Math.Sqrt(gradient.Sum(value => value * value)),
        PlaceNorm.PositiveL2 => Math.Sqrt(gradient.Sum(value => Math.Pow(Math.Max(0, value), 2))),
        PlaceNorm.Sum => gradient.Sum(),
        _ => gradient.Max(),
    };
}

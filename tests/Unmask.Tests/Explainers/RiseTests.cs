using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

public sealed class RiseTests
{
    private const int Side = 12;
    private static readonly float[] Weights = LinearModels.Values(Side * Side, seed: 1);
    private static readonly float[] Picture = LinearModels.Values(Side * Side, seed: 2);

    /// <summary>
    /// On f(x) = b + Σ w·x the expected map is b + p·Σ w·x + (1 ÷ p)·Σₖ wₖxₖ·Cov(Mₖ, M_λ); the covariance is the product of one of rows and one of
    /// columns, computed here from the axis weights alone.
    /// </summary>
    [Theory]
    [InlineData(GridUpsampling.Paper, 0.5)]
    [InlineData(GridUpsampling.Code, 0.5)]
    [InlineData(GridUpsampling.Code, 0.2)]
    [InlineData(GridUpsampling.TorchRay, 0.5)]
    public void On_a_linear_model_the_map_converges_to_its_closed_form(GridUpsampling upsampling, double keep)
    {
        const int masks = 30000;
        const float bias = 0.3f;
        using var model = LinearModels.Load([Weights], [bias], 1, Side, Side);
        var options = RiseOptions.Paper with { Masks = masks, Cells = 3, KeepProbability = keep, Upsampling = upsampling, Score = Score.Logit, Seed = 7 };
        float[] map = Values(new Rise(model, options).Explain(Input(model), Target.Class(0)));
        double[] expected = ClosedForm(upsampling, keep, bias);
        double range = expected.Max() - expected.Min();
        double worst = map.Zip(expected, (found, wanted) => Math.Abs(found - wanted)).Max();
        Assert.True(worst < 0.06 * range, $"worst difference {worst:g3} over a range of {range:g3}");
    }

    [Theory]
    [InlineData(GridUpsampling.Paper)]
    [InlineData(GridUpsampling.Code)]
    [InlineData(GridUpsampling.TorchRay)]
    public void Masks_keep_every_pixel_with_probability_p(GridUpsampling upsampling)
    {
        const int masks = 20000;
        var layout = LinearModels.Layout(1, 20, 31);
        var map = new ShiftedGridMap(layout, 4, upsampling);
        var law = new BernoulliGrids(masks, 4, 0.3, map.Shifts, seed: 3);
        var sum = map.NewSum();
        for (int i = 0; i < masks; i++)
        {
            sum.Add(law.At(i), 1.0 / masks);
        }

        Assert.All(sum.Expand(), mean => Assert.InRange(mean, 0.3 - 0.02, 0.3 + 0.02));
    }

    [Fact]
    public void A_constant_model_gives_its_constant_and_a_note()
    {
        using var model = LinearModels.Load([new float[Side * Side]], [2f], 1, Side, Side);
        var options = RiseOptions.Paper with { Masks = 500, Score = Score.Logit };
        var plain = new Rise(model, options with { Normalization = MaskNormalization.EmpiricalCoverage }).Explain(Input(model), Target.Class(0));
        Assert.All(Values(plain), value => Assert.Equal(2f, value, 5));
        var centred = new Rise(model, options with { Normalization = MaskNormalization.MeanSubtracted }).Explain(Input(model), Target.Class(0));
        Assert.All(Values(centred), value => Assert.Equal(0f, value, 5));
    }

    [Fact]
    public void A_model_of_one_pixel_is_found()
    {
        float[] one = new float[Side * Side];
        one[(8 * Side) + 3] = 1;
        using var model = LinearModels.Load([one], [0f], 1, Side, Side);
        var bright = model.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, Side * Side).ToArray(), 1, 1, Side, Side))[0];
        float[] map = Values(new Rise(model, RiseOptions.Paper with { Masks = 4000, Cells = 4, Score = Score.Logit }).Explain(bright, Target.Class(0)));
        int best = Array.IndexOf(map, map.Max());
        Assert.InRange(best / Side, 7, 9);
        Assert.InRange(best % Side, 2, 4);
    }

    [Fact]
    public void The_mean_subtracted_estimator_is_less_noisy_than_the_papers()
    {
        using var model = LinearModels.Load([Weights], [5f], 1, Side, Side);
        double[] expected = ClosedForm(GridUpsampling.Paper, 0.5, 0);
        double Error(MaskNormalization normalization) => Enumerable.Range(0, 6).Average(seed =>
        {
            float[] map = Values(new Rise(model, RiseOptions.Paper with { Masks = 400, Cells = 3, Score = Score.Logit, Seed = (ulong)seed, Normalization = normalization })
                .Explain(Input(model), Target.Class(0)));
            return 1 - Correlation(map, expected);
        });
        Assert.True(Error(MaskNormalization.MeanSubtracted) < 0.5 * Error(MaskNormalization.ExpectedCoverage));
    }

    [Fact]
    public void The_map_depends_neither_on_the_batch_size_nor_on_the_number_of_threads()
    {
        float[]? first = null;
        foreach (var (batch, threads) in new[] { (1, 1), (7, 1), (64, 2), (5, 3) })
        {
            using var model = LinearModels.Load([Weights], [0.1f], 1, Side, Side, new() { Throughput = new ThroughputOptions { BatchSize = batch, Threads = threads } });
            float[] map = Values(new Rise(model, RiseOptions.Paper with { Masks = 300, Score = Score.Logit }).Explain(Input(model), Target.Class(0)));
            first ??= map;
            Near.Equal(first, map, 1e-6, $"batch {batch}, {threads} threads");
        }
    }

    [Fact]
    public void Seeds_give_different_masks_and_the_same_seed_the_same()
    {
        using var model = LinearModels.Load([Weights], [0.1f], 1, Side, Side);
        float[] Map(ulong seed) => Values(new Rise(model, RiseOptions.Paper with { Masks = 100, Score = Score.Logit, Seed = seed }).Explain(Input(model), Target.Class(0)));
        Assert.Equal(Map(1), Map(1));
        Assert.NotEqual(Map(1), Map(2));
    }

    [Fact]
    public void A_function_gets_the_same_numbers_as_the_onnx_model()
    {
        float[][] weights = [LinearModels.Values(3 * Side * Side, 4), LinearModels.Values(3 * Side * Side, 5)];
        float[] bias = [0.5f, -0.25f], picture = LinearModels.Values(3 * Side * Side, 6);
        using var graph = LinearModels.Load(weights, bias, 3, Side, Side);
        using var function = Model.FromFunction(LinearModels.Function(weights, bias), LinearModels.Layout(3, Side, Side), OutputKind.Logits);
        foreach (var infill in new[] { Infill.Zero, Infill.Mean, Infill.Constant(0.7f), Infill.Blur(2) })
        {
            foreach (var score in new[] { Score.Logit, Score.Probability, Score.LogProbability, Score.Sigmoid })
            {
                var options = RiseOptions.Paper with { Masks = 64, Infill = infill, Score = score };
                var one = new Rise(graph, options).Explain(graph.Prepare(TensorData.Adopt(picture, 1, 3, Side, Side))[0], [Target.Class(0), Target.Contrast(1, 0)]);
                var other = new Rise(function, options).Explain(function.Prepare(TensorData.Adopt(picture, 1, 3, Side, Side))[0], [Target.Class(0), Target.Contrast(1, 0)]);
                for (int i = 0; i < 2; i++)
                {
                    Near.Equal(Values(one[i]), Values(other[i]), 2e-6, $"{infill}, {score}, target {i}");
                    Assert.Equal(one[i].ScoreValue, other[i].ScoreValue, 1e-5);
                }
            }
        }
    }

    [Fact]
    public void A_contrast_is_the_difference_of_two_maps()
    {
        using var model = LinearModels.Load([Weights, Picture], [0.1f, 0.2f], 1, Side, Side);
        var maps = new Rise(model, RiseOptions.Paper with { Masks = 50, Score = Score.Logit }).Explain(Input(model), [Target.Class(0), Target.Class(1), Target.Contrast(0, 1)]);
        float[] difference = [.. Values(maps[0]).Zip(Values(maps[1]), (a, b) => a - b)];
        Near.Equal(difference, Values(maps[2]), 1e-5, "contrast");
    }

    [Fact]
    public void Cancelling_throws_and_leaves_the_model_usable()
    {
        using var model = LinearModels.Load([Weights], [0f], 1, Side, Side);
        using var stop = new CancellationTokenSource();
        var progress = new Immediately(step =>
        {
            if (step.Done > 100)
            {
                stop.Cancel();
            }
        });
        var rise = new Rise(model, RiseOptions.Paper with { Masks = 100000, Score = Score.Logit });
        Assert.ThrowsAny<OperationCanceledException>(() => rise.Explain(Input(model), [default], progress, stop.Token));
        Assert.Equal(Side * Side, Values(new Rise(model, RiseOptions.Paper with { Masks = 10, Score = Score.Logit }).Explain(Input(model))).Length);
    }

    [Fact]
    public void Progress_ends_at_its_total()
    {
        using var model = LinearModels.Load([Weights], [0f], 1, Side, Side);
        var steps = new List<Step>();
        new Rise(model, RiseOptions.Paper with { Masks = 77, Score = Score.Logit }).Explain(Input(model), [default], new Immediately(steps.Add));
        Assert.Equal(new Step(77, 77, "masks"), steps[^1]);
        Assert.All(steps, step => Assert.Equal(77, step.Total));
        Assert.Equal(steps.Select(step => step.Done).Order(), steps.Select(step => step.Done));
    }

    [Fact]
    public void An_input_that_is_no_picture_is_refused_with_the_way_out()
    {
        using var model = Model.FromGraph(TinyModels.Doubled());
        var problem = Assert.Throws<UnmaskException>(() => new Rise(model).Explain(model.Prepare(TensorData.Adopt(new float[3], 1, 3))[0]));
        Assert.Contains("Occlusion", problem.Message, StringComparison.Ordinal);
    }

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(Picture, 1, 1, Side, Side))[0];

    private static float[] Values(Explanation explanation) => explanation.ToTensorData().AsSpan<float>().ToArray();

    private static double[] ClosedForm(GridUpsampling upsampling, double keep, double bias)
    {
        double[,] kernel = Kernel(new ShiftedAxis(Side, 3, upsampling));
        double[] expected = new double[Side * Side];
        double total = bias + (keep * Weights.Zip(Picture, (w, x) => (double)w * x).Sum());
        for (int i = 0; i < expected.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < expected.Length; k++)
            {
                sum += (double)Weights[k] * Picture[k] * kernel[k / Side, i / Side] * kernel[k % Side, i % Side];
            }

            expected[i] = total + ((1 - keep) * sum);
        }

        return expected;
    }

    /// <summary>Mean over the shifts of Σₐ uₐ(i)·uₐ(j).</summary>
    internal static double[,] Kernel(ShiftedAxis axis)
    {
        double[,] kernel = new double[axis.Size, axis.Size];
        for (int shift = 0; shift < axis.Shifts; shift++)
        {
            var weights = axis.At(shift);
            for (int i = 0; i < axis.Size; i++)
            {
                for (int j = 0; j < axis.Size; j++)
                {
                    for (int cell = 0; cell < axis.Cells; cell++)
                    {
                        kernel[i, j] += (double)weights[(i * axis.Cells) + cell] * weights[(j * axis.Cells) + cell] / axis.Shifts;
                    }
                }
            }
        }

        return kernel;
    }

    private static double Correlation(float[] map, double[] other)
    {
        double a = map.Average(value => (double)value), b = other.Average();
        double both = map.Zip(other, (x, y) => (x - a) * (y - b)).Sum();
        return both / Math.Sqrt(map.Sum(x => (x - a) * (x - a)) * other.Sum(y => (y - b) * (y - b)));
    }

    private sealed class Immediately(Action<Step> action) : IProgress<Step>
    {
        public void Report(Step value) => action(value);
    }
}

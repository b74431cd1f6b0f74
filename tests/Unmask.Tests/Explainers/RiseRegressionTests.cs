using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>RISE by regression: the closed form with hundreds of times fewer masks, honest error bars, stopping.</summary>
public sealed class RiseRegressionTests
{
    private const int Side = 12, Cells = 3;
    private static readonly float[] Picture = LinearModels.Values(Side * Side, seed: 2);

    // A smooth weighting, as the prior expects: two bumps of opposite sign.
    private static readonly float[] Weights = [.. Enumerable.Range(0, Side * Side).Select(i => (float)(Bump(i, 3, 4) - (0.6 * Bump(i, 9, 8)))).Zip(Picture, (effect, x) => effect / x)];

    private static RiseOptions Options => RiseOptions.Fast with { Cells = Cells, Score = Score.Logit, Tolerance = 0 };

    [Theory]
    [InlineData(MaskDesign.Hadamard, MaskNormalization.MeanSubtracted)]
    [InlineData(MaskDesign.Independent, MaskNormalization.MeanSubtracted)]
    [InlineData(MaskDesign.Hadamard, MaskNormalization.ExpectedCoverage)]
    [InlineData(MaskDesign.Hadamard, MaskNormalization.Count)]
    public void On_a_linear_model_160_masks_give_the_expected_map_of_unlimited_ones(MaskDesign design, MaskNormalization normalization)
    {
        using var model = LinearModels.Load([Weights], [0.3f], 1, Side, Side);
        float[] map = Values(new Rise(model, Options with { Masks = 160, Design = design, Normalization = normalization }).Explain(Input(model), Target.Class(0)));
        double total = 0.3 + (0.5 * Weights.Zip(Picture, (w, x) => (double)w * x).Sum());
        double[] expected = [.. MeanSubtracted().Select(value => normalization switch
        {
            MaskNormalization.MeanSubtracted => value,
            MaskNormalization.Count => (0.5 * total) + (0.25 * value),
            _ => total + (0.5 * value),
        })];
        double range = expected.Max() - expected.Min();
        // The level of the forms with one is the mean score of these very masks: a matter of 160 draws.
        double level = normalization == MaskNormalization.MeanSubtracted ? 0 : map.Zip(expected, (a, b) => a - b).Average();
        Assert.True(Math.Abs(level) < 0.4 * range);
        double worst = map.Zip(expected, (found, wanted) => Math.Abs(found - level - wanted)).Max();
        Assert.True(worst < 0.01 * range, $"worst difference {worst:g3} over a range of {range:g3}");
    }

    [Fact]
    public void A_warm_start_leads_to_the_same_map()
    {
        using var model = LinearModels.Load([Weights], [0.3f], 1, Side, Side);
        var options = Options with { Cells = 4, Masks = 200 };
        float[] map = Values(new Rise(model, options).Explain(Input(model), Target.Class(0)));
        float[] warm = Values(new Rise(model, options with { WarmStart = true }).Explain(Input(model), Target.Class(0)));
        Assert.NotEqual(map, warm);
        Near.Equal(map, warm, 0.02 * (map.Max() - map.Min()), "warm");
        var problem = Assert.Throws<UnmaskException>(() => new Rise(model, Options with { WarmStart = true }).Explain(Input(model)));
        Assert.Contains("at least 4 cells", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_bar_covers_the_true_error_of_a_noisy_linear_model()
    {
        double[] expected = MeanSubtracted();
        int covered = 0, inside = 0, pixels = 0;
        const int runs = 40;
        for (ulong seed = 0; seed < runs; seed++)
        {
            var why = Noisy(seed, masks: 128);
            float[] map = Values(why), bars = new float[map.Length];
            why.StandardDeviations!.FlattenTo(bars);
            double[] errors = [.. map.Zip(expected, (a, b) => a - b)];
            double level = errors.Average();
            covered += Math.Sqrt(errors.Average(error => Math.Pow(error - level, 2))) <= why.Diagnostics.Uncertainty!.ErrorBound ? 1 : 0;
            inside += errors.Zip(bars).Count(pair => Math.Abs(pair.First) <= 2 * pair.Second);
            pixels += errors.Length;
        }

        Assert.True(covered >= 0.85 * runs, $"the bound of 95 % held in {covered} of {runs} runs");
        Assert.InRange((double)inside / pixels, 0.85, 1);
    }

    [Fact]
    public void More_masks_make_the_error_bar_smaller_as_one_over_the_root()
    {
        double few = Noisy(1, 128).Diagnostics.Uncertainty!.Error, many = Noisy(1, 2048).Diagnostics.Uncertainty!.Error;
        Assert.InRange(few / many, 2.2, 6);
    }

    [Fact]
    public void It_stops_by_itself_when_the_map_is_certain_enough()
    {
        using var model = LinearModels.Load([Weights], [0f], 1, Side, Side);
        var why = new Rise(model, Options with { Masks = 4000, Tolerance = 0.2 }).Explain(Input(model), Target.Class(0));
        Assert.InRange(why.Cost.ForwardPasses, 65, 200);
        Assert.True(why.Diagnostics.Uncertainty!.RelativeError <= 0.2);
        var all = new Rise(model, Options with { Masks = 300 }).Explain(Input(model), Target.Class(0));
        Assert.Equal(301, all.Cost.ForwardPasses);
    }

    [Fact]
    public void Neither_the_batch_size_nor_the_number_of_threads_changes_the_map_or_when_it_stops()
    {
        (float[] Map, long Passes)? first = null;
        foreach (var (batch, threads) in new[] { (1, 1), (7, 1), (64, 2), (5, 3) })
        {
            using var model = LinearModels.Load([Weights], [0.1f], 1, Side, Side, new() { Throughput = new ThroughputOptions { BatchSize = batch, Threads = threads } });
            var why = new Rise(model, Options with { Masks = 1000, Tolerance = 0.05 }).Explain(Input(model), Target.Class(0));
            first ??= (Values(why), why.Cost.ForwardPasses);
            Assert.Equal(first.Value.Passes, why.Cost.ForwardPasses);
            Near.Equal(first.Value.Map, Values(why), 1e-5, $"batch {batch}, {threads} threads");
        }
    }

    [Fact]
    public void A_constant_model_gives_zero_at_once_and_a_note()
    {
        using var model = LinearModels.Load([new float[Side * Side]], [2f], 1, Side, Side);
        var why = new Rise(model, Options with { Masks = 4000, Tolerance = 0.2 }).Explain(Input(model), Target.Class(0));
        Assert.All(Values(why), value => Assert.Equal(0f, value));
        Assert.InRange(why.Cost.ForwardPasses, 1, 100);
        Assert.Contains(why.Diagnostics.Notes, note => note.Contains("zero everywhere", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_targets_share_the_passes_and_agree_with_each_alone()
    {
        using var model = LinearModels.Load([Weights, Picture], [0.1f, 0.2f], 1, Side, Side);
        var rise = new Rise(model, Options with { Masks = 100 });
        var both = rise.Explain(Input(model), [Target.Class(0), Target.Class(1)]);
        Near.Equal(Values(rise.Explain(Input(model), Target.Class(1))), Values(both[1]), 1e-6, "the second target");
        Assert.Equal(101, both[0].Cost.ForwardPasses);
    }

    [Fact]
    public void A_balanced_design_with_another_share_than_a_half_is_refused_with_the_way_out()
    {
        using var model = LinearModels.Load([Weights], [0f], 1, Side, Side);
        var problem = Assert.Throws<UnmaskException>(() => new Rise(model, Options with { KeepProbability = 0.3 }).Explain(Input(model)));
        Assert.Contains("design=independent", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_masks_for_a_regression_are_refused_with_the_way_out()
    {
        using var model = LinearModels.Load([Weights], [0f], 1, Side, Side);
        var problem = Assert.Throws<UnmaskException>(() => new Rise(model, Options with { Masks = 3 }).Explain(Input(model)));
        Assert.Contains("estimator=mean", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>The linear model with noise that is a function of the masked input.</summary>
    private static Explanation Noisy(ulong seed, int masks)
    {
        var exact = LinearModels.Function([Weights], [0.3f]);
        using var model = Model.FromFunction(
            batch =>
            {
                var scores = exact(batch);
                float[] values = new float[(int)scores.FlattenedLength], items = new float[(int)batch.FlattenedLength];
                scores.FlattenTo(values);
                batch.FlattenTo(items);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] += (float)(4 * (Noise(items.AsSpan(i * Side * Side, Side * Side)) - 0.5));
                }

                return System.Numerics.Tensors.Tensor.Create(values, [values.Length, 1]);
            },
            LinearModels.Layout(1, Side, Side),
            OutputKind.Logits);
        return new Rise(model, Options with { Masks = masks, Seed = seed }).Explain(Input(model), Target.Class(0));
    }

    private static double Noise(ReadOnlySpan<float> item)
    {
        ulong key = 0;
        foreach (float value in item)
        {
            key = (key * 1099511628211) ^ (uint)BitConverter.SingleToInt32Bits(value);
        }

        return Rng.At(key, 0).NextDouble();
    }

    /// <summary>Σₖ wₖxₖ·Cov(Mₖ, M_λ) ÷ p(1 − p).</summary>
    private static double[] MeanSubtracted()
    {
        double[,] kernel = RiseTests.Kernel(new ShiftedAxis(Side, Cells, GridUpsampling.Paper));
        return [.. Enumerable.Range(0, Side * Side).Select(i => Enumerable.Range(0, Side * Side)
            .Sum(k => (double)Weights[k] * Picture[k] * kernel[k / Side, i / Side] * kernel[k % Side, i % Side]))];
    }

    private static double Bump(int i, double y, double x) => Math.Exp(-(Math.Pow((i / Side) - y, 2) + Math.Pow((i % Side) - x, 2)) / 8);

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(Picture, 1, 1, Side, Side))[0];

    private static float[] Values(Explanation explanation) => explanation.ToTensorData().AsSpan<float>().ToArray();
}

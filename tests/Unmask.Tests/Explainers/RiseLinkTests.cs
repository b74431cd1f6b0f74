using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>RISE's regression of probabilities by way of their logits: nearer than the straight one where logits add up, the same where probabilities do.</summary>
[Trait("Category", "Slow")]
public sealed class RiseLinkTests
{
    private const int Side = 24, Cells = 4;
    private static readonly InputLayout Layout = LinearModels.Layout(1, Side, Side);
    private static readonly double[] Weights = [.. Enumerable.Range(0, Side * Side).Select(i => Bump(i, 7, 8) - (0.6 * Bump(i, 17, 15)))];

    [Fact]
    public void Probabilities_that_are_linear_in_the_mask_give_the_closed_form()
    {
        double scale = 0.4 / Weights.Sum(Math.Abs);
        float[] map = Map(Scores(160, seed: 3, evidence => 0.5 + (scale * evidence)));
        double[,] kernel = RiseTests.Kernel(new ShiftedAxis(Side, Cells, GridUpsampling.Paper));
        float[] expected = [.. Enumerable.Range(0, Side * Side).Select(i => (float)Enumerable.Range(0, Side * Side)
            .Sum(k => scale * Weights[k] * kernel[k / Side, i / Side] * kernel[k % Side, i % Side]))];
        Near.Equal(expected, map, 0.01 * (expected.Max() - expected.Min()), "linear probabilities");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    [InlineData(3)]
    public void Logistic_probabilities_are_explained_better_than_by_the_straight_regression(double bias)
    {
        double scale = 8 / Weights.Sum(Math.Abs);
        double Logistic(double evidence) => 1 / (1 + Math.Exp(-bias - (3 * scale * evidence)));
        float[] exact = ExactMap(Logistic);
        double linked = 0, straight = 0;
        for (ulong seed = 0; seed < 4; seed++)
        {
            var scores = Scores(128, seed, Logistic);
            linked += Error(Map(scores), exact);
            // Shifted out of [0, 1], the same scores are no probabilities, and the mean-subtracted map is the straight regression's.
            straight += Error(Map(scores, shift: 2), exact);
        }

        Assert.True(linked < 0.75 * straight, $"errors of {linked:g3} with links and {straight:g3} without");
    }

    [Fact]
    public void Scores_of_which_one_is_no_probability_are_regressed_as_they_are()
    {
        var scores = Scores(100, seed: 5, evidence => 1 / (1 + Math.Exp(-evidence)));
        scores[40] = (scores[40].Mask, 1.2);
        float[] map = Map(scores), tenfold = Map([.. scores.Select(pair => (pair.Mask, 10 * pair.Score))], shift: -3);
        // A straight regression turns a straight line of the scores into the same line of the map; with links it would not.
        Near.Equal([.. map.Select(value => 10 * value)], tenfold, 1e-5 * tenfold.Max(Math.Abs), "ten times the scores less three");
    }

    [Fact]
    public void Targets_side_by_side_get_the_maps_that_each_gets_alone()
    {
        var first = Scores(96, seed: 2, evidence => 1 / (1 + Math.Exp(-evidence)));
        var second = first.ConvertAll(pair => (pair.Mask, Score: (4 * pair.Score) - 1));
        var both = Regression(targets: 2);
        for (int i = 0; i < first.Count; i++)
        {
            both.Observe(first[i].Mask, [first[i].Score, second[i].Score]);
        }

        Assert.Equal(Map(first), both.Result()[0]);
        Assert.Equal(Map(second), both.Result()[1]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void A_constant_probability_gives_a_map_of_zeros(double constant) => Assert.All(Map(Scores(64, seed: 1, _ => constant)), value => Assert.InRange(value, -1e-6f, 1e-6f));

    [Fact]
    public void The_fewest_masks_and_scores_at_both_ends_give_finite_maps()
    {
        var scores = Scores(GridRegression.FewestMasks, seed: 1, evidence => evidence > 0 ? 1 : 0);
        Assert.All(Map(scores), value => Assert.True(float.IsFinite(value)));
        // One mask of many tells all.
        var one = Scores(128, seed: 1, _ => 0);
        one[77] = (one[77].Mask, 1);
        Assert.All(Map(one), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Neither_the_batch_size_nor_the_number_of_threads_changes_the_map_of_a_probability()
    {
        float[]? first = null;
        float[] weights = [.. Weights.Select(weight => (float)weight)], picture = [.. Enumerable.Repeat(1f, Side * Side)];
        foreach (var (batch, threads) in new[] { (1, 1), (7, 2), (64, 3) })
        {
            using var model = LinearModels.Load([weights, new float[Side * Side]], [0.1f, 0f], 1, Side, Side, new() { Throughput = new ThroughputOptions { BatchSize = batch, Threads = threads } });
            var input = model.Prepare(TensorData.Adopt(picture, 1, 1, Side, Side))[0];
            float[] map = new Rise(model, RiseOptions.Fast with { Cells = Cells, Masks = 200, Tolerance = 0.1 }).Explain(input, Target.Class(0)).ToTensorData().AsSpan<float>().ToArray();
            first ??= map;
            Near.Equal(first, map, 1e-4 * first.Max(), $"batch {batch}, {threads} threads");
        }
    }

    [Fact]
    public void The_stretched_logit_is_odd_about_a_half_and_a_straight_line_for_a_large_stretch()
    {
        var link = new StretchedLogit(1e-4);
        Assert.Equal(0, link.Of(0.5), 12);
        Assert.Equal(Math.Log(1e-4 / 1.0001), link.Of(0), 12);
        Assert.Equal(-link.Of(0.9), link.Of(0.1), 12);
        Assert.Equal(link.Of(1), link.Of(1 + 1e-7));
        var straight = new StretchedLogit(1e4);
        Assert.Equal(0.3 * 2 / 10000.5, straight.Of(0.8), 1e-9);
    }

    [Fact]
    public void What_a_weighting_leaves_of_scores_has_nothing_of_it_in_it()
    {
        var problem = new RidgeProblem([2, 1, 1, 3], []);
        double[] weights = [1, -2], spreads = problem.Spreads(weights);
        Assert.Equal([0, -5], spreads);
        var scores = new ScoreMoments(20, 30, [4, -6]);
        // w·c = 16 and wᵀSw = 10, so that s = 1.6, the cross moments are c − s·S·w and the spread is 30 − 16² ÷ 10.
        Assert.Equal(1.6, scores.ScaleOf(weights, spreads), 12);
        var rest = scores.Without(weights, spreads);
        Assert.Equal(4, rest.Cross[0], 12);
        Assert.Equal(2, rest.Cross[1], 12);
        Assert.Equal(4.4, rest.Spread, 12);
        Assert.Equal(0, rest.ScaleOf(weights, spreads), 12);
    }

    [Fact]
    public void The_local_scale_is_largest_where_the_weights_are_and_never_below_a_tenth()
    {
        var grid = new ShiftedGridMap(Layout, Cells, GridUpsampling.Paper).Pooled(16);
        Assert.All(LocalScale.Of(grid, new double[grid.Bins]), scale => Assert.Equal(1, scale));
        double[] one = new double[grid.Bins];
        one[(5 * 16) + 9] = -3;
        double[] scales = LocalScale.Of(grid, one);
        Assert.Equal((5 * 16) + 9, Array.IndexOf(scales, scales.Max()));
        Assert.Equal(Math.Sqrt(1.01), scales.Max(), 12);
        Assert.InRange(scales.Min(), 0.1, 0.1001);
    }

    private static GridRegression Regression(int targets) =>
        new(new ShiftedGridMap(Layout, Cells, GridUpsampling.Paper), targets, 0.5, MaskNormalization.MeanSubtracted, tolerance: 0);

    private static float[] Map(List<(MaskCoordinates Mask, double Score)> scores, double shift = 0)
    {
        var regression = Regression(targets: 1);
        foreach (var (mask, score) in scores)
        {
            regression.Observe(mask, [score + shift]);
        }

        return regression.Result()[0];
    }

    /// <summary>The paper's mean, the mean score taken off, over 40,000 independent masks.</summary>
    private static float[] ExactMap(Func<double, double> score)
    {
        var map = new ShiftedGridMap(Layout, Cells, GridUpsampling.Paper);
        var law = new BernoulliGrids(40000, Cells, 0.5, map.Shifts, seed: 99);
        var mean = new MaskMean(map, 1, 0.5, MaskNormalization.MeanSubtracted);
        for (int i = 0; i < law.Count; i++)
        {
            var mask = law.At(i);
            mean.Observe(mask, [score(Evidence(map, mask))]);
        }

        return mean.Result()[0];
    }

    private static List<(MaskCoordinates Mask, double Score)> Scores(int masks, ulong seed, Func<double, double> score)
    {
        var map = new ShiftedGridMap(Layout, Cells, GridUpsampling.Paper);
        var law = new HadamardGrids(masks, Cells, map.Shifts, seed);
        return [.. Enumerable.Range(0, masks).Select(law.At).Select(mask => (mask, score(Evidence(map, mask))))];
    }

    /// <summary>Σ w·(M − ½).</summary>
    private static double Evidence(ShiftedGridMap map, MaskCoordinates mask)
    {
        float[] rows = new float[Side * Cells], grid = new float[Cells * Cells], columns = new float[Cells * Side];
        map.Write(mask, [rows, grid, columns]);
        double sum = 0;
        for (int cell = 0; cell < grid.Length; cell++)
        {
            for (int i = 0; grid[cell] > 0 && i < Weights.Length; i++)
            {
                sum += Weights[i] * rows[(i / Side * Cells) + (cell / Cells)] * columns[(cell % Cells * Side) + (i % Side)];
            }
        }

        return sum - (0.5 * Weights.Sum());
    }

    private static double Error(float[] map, float[] exact)
    {
        double level = map.Zip(exact, (a, b) => (double)a - b).Average();
        return Math.Sqrt(map.Zip(exact, (a, b) => Math.Pow((double)a - b - level, 2)).Average());
    }

    private static double Bump(int i, double y, double x) => Math.Exp(-(Math.Pow((i / Side) - y, 2) + Math.Pow((i % Side) - x, 2)) / 20);
}

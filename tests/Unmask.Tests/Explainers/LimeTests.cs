using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

public sealed class LimeTests
{
    private const int Side = 12, Channels = 3, Count = Channels * Side * Side;

    private static readonly float[] Weights = LinearModels.Values(Count, 1);
    private static readonly float[] Picture = LinearModels.Values(Count, 2);
    private static readonly LimeOptions Options = new() { Segmenter = new GridSegments { Rows = 4, Columns = 4 }, Samples = 300, Infill = Infill.Constant(0.25f), Score = Score.Logit };

    [Theory]
    [InlineData(LinearFit.LeastSquares, 0)]
    [InlineData(LinearFit.Ridge, 1e-9)]
    public void On_an_additive_game_each_coefficient_is_what_its_segment_adds(LinearFit fit, double alpha)
    {
        using var model = Load();
        var surrogate = Fit(model, Options with { Fit = fit, Alpha = alpha });
        double[] gains = Gains(0.25);
        Assert.Equal(16, surrogate.Coefficients.Length);
        Assert.All(surrogate.Coefficients.Zip(gains), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        // f(nothing kept) and f(x); the game has no noise but rounding.
        Assert.Equal(0.1 + (0.25 * Weights.Sum(w => (double)w)), surrogate.Intercept, 1e-4);
        Assert.Equal(surrogate.Intercept + gains.Sum(), surrogate.LocalPrediction, 1e-4);
        Assert.Equal(1, surrogate.RSquared!.Value, 1e-9);
        Assert.All(surrogate.StandardErrors!.Value, error => Assert.InRange(error, 0, 1e-5));
    }

    [Fact]
    public void On_an_additive_game_the_coefficients_are_the_shapley_values()
    {
        using var model = Load();
        var options = Options with { Segmenter = new GridSegments { Rows = 2, Columns = 3 }, Fit = LinearFit.LeastSquares, Samples = 64 };
        var surrogate = Fit(model, options);
        var scores = new double[64];
        var law = new EveryCoalition(6);
        int[] labels = surrogate.Segments.OfElements(LinearModels.Layout(Channels, Side, Side));
        for (int i = 0; i < 64; i++)
        {
            float[] cells = law.At(i).Cells.ToArray();
            scores[i] = 0.1 + Enumerable.Range(0, Count).Sum(k => Weights[k] * (cells[labels[k]] == 1 ? Picture[k] : 0.25));
        }

        for (int feature = 0; feature < 6; feature++)
        {
            Assert.Equal(Shapley(scores, 6, feature), surrogate.Coefficients[feature], 1e-5);
        }

        Assert.Null(surrogate.StandardErrors);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(20)]
    public void Ridge_shrinks_exactly_as_the_normal_equations_say(double alpha)
    {
        // Over all coalitions of equal weight the columns are independent with variance ¼: each coefficient shrinks by (N/4) ÷ (N/4 + α).
        using var model = Load();
        var options = Options with { Segmenter = new GridSegments { Rows = 2, Columns = 4 }, Samples = 256, Alpha = alpha, KernelWidth = 1e9 };
        var surrogate = Fit(model, options);
        double[] gains = Gains(0.25, surrogate.Segments);
        Assert.All(surrogate.Coefficients.Zip(gains), pair => Assert.Equal(pair.Second * 64 / (64 + alpha), pair.First, 1e-5));
    }

    [Fact]
    public void The_lasso_thresholds_softly_on_independent_columns()
    {
        // With variance ¼ and the objective ½·mean r² + α|β|: β = sign(a)·max(0, |a| − 4α).
        using var model = Load();
        const double alpha = 0.2;
        var options = Options with { Segmenter = new GridSegments { Rows = 2, Columns = 4 }, Samples = 256, Fit = LinearFit.Lasso, Alpha = alpha, KernelWidth = 1e9 };
        var surrogate = Fit(model, options);
        double[] wanted = [.. Gains(0.25, surrogate.Segments).Select(a => Math.Sign(a) * Math.Max(0, Math.Abs(a) - (4 * alpha)))];
        Assert.Contains(0, wanted);
        Assert.Contains(wanted, value => value != 0);
        Assert.All(surrogate.Coefficients.Zip(wanted), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Theory]
    [InlineData("highest-weights:3")]
    [InlineData("forward:3")]
    public void Selection_keeps_the_segments_that_add_most(string selection)
    {
        using var model = Load();
        double[] gains = Gains(0.25);
        var surrogate = Fit(model, Options with { Selection = FeatureSelection.Parse(selection), Samples = 2000, KernelWidth = 1e9 });
        int[] kept = [.. Enumerable.Range(0, 16).Where(k => surrogate.Coefficients[k] != 0)];
        Assert.Equal(Enumerable.Range(0, 16).OrderByDescending(k => Math.Abs(gains[k])).Take(3).Order(), kept);
    }

    [Fact]
    public void Renaming_the_segments_renames_the_coefficients()
    {
        using var folder = new TemporaryFolder();
        using var model = Load();
        int[] order = [3, 0, 5, 1, 4, 2];
        long[] labels = [.. Enumerable.Range(0, Side * Side).Select(p => (long)((p / Side / 6 * 3) + (p % Side / 4)))];
        var one = Fit(model, Options with { Segmenter = Given("one", labels) });
        var other = Fit(model, Options with { Segmenter = Given("other", [.. labels.Select(label => (long)order[label])]) });
        for (int k = 0; k < 6; k++)
        {
            Assert.Equal(one.Coefficients[k], other.Coefficients[order[k]], 1e-6);
        }

        GivenSegments Given(string name, long[] values)
        {
            string file = Path.Combine(folder.Path, $"{name}.npy");
            Npy.Write(file, TensorData.Adopt(values, Side, Side));
            return new(file);
        }
    }

    [Fact]
    public void The_map_gives_each_pixel_its_segments_coefficient()
    {
        using var model = Load();
        var explanation = new Lime(model, Options).Explain(Input(model));
        var surrogate = explanation.Diagnostics.Surrogate!;
        Assert.Equal(MapKind.Pixels, explanation.Kind);
        float[] wanted = [.. surrogate.Segments.Labels.ToArray().Select(label => (float)surrogate.Coefficients[label])];
        Assert.Equal(wanted, explanation.ToArray());
    }

    [Fact]
    public void Batch_size_and_threads_do_not_change_the_map()
    {
        float[]? first = null;
        foreach (var (batch, threads) in new[] { (1, 1), (7, 2), (64, 1) })
        {
            using var model = LinearModels.Load([Weights], [0.1f], Channels, Side, Side, new() { Throughput = new ThroughputOptions { BatchSize = batch, Threads = threads } });
            float[] map = new Lime(model, Options).Explain(Input(model)).ToArray();
            first ??= map;
            Near.Equal(first, map, 1e-6, $"batch {batch}, {threads} threads");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_map_and_another_seed_another()
    {
        using var model = LinearModels.Load([Weights, Picture], [0.1f, 0], Channels, Side, Side);
        float[] Map(ulong seed) => new Lime(model, Options with { Score = Score.Probability, Samples = 60, Seed = seed }).Explain(Input(model), Target.Class(0)).ToArray();
        Assert.Equal(Map(1), Map(1));
        Assert.NotEqual(Map(1), Map(2));
    }

    [Fact]
    public void A_function_gets_the_same_numbers_as_the_onnx_model_for_several_targets()
    {
        float[][] weights = [Weights, LinearModels.Values(Count, 4)];
        float[] bias = [0.5f, -0.25f];
        using var graph = LinearModels.Load(weights, bias, Channels, Side, Side);
        using var function = Model.FromFunction(LinearModels.Function(weights, bias), LinearModels.Layout(Channels, Side, Side), OutputKind.Logits);
        Target[] targets = [Target.Class(0), Target.Class(1), Target.Contrast(0, 1)];
        var options = Options with { Infill = Infill.SegmentMean };
        var one = new Lime(graph, options).Explain(Input(graph), targets);
        var other = new Lime(function, options).Explain(Input(function), targets);
        for (int i = 0; i < targets.Length; i++)
        {
            Near.Equal(one[i].ToArray(), other[i].ToArray(), 1e-5, $"target {i}");
        }

        float[] difference = [.. one[0].ToArray().Zip(one[1].ToArray(), (a, b) => a - b)];
        Near.Equal(difference, one[2].ToArray(), 1e-4, "contrast");
    }

    [Fact]
    public void Tables_are_explained_element_by_element()
    {
        using var model = Model.FromGraph(TinyModels.Doubled());
        var options = new LimeOptions { Score = Score.Output, Alpha = 1e-9 };
        var explanation = new Lime(model, options).Explain(model.Prepare(TensorData.Adopt(new float[] { 3, -1, 5 }, 1, 3))[0], Target.Class(2));
        Near.Equal([0, 0, 10], explanation.ToArray(), 1e-5, "only the third element matters");
        Assert.Equal(MapKind.Elements, explanation.Kind);
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("All 8 coalitions", StringComparison.Ordinal));
    }

    [Fact]
    public void Channels_last_and_channels_apart_get_their_own_sums()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "channels.npy");
        Npy.Write(file, TensorData.Adopt(Enumerable.Range(0, Count).Select(i => (long)(i % 3)).ToArray(), Side, Side, 3));
        var layout = new InputLayout(AxisOrder.ChannelsLast, ImmutableArray.Create(Side, Side, 3));
        using var model = Model.FromFunction(LinearModels.Function([Weights], [0.1f]), layout, OutputKind.Logits);
        var input = model.Prepare(TensorData.Adopt(Picture, 1, Side, Side, 3))[0];
        var apart = new Lime(model, Options with { Segmenter = new GivenSegments(file), Infill = Infill.Zero, Alpha = 1e-9 }).Explain(input);
        Assert.Equal(MapKind.Elements, apart.Kind);
        for (int channel = 0; channel < 3; channel++)
        {
            double sum = Enumerable.Range(0, Side * Side).Sum(p => (double)Weights[(p * 3) + channel] * Picture[(p * 3) + channel]);
            Assert.Equal(sum, apart.ToArray()[channel], 1e-4);
        }

        var pixels = new Lime(model, Options with { Segmenter = new GridSegments { Rows = 1, Columns = 2 }, Infill = Infill.Zero, Alpha = 1e-9 }).Explain(input);
        double left = Enumerable.Range(0, Count).Where(i => i / 3 % Side < Side / 2).Sum(i => (double)Weights[i] * Picture[i]);
        Assert.Equal(left, pixels.ToArray()[0], 1e-4);
    }

    [Fact]
    public void The_segment_mean_keeps_every_channels_sum_of_every_segment()
    {
        using var model = Load();
        var input = Input(model);
        var segments = new GridSegments { Rows = 3, Columns = 2 }.Segment(input);
        float[] filled = Infill.SegmentMean.On(segments, input).For(input);
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int label = 0; label < segments.Count; label++)
            {
                int[] inside = [.. Enumerable.Range(0, Side * Side).Where(p => segments.Labels[p] == label).Select(p => (channel * Side * Side) + p)];
                Assert.Single(inside.Select(i => filled[i]).Distinct());
                Assert.Equal(inside.Average(i => (double)Picture[i]), filled[inside[0]], 1e-6);
            }
        }
    }

    [Fact]
    public void Programs_serve_any_number_of_segments()
    {
        using var model = Load();
        var maps = new[] { 2, 3, 4 }.Select(rows => new SegmentMap(LinearModels.Layout(Channels, Side, Side), new GridSegments { Rows = rows, Columns = 2 }.Segment(Input(model))));
        Assert.Single(maps.Select(map => map.Key).Distinct());
        foreach (int rows in new[] { 2, 3, 4 })
        {
            Assert.Equal(rows * 2, Fit(model, Options with { Segmenter = new GridSegments { Rows = rows, Columns = 2 } }).Coefficients.Length);
        }
    }

    [Fact]
    public void A_kernel_that_forgets_all_but_the_input_is_reported()
    {
        using var model = Load();
        var explanation = new Lime(model, Options with { Similarity = Similarity.InputEuclidean, KernelWidth = 0.01 }).Explain(Input(model));
        Assert.Equal(1, explanation.Diagnostics.Surrogate!.EffectiveSampleSize, 1e-6);
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("weigh as much as 1 equal", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_few_samples_for_least_squares_are_refused_with_the_way_out()
    {
        using var model = Load();
        var problem = Assert.Throws<UnmaskException>(() => new Lime(model, Options with { Fit = LinearFit.LeastSquares, Samples = 10 }).Explain(Input(model)));
        Assert.Contains("ridge", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_of_complements_halve_the_noise_of_pairwise_interactions()
    {
        // f = (Σ w·x)² is a sum over segments plus products of two; complements cancel the products' part of the error.
        var linear = LinearModels.Function([Weights], [2f]);
        using var model = Model.FromFunction(
            batch => System.Numerics.Tensors.Tensor.Multiply<float>(linear(batch), linear(batch)), LinearModels.Layout(Channels, Side, Side), OutputKind.Other);
        var options = Options with { Score = Score.Output, Samples = 201, KernelWidth = 1e9, Infill = Infill.Zero };
        Assert.True(Noise(options with { Paired = true }) < Noise(options) / 2);

        double Noise(LimeOptions law)
        {
            double[][] runs = [.. Enumerable.Range(0, 12).Select(seed => Fit(model, law with { Seed = (ulong)seed }).Coefficients.ToArray())];
            return Math.Sqrt(Enumerable.Range(0, 16).Average(k => Variance([.. runs.Select(run => run[k])])));
        }
    }

    [Fact]
    public void Standard_errors_state_how_far_seeds_differ()
    {
        var linear = LinearModels.Function([Weights], [2f]);
        using var model = Model.FromFunction(
            batch => System.Numerics.Tensors.Tensor.Multiply<float>(linear(batch), linear(batch)), LinearModels.Layout(Channels, Side, Side), OutputKind.Other);
        var options = Options with { Score = Score.Output, Samples = 300, Infill = Infill.Zero };
        SurrogateFit[] runs = [.. Enumerable.Range(0, 40).Select(seed => Fit(model, options with { Seed = (ulong)seed }))];
        double spread = Enumerable.Range(0, 16).Average(k => Variance([.. runs.Select(run => run.Coefficients[k])]));
        double stated = runs.Average(run => run.StandardErrors!.Value.Average(error => error * error));
        Assert.InRange(stated / spread, 0.75, 1.33);
    }

    [Fact]
    public void The_document_states_the_fit()
    {
        using var model = Load();
        var explanation = new Lime(model, Options).Explain(Input(model));
        var read = ExplanationDocument.FromJson(ExplanationDocument.Of(model, explanation).ToJson()).Surrogate!;
        Assert.Equal(16, read.Segments);
        Assert.Equal(explanation.Diagnostics.Surrogate!.Coefficients.ToArray(), read.Coefficients.ToArray());
        Assert.Equal(explanation.Diagnostics.Surrogate.RSquared, read.RSquared);
    }

    private static SurrogateFit Fit(Model model, LimeOptions options) => new Lime(model, options).Explain(Input(model)).Diagnostics.Surrogate!;

    private static Model Load() => LinearModels.Load([Weights], [0.1f], Channels, Side, Side);

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(Picture, 1, Channels, Side, Side))[0];

    /// <summary>Σ w·(x − x̂) over each cell of the 4 × 4 grid, or over given segments.</summary>
    private static double[] Gains(double infill, Segments? segments = null)
    {
        segments ??= Segments.Of([Side, Side], Enumerable.Range(0, Side * Side).Select(p => (p / Side / 3 * 4) + (p % Side / 3)).ToArray());
        double[] gains = new double[segments.Count];
        for (int i = 0; i < Count; i++)
        {
            gains[segments.Labels[i % (Side * Side)]] += Weights[i] * (Picture[i] - infill);
        }

        return gains;
    }

    /// <summary>Σ over subsets S without the feature of |S|!(n − |S| − 1)! ÷ n! · (v(S ∪ feature) − v(S)); subsets are numbered as coalitions are.</summary>
    private static double Shapley(double[] scores, int features, int feature)
    {
        int bit = 1 << (features - 1 - feature);
        double sum = 0;
        for (int subset = 0; subset < scores.Length; subset++)
        {
            if ((subset & bit) == 0)
            {
                int size = System.Numerics.BitOperations.PopCount((uint)subset);
                sum += Factorial(size) * Factorial(features - size - 1) / Factorial(features) * (scores[subset | bit] - scores[subset]);
            }
        }

        return sum;
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);
}

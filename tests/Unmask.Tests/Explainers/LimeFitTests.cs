using Unmask.Probing;
using Unmask.Tests.Support;
using static Unmask.Tests.Explainers.LimeGame;

namespace Unmask.Tests.Explainers;

/// <summary>LIME's numbers where they are known in closed form.</summary>
public sealed class LimeFitTests
{
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

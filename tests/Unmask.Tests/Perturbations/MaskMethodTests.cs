using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Perturbations;

/// <summary>Optimised masks where the answer is known.</summary>
public sealed class MaskMethodTests
{
    private static readonly MeaningfulPerturbationOptions Plain = new()
    {
        Cells = 4,
        Stretch = CellStretch.Nearest,
        MaskBlur = 0,
        Variation = 0,
        Jitter = Jitter.None,
        Start = MaskStart.Ones,
        Infill = Infill.Zero,
        Score = Score.Logit,
        Rate = 0.02,
        Steps = 200,
    };

    // A cell of a linear model goes exactly if what it brings is more than what its removal costs: Σ w·(x − x̂) > λ ÷ cells.
    [Theory]
    [InlineData(PerturbationGame.Deletion)]
    [InlineData(PerturbationGame.Preservation)]
    public void A_cell_of_a_linear_model_is_decided_by_what_it_brings(PerturbationGame game)
    {
        float[] w = LinearModels.Values(64, 3), x = LinearModels.Values(64, 4);
        using var model = LinearModels.Load([w, new float[64]], [0, 0], 1, 8, 8);
        const double CostOfCell = 0.25;
        var map = new MeaningfulPerturbation(model, Plain with { Game = game, Size = CostOfCell * 16 }).Explain(Item(model, x), Target.Class(0)).ToMap();
        int decided = 0;
        for (int cell = 0; cell < 16; cell++)
        {
            double brings = Enumerable.Range(0, 4).Sum(i => w[Place(cell, i)] * x[Place(cell, i)]);
            if (Math.Abs(brings - CostOfCell) > 0.05)
            {
                float value = map[cell / 4 * 2, cell % 4 * 2];
                Assert.True(brings > CostOfCell ? value > 0.9 : value < 0.1, $"cell {cell} brings {brings:g3} and has {value:g3}");
                decided++;
            }
        }

        Assert.True(decided >= 12);
    }

    // The same of superpixels, of whatever size: a row and a half, then the rest in columns; each costs its part of the pixels.
    [Fact]
    public void A_superpixel_of_a_linear_model_is_decided_by_what_it_brings()
    {
        float[] w = LinearModels.Values(64, 3), x = LinearModels.Values(64, 4);
        int[] labels = [.. Enumerable.Range(0, 64).Select(i => i < 12 ? 0 : 1 + (i % 8))];
        using var folder = new TemporaryFolder();
        Npy.Write(folder.File("labels.npy"), TensorData.Adopt(labels, 8, 8));
        using var model = LinearModels.Load([w, new float[64]], [0, 0], 1, 8, 8);
        var options = Plain with { Size = 4, Segmenter = Segmenter.Parse(folder.File("labels.npy")), Start = MaskStart.Circle };
        var map = new MeaningfulPerturbation(model, options).Explain(Item(model, x), Target.Class(0)).ToMap();
        foreach (var segment in Enumerable.Range(0, 64).GroupBy(i => labels[i]))
        {
            double brings = segment.Sum(i => w[i] * x[i]), costs = 4.0 * segment.Count() / 64;
            Assert.True(Math.Abs(brings - costs) > 0.01);
            Assert.All(segment, i => Assert.True(brings > costs ? map[i / 8, i % 8] > 0.9 : map[i / 8, i % 8] < 0.1, $"segment {segment.Key} brings {brings:g3}, costs {costs:g3}"));
        }
    }

    [Fact]
    public void A_model_that_sees_nothing_and_a_picture_that_is_its_own_infill_lose_nothing()
    {
        using var blind = LinearModels.Load([new float[64], new float[64]], [1, 0], 1, 8, 8);
        var random = Plain with { Start = MaskStart.Random, Size = 1 };
        Assert.All(new MeaningfulPerturbation(blind, random).Explain(Item(blind, LinearModels.Values(64, 4)), Target.Class(0)).ToArray(), value => Assert.InRange(value, 0, 0.05));
        using var seeing = LinearModels.Load([LinearModels.Values(64, 3), new float[64]], [0, 0], 1, 8, 8);
        float[] even = [.. Enumerable.Repeat(0.7f, 64)];
        Assert.All(new MeaningfulPerturbation(seeing, random with { Infill = Infill.Blur(2) }).Explain(Item(seeing, even), Target.Class(0)).ToArray(), value => Assert.InRange(value, 0, 0.05));
    }

    [Fact]
    public void An_overwhelming_price_keeps_everything()
    {
        using var model = LinearModels.Load([LinearModels.Values(64, 3), new float[64]], [0, 0], 1, 8, 8);
        var map = new MeaningfulPerturbation(model, Plain with { Size = 1e6, Start = MaskStart.Random }).Explain(Item(model, LinearModels.Values(64, 4)), Target.Class(0));
        Assert.All(map.ToArray(), value => Assert.InRange(value, 0, 0.05));
    }

    // One pixel decides: it must be the map's maximum, with the right polarity.
    [Theory]
    [InlineData(MeaningfulPerturbation.Id)]
    [InlineData(ExtremalPerturbation.Id)]
    [InlineData(IGos.Id)]
    [InlineData(IGosPlusPlus.Id)]
    public void The_only_pixel_that_counts_is_found(string method)
    {
        float[] w = new float[32 * 32], x = new float[32 * 32];
        (w[(20 * 32) + 9], x[(20 * 32) + 9]) = (40, 1);
        using var model = LinearModels.Load([w, new float[w.Length]], [0, 0], 1, 32, 32);
        KeyValuePair<string, string>[] settings = method == ExtremalPerturbation.Id
            ? [new("node-step", "4"), new("sigma", "4"), new("steps", "150"), new("area", "0.06"), new("infill", "zero")]
            : [new("infill", "zero"), new("score", "logit"), new("cells", "16"), .. method == MeaningfulPerturbation.Id ? new KeyValuePair<string, string>[] { new("start", "ones"), new("steps", "100"), new("size", "1"), new("variation", "0.1"), new("mask-blur", "0"), new("jitter", "none") } : [new("noise", "0"), new("variation", "0.1")]];
        var map = Catalogue.Find(method).Create(model, settings).Explain(Item(model, x), Target.Class(0)).ToMap();
        float[] all = [.. map.Cast<float>()];
        Assert.True(map[20, 9] >= 0.95 * all.Max(), $"{map[20, 9]} of {all.Max()}");
        Assert.True(map[20, 9] > all.Average() + 0.1);
        Assert.InRange(all.Average(), 0, 0.6);
    }

    // A score of 10 where a broad bump in the middle is seen whole, on the published geometry.
    [Fact]
    [Trait("Category", "Slow")]
    public void Areas_are_kept_within_a_hundredth_and_masks_are_nearly_hard()
    {
        const int Side = 224;
        float[] bump = [.. Enumerable.Range(0, Side * Side).Select(place => (float)Math.Exp(-0.5 * (Math.Pow(((place / Side) - 100) / 40.0, 2) + Math.Pow(((place % Side) - 120) / 40.0, 2))))];
        float all = bump.Sum();
        using var model = LinearModels.Load([Array.ConvertAll(bump, value => 10 * value / all), new float[bump.Length]], [0, 0], 1, Side, Side);
        var options = new ExtremalPerturbationOptions { Area = [0.1, 0.2], Infill = Infill.Zero, Jitter = Jitter.None };
        var masks = new ExtremalPerturbation(model, options).Explain(Item(model, [.. Enumerable.Repeat(1f, bump.Length)]), Target.Class(0)).Diagnostics.Optimized;
        Assert.All(options.Area.Zip(masks), pair => Assert.InRange(pair.Second.Area, pair.First - 0.01, pair.First + 0.01));
        Assert.True(masks[0].Scores[0] < masks[1].Scores[0]);
        Assert.Equal(["area 0.1", "area 0.2"], masks.Select(mask => mask.Variant));
        Assert.True(masks[0].Mask[(100 * Side) + 120] > 0.9);
        Assert.True(masks[0].Mask[(10 * Side) + 10] < 0.1);
    }

    [Fact]
    public void The_weight_of_areas_grows_as_published()
    {
        Assert.InRange(WeightSchedule.Geometric(300, 1.0035).At(800), 4908.5, 4909.5);
        Assert.Equal([0, 0.5, 1, 1], new[] { 0, 2, 4, 9 }.Select(step => (new WeightSchedule(1) { WarmUp = 4 }).At(step)));
    }

    // Of a linear score every point of the way has the same gradient, but for the factor α of the mask there: their mean is (S + 1) ÷ 2S of the plain one.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_path_gradient_of_a_linear_score_is_the_plain_one_times_the_mean_factor(int points)
    {
        using var model = LinearModels.Load([LinearModels.Values(64, 3), new float[64]], [0, 0], 1, 8, 8);
        var input = Item(model, LinearModels.Values(64, 4));
        var recipe = new PerturbationRecipe { Map = site => new FreeGridMap(site.Layout, 4, 4), Infill = Infill.Zero, Score = Score.Logit };
        float[] Gradient(PerturbationRecipe which)
        {
            var (engine, problem) = MaskEngines.Engine(model, input, which, Target.Class(0));
            return engine.Differentiate([problem], [[.. Enumerable.Repeat(0.6f, 16)]], [[]], 0, default)[0].Gradient;
        }

        float factor = (points + 1f) / (2 * points);
        Near.Equal(Array.ConvertAll(Gradient(recipe), value => factor * value), Gradient(recipe with { Law = RelaxedLaw.Path(points) }), 1e-6, "path gradient");
    }

    [Fact]
    public void A_line_search_never_raises_the_objective()
    {
        using var model = LinearModels.Load([LinearModels.Values(64, 3), LinearModels.Values(64, 5)], [0, 0], 1, 8, 8);
        var input = Item(model, LinearModels.Values(64, 4));
        double before = double.PositiveInfinity;
        for (int steps = 1; steps <= 6; steps++)
        {
            var options = new IGosOptions { Steps = steps, Cells = 4, Noise = 0, Infill = Infill.Zero, PathPoints = 4, Score = Score.Logit, Size = 0.1, Variation = 0.1 };
            var recipe = IGos.Recipe(options);
            // Weights that are lowered on the way would be another objective.
            recipe = recipe with { Terms = [.. recipe.Terms.Select(term => term with { Reliefs = [] })] };
            var explanation = new OptimizedPerturbation(model, "own", recipe).Explain(input, Target.Class(0));
            var mask = explanation.Diagnostics.Optimized[0];
            Assert.True(mask.Objective <= before && mask.Objective < mask.History[0]);
            before = mask.Objective;
        }
    }

    // min w·δ + Σδ² + β·Σ|δ| has δ = −½·shrink(w, β): below β exactly 0.
    [Fact]
    public void Fista_finds_the_shrunk_minimum()
    {
        float[] w = LinearModels.Values(64, 3);
        using var model = LinearModels.Load([w, new float[64]], [0, 0], 1, 8, 8);
        const double Beta = 0.4;
        var recipe = new PerturbationRecipe
        {
            Map = site => new ElementMap(site.Layout),
            Composition = Composition.Addition,
            Start = MaskStart.Zeros,
            Bounds = _ => ([-10], [10]),
            Terms = [new ElasticNetTerm(0)],
            Solver = MaskSolver.Fista(new LearningRate { Peak = 0.2 }, Beta),
            Steps = 100,
            Score = Score.Logit,
        };
        var found = new OptimizedPerturbation(model, "own", recipe).Explain(Item(model, LinearModels.Values(64, 4)), Target.Class(0)).ToArray();
        Near.Equal(Array.ConvertAll(w, slope => -0.5f * Math.Sign(slope) * (float)Math.Max(0, Math.Abs(slope) - Beta)), found, 1e-4, "elastic net");
        Assert.Contains(0f, found);
    }

    [Fact]
    public void Dampened_momentum_takes_the_first_gradient_whole()
    {
        float[] weights = new float[16], first = new float[16];
        var solver = new Sgd { Momentum = 0.9, Dampening = 0.9 };
        solver.Update(weights, [.. Enumerable.Repeat(2f, 16)], first, [], new(0.1, 0, 1));
        solver.Update(weights, [.. Enumerable.Repeat(1f, 16)], first, [], new(0.1, 0, 2));
        Assert.Equal((0.9f * 2) + 0.1f, first[3], 1e-6f);
        Assert.Equal(-(0.1f * 2) - (0.1f * 1.9f), weights[3], 1e-6f);
    }

    // The same numbers alone and among others, however they are cut into batches.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void Problems_do_not_see_each_other(int batch, int threads)
    {
        float[][] weights = [LinearModels.Values(400, 3), LinearModels.Values(400, 5)];
        var options = new ModelOptions { OutputKind = OutputKind.Logits, Throughput = new() { BatchSize = batch, Threads = threads } };
        using var model = Model.FromGraph(LinearModels.Graph(weights, [0, 0], 1, 20, 20), options);
        var recipe = IGosPlusPlus.Recipe(new() { Cells = 5, Steps = 3, PathPoints = 3, Score = Score.Logit, Infill = Infill.Mean });
        ModelInput[] inputs = [Item(model, LinearModels.Values(400, 6)), Item(model, LinearModels.Values(400, 7))];
        var explainer = new OptimizedPerturbation(model, "own", recipe);
        var together = explainer.ExplainAll(inputs, [Target.Class(0), Target.Class(1)]);
        var alone = explainer.Explain(inputs[1], Target.Class(1));
        Near.Equal(alone.ToArray(), together[1][1].ToArray(), 1e-5, "the second target of the second input");
        Assert.NotEqual(together[0][1].ToArray(), together[1][1].ToArray());
    }

    [Fact]
    public void An_objective_at_rest_ends_early()
    {
        using var model = LinearModels.Load([new float[64], new float[64]], [1, 0], 1, 8, 8);
        var steps = new List<Step>();
        var explanation = new MeaningfulPerturbation(model, Plain with { Tolerance = 1e-3 }).Explain(Item(model, LinearModels.Values(64, 4)), [Target.Class(0)], new Recorder(steps))[0];
        Assert.InRange(explanation.Diagnostics.Optimized[0].Steps, 2, 60);
        Assert.Contains("has not fallen", explanation.Diagnostics.Optimized[0].StopReason, StringComparison.Ordinal);
        Assert.Equal(1, steps[^1].Fraction);
        Assert.NotNull(steps[^1].Objective);
    }

    [Fact]
    public void Channels_of_a_layer_can_be_what_is_masked()
    {
        var builder = new GraphBuilder("channels");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 6, 6));
        string layer = builder.AddNode(new Node("pass", "Relu", [x], ["layer"])).Outputs[0];
        string mean = builder.Add("Flatten", [builder.Add("GlobalAveragePool", [layer])], null, ("axis", 1L));
        string y = builder.Add("MatMul", [mean, builder.Constant(TensorData.Adopt(new float[] { 1, 0, 5, 0, -3, 0 }, 3, 2))]);
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        using var model = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, 108).ToArray(), 1, 3, 6, 6))[0];
        var explanation = new ExtremalPerturbation(model, new() { Layer = "layer", Area = [0.33], AreaWeight = 3, AreaGrowth = 1.01, Rate = 0.02, Start = MaskStart.Level(0.5f) }).Explain(input, Target.Class(0));
        Assert.Equal(MapKind.Layer, explanation.Kind);
        float[] channels = explanation.ToArray();
        Assert.Equal(3, channels.Length);
        Assert.True(channels[1] > 0.9 && channels[0] < 0.5 && channels[2] < 0.1, string.Join(", ", channels));
    }

    [Fact]
    public void Log_odds_and_margins_are_stable_where_probabilities_saturate()
    {
        float[][] weights = [[30], [0], [-5], [-5]];
        using var model = LinearModels.Load(weights, new float[4], 1, 1, 1);
        var input = Item(model, [1f], 1);
        Near.Equal([30, -30, -35, -35], model.Evaluate(input, Score.Margin), 1e-5, "margins");
        double rest = Math.Log(1 + (2 * Math.Exp(-5)));
        Assert.Equal(30 - rest, model.Evaluate(input, Score.LogOdds)[0], 1e-4);
        Assert.Equal(-30 - Math.Log(1 + (2 * Math.Exp(-35))), model.Evaluate(input, Score.LogOdds)[1], 1e-4);
        var tied = Item(model, [0f], 1);
        Near.Equal([0, 0, 0, 0], model.Evaluate(tied, Score.Margin), 1e-6, "ties");
        Near.Equal([.. Enumerable.Repeat((float)-Math.Log(3), 4)], model.Evaluate(tied, Score.LogOdds), 1e-5, "log-odds of ties");
    }

    private static ModelInput Item(Model model, float[] x) => Item(model, x, (int)Math.Sqrt(x.Length));

    private static ModelInput Item(Model model, float[] x, int side) => model.Prepare(TensorData.Adopt(x, 1, 1, side, side))[0];

    private static int Place(int cell, int i) => (((cell / 4 * 2) + (i / 2)) * 8) + (cell % 4 * 2) + (i % 2);

    private sealed class Recorder(List<Step> steps) : IProgress<Step>
    {
        public void Report(Step value) => steps.Add(value);
    }
}

using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Perturbations;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>The gradient of every slot against finite differences, and the value of every term against its formula.</summary>
public sealed class ObjectiveGradientTests
{
    private const int Height = 12;
    private const int Width = 10;

    public static TheoryData<string> Recipes => new()
    {
        "free", "nearest blurred", "discs", "elements", "channels", "segments", "logits", "pyramid", "addition", "concrete", "concrete of cells", "concrete of logits", "path", "complement", "two masks", "hinge", "flip", "shift", "noise",
        "area", "l1", "variation 2", "variation 3", "bilateral", "border", "squared variation", "area power", "binary", "net", "log-odds", "margin",
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Gradients_are_those_of_finite_differences(string name)
    {
        using var model = Model.FromGraph(SmoothNetwork(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(2 * Height * Width, 8), 1, 2, Height, Width))[0];
        var (engine, problem) = MaskEngines.Engine(model, input, RecipeOf(name), Target.Class(1));
        int count = engine.Shapes.Cells.Count * RecipeOf(name).Masks;
        float[] parameters = [.. LinearModels.Values(count, 9).Select(value => 0.5f + (Spread(name) * value)), .. new float[16]];
        double[][] weights = [[.. RecipeOf(name).Terms.Select(_ => 0.7)]];
        float[] gradient = engine.Differentiate([problem], [parameters], weights, 2, default)[0].Gradient;
        double largest = gradient.Max(Math.Abs);
        Assert.True(largest > 0);
        var random = Rng.At(1, 0);
        for (int probe = 0; probe < 12; probe++)
        {
            int at = random.NextInt32(count);
            double Value(float by)
            {
                float[] moved = [.. parameters];
                moved[at] += by;
                return engine.Differentiate([problem], [moved], weights, 2, default)[0].Objective;
            }

            const float Step = 4e-3f;
            double difference = (Value(Step) - Value(-Step)) / (2 * Step);
            Assert.True(Math.Abs(difference - gradient[at]) <= (3e-3 * largest) + 3e-4, $"{name}: cell {at} has the gradient {gradient[at]:g5}, the differences say {difference:g5}");
        }
    }

    [Fact]
    public void Terms_have_the_values_of_their_formulas()
    {
        float[] cells = [0.1f, 0.9f, 0.4f, 0.3f, 0.8f, 0.6f];
        Assert.Equal((0.9 + 0.1 + 0.6 + 0.7 + 0.2 + 0.4) / 6, ValueOf(new L1Term(1), cells), 1e-6);
        Assert.Equal((0.1 + 0.1 + 0.4 + 0.3 + 0.2 + 0.4) / 6, ValueOf(new BinaryTerm(), cells), 1e-6);
        double down = ((0.2 * 0.2) + (0.1 * 0.1) + (0.2 * 0.2)) / 3, across = ((0.8 * 0.8) + (0.5 * 0.5) + (0.5 * 0.5) + (0.2 * 0.2)) / 4;
        Assert.Equal(down + across, ValueOf(new TotalVariationTerm(2), cells), 1e-6);
        Assert.Equal(cells.Sum(value => (value * value) + (0.5 * value)), ValueOf(new ElasticNetTerm(0.5), cells), 1e-5);
        // Sums, and the squares of the border: of two rows and three columns every cell is at it, the four corners twice.
        double corners = new[] { 0.1, 0.4, 0.3, 0.6 }.Sum(value => value * value), middles = (0.9 * 0.9) + (0.8 * 0.8);
        Assert.Equal((3 * down) + (4 * across) + (0.3 * ((2 * corners) + middles)), ValueOf(new SquaredVariationTerm(0.3, MeasuredOn.Parameters), cells), 1e-5);
        Assert.Equal(cells.Average(value => Math.Pow(value + 5e-4, 0.3)), ValueOf(new AreaPowerTerm(0.3, 5e-4, MeasuredOn.Parameters), cells), 1e-5);
        // Two rows: every cell is at the border.
        Assert.Equal(cells.Average(), ValueOf(new BorderTerm(1, MeasuredOn.Parameters), cells), 1e-6);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.34)]
    public void The_area_is_what_sorting_says(double area)
    {
        float[] cells = [0.1f, 0.9f, 0.4f, 0.3f, 0.8f, 0.6f];
        int zeros = (int)(6 * (1 - area));
        double expected = cells.Order().Select((value, rank) => Math.Pow(value - (rank < zeros ? 0 : 1), 2)).Average();
        Assert.Equal(expected, ValueOf(new AreaTerm([area]), cells, stretch: false), 1e-6);
    }

    [Fact]
    public void A_pyramid_shows_the_input_at_1_and_its_strongest_blur_at_0()
    {
        var layout = LinearModels.Layout(1, 9, 9);
        float[] x = LinearModels.Values(81, 2);
        float[][] weights = [.. Enumerable.Range(0, 81).Select(i => Enumerable.Range(0, 81).Select(j => i == j ? 1f : 0).ToArray())];
        using var model = LinearModels.Load(weights, new float[81], 1, 9, 9);
        var input = model.Prepare(TensorData.Adopt(x, 1, 1, 9, 9))[0];
        var blurred = new Unmask.WhiteBox.GaussianBlur(layout, zeroOutside: true) { RoundsUp = true };
        for (int place = 0; place < 81; place += 7)
        {
            var recipe = new PerturbationRecipe { Map = site => new FreeGridMap(site.Layout, 1, 1), Composition = Composition.BlurPyramid(5, 3), Score = Score.Logit };
            var (engine, problem) = MaskEngines.Engine(model, input, recipe, Target.Class(place));
            double At(float level) => engine.Evaluate([problem], [[level, .. new float[15]]], [[]], 0, default)[0].ViewScores[0];
            Assert.Equal(x[place], At(1), 1e-5);
            Assert.Equal(blurred.Run(x, 3)[place], At(0), 1e-5);
            Assert.Equal((blurred.Run(x, 1.5)[place] + blurred.Run(x, 0.75)[place]) / 2, At(0.625f), 1e-5);
        }
    }

    // Between two levels of the pyramid, where nothing has a kink.
    private static float Spread(string name) => name == "pyramid" ? 0.12f : 0.4f;

    private static double ValueOf(ObjectiveTerm term, float[] cells, bool stretch = true)
    {
        var layout = stretch ? LinearModels.Layout(1, 4, 6) : LinearModels.Layout(1, 2, 3);
        using var model = LinearModels.Load([new float[layout.Count]], [0], 1, layout.Spatial.Height, layout.Spatial.Width);
        var input = model.Prepare(TensorData.Adopt(new float[layout.Count], [1, .. layout.Sizes.Select(size => (long)size)]))[0];
        var (engine, problem) = MaskEngines.Engine(model, input, new() { Map = site => new FreeGridMap(site.Layout, 2, 3, CellStretch.Nearest), Terms = [term], Infill = Infill.Zero }, Target.Class(0));
        return engine.Evaluate([problem], [[.. cells, .. new float[10]]], [[1]], 0, default)[0].Terms[0];
    }

    private static PerturbationRecipe RecipeOf(string name)
    {
        var free = new PerturbationRecipe { Map = site => new FreeGridMap(site.Layout, 4, 3), Infill = Infill.Mean, Score = Score.Logit };
        return name switch
        {
            "nearest blurred" => free with { Map = site => new FreeGridMap(site.Layout, 4, 3, CellStretch.Nearest, 1.5) },
            "discs" => free with { Map = site => new SmoothMaxMap(site.Layout, 3, 4) },
            "elements" => free with { Map = site => new ElementMap(site.Layout) },
            "channels" => free with { Map = site => new ChannelMap(site.Layout) },
            "segments" => free with { Map = site => new SegmentMap(site.Layout, new GridSegments { Rows = 3, Columns = 2 }.Segment(site.Input)) },
            "logits" => free with { Parameters = MaskParameters.Logits },
            "pyramid" => free with { Composition = Composition.BlurPyramid(4, 3) },
            "addition" => free with { Map = site => new ElementMap(site.Layout), Composition = Composition.Addition },
            "concrete" => free with { Law = RelaxedLaw.Concrete(0.6, 3) },
            "concrete of cells" => free with { Law = RelaxedLaw.Concrete(0.6, 3, ofCells: true), Terms = [new L1Term(0, MeasuredOn.Masks)] },
            "concrete of logits" => free with { Law = RelaxedLaw.Concrete(0.6, 3, ofCells: true), Parameters = MaskParameters.Logits },
            "path" => free with { Law = RelaxedLaw.Path(4) },
            "complement" => free with { Sides = [MaskSide.Preservation, MaskSide.Removal] },
            "two masks" => free with { Masks = 2, Sides = [MaskSide.Deletion, MaskSide.Insertion with { Mask = 1 }, MaskSide.Deletion with { Mask = 2 }] },
            "hinge" => free with { Hinge = 3 },
            "flip" => free with { Jitter = Jitter.Flip },
            "shift" => free with { Jitter = Jitter.Shift(4) },
            "noise" => free with { Noise = 0.3 },
            "area" => free with { Terms = [new AreaTerm([0.3])] },
            "l1" => free with { Terms = [new L1Term(1)] },
            "variation 2" => free with { Terms = [new TotalVariationTerm(2)] },
            "variation 3" => free with { Terms = [new TotalVariationTerm(3, MeasuredOn.Masks)] },
            "bilateral" => free with { Terms = [new BilateralTotalVariationTerm(2, 0.5)] },
            "border" => free with { Terms = [new BorderTerm(2)] },
            "squared variation" => free with { Terms = [new SquaredVariationTerm(0.3) { Weight = 0.05 }] },
            "area power" => free with { Terms = [new AreaPowerTerm(0.3, 5e-4)] },
            "binary" => free with { Terms = [new BinaryTerm(MeasuredOn.Masks)] },
            "net" => free with { Terms = [new ElasticNetTerm(0.3)] },
            "log-odds" => free with { Score = Score.LogOdds },
            "margin" => free with { Score = Score.Margin },
            _ => free,
        };
    }

    /// <summary>A convolution, a tanh, and three classes of what is left: smooth, so that differences mean something.</summary>
    private static Graph SmoothNetwork()
    {
        var builder = new GraphBuilder("smooth");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2, Height, Width));
        string kernel = builder.Constant(TensorData.Adopt(LinearModels.Values(4 * 2 * 9, 4), 4, 2, 3, 3), "kernel");
        string hidden = builder.Add("Tanh", [builder.Add("Conv", [x, kernel], null, ("pads", new long[] { 1, 1, 1, 1 }))]);
        string flat = builder.Add("Flatten", [hidden], null, ("axis", 1L));
        string weights = builder.Constant(TensorData.Adopt(LinearModels.Values(3 * 4 * Height * Width, 6), 3, 4 * Height * Width), "weights");
        string y = builder.Add("Gemm", [flat, weights], null, ("transB", 1L), ("alpha", 0.3f));
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        return builder.Build();
    }
}

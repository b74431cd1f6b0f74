using Unmask.Graphs;
using Unmask.Tests.Infills;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>MP-G: meaningful perturbation under a hard mask, whose hidden part is painted at each step.</summary>
public sealed class GenerativeRemovalTests
{
    private const int Side = 16;
    private static readonly MeaningfulPerturbationOptions Options = new() { Cells = 4, Steps = 25, Binary = true, Score = Score.Logit, MaskBlur = 0, Variation = 0.1 };

    // The picture is moved under the mask at each step: a painter that would not be shown the moved one would change the score.
    [Fact]
    public void A_painter_that_returns_the_input_gives_zero_everywhere()
    {
        using var model = Load();
        var explanation = new MeaningfulPerturbation(model, Options with { Infill = new Itself(), Start = MaskStart.Ones }).Explain(Input(model), Target.Class(0));
        Assert.All(explanation.ToArray(), value => Assert.Equal(0, value));
        Assert.Equal("itself", explanation.Infill);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_grey_painter_gives_the_base_methods_map_bit_for_bit(bool binary)
    {
        using var model = Load();
        float[] expected = Map(model, Options with { Binary = binary, MaskBlur = 2, Infill = Infill.Grey });
        Assert.True(expected.Max() > 0.5 && expected.Min() < 0.1);
        Assert.Equal(expected, Map(model, Options with { Binary = binary, MaskBlur = 2, Infill = InpainterInfill.Of(InpainterInfillTests.Constant(0.5f)) }));
    }

    [Fact]
    public void A_hard_mask_shows_zeros_and_ones_and_passes_the_gradient_of_the_soft_one()
    {
        float[] w = LinearModels.Values(64, 3), x = LinearModels.Values(64, 4), cells = [.. LinearModels.Values(64, 5).Select(value => 0.5f + (value / 2))];
        using var model = LinearModels.Load([w, new float[64]], [0, 0], 1, 8, 8);
        var recipe = new PerturbationRecipe { Map = site => new FreeGridMap(site.Layout, 8, 8), Law = RelaxedLaw.Binary, Infill = Infill.Zero, Score = Score.Logit };
        var (engine, problem) = MaskEngines.Engine(model, model.Prepare(TensorData.Adopt(x, 1, 1, 8, 8))[0], recipe, Target.Class(0));
        float threshold = Math.Max(0.5f, (cells.Max() + cells.Min()) / 2);
        Check(cells, threshold);
        // All nearly kept: the lower half goes, so that there is something to learn from.
        float[] high = [.. cells.Select(value => 0.9f + (value / 10))];
        Check(high, (high.Max() + high.Min()) / 2);

        void Check(float[] mask, float least)
        {
            var found = engine.Differentiate([problem], [mask], [[]], 0, default)[0];
            Assert.Equal(Enumerable.Range(0, 64).Sum(i => mask[i] >= least ? w[i] * (double)x[i] : 0), found.ViewScores[0], 1e-5);
            Near.Equal([.. w.Zip(x, (weight, value) => weight * value)], found.Gradient.AsSpan(..64), 1e-6, "straight through");
        }
    }

    // In-fills look at places: of masks over elements a place is hidden if one of its channels is.
    [Fact]
    public void Masks_over_channels_have_infills_too()
    {
        var recorder = new FidoTests.Recorder();
        using var model = Load();
        var recipe = new PerturbationRecipe { Map = site => new ElementMap(site.Layout), Infill = recorder, Score = Score.Logit };
        var (engine, problem) = MaskEngines.Engine(model, Input(model), recipe, Target.Class(0));
        float[] elements = [.. Enumerable.Repeat(1f, 3 * Side * Side)];
        elements[(2 * Side * Side) + 37] = 0.2f;
        engine.Differentiate([problem], [elements], [[]], 0, default);
        float[] seen = Assert.Single(recorder.Seen);
        Assert.Equal(Enumerable.Range(0, Side * Side).Select(place => place == 37 ? 0f : 1f), seen);
    }

    private static float[] Map(Model model, MeaningfulPerturbationOptions options) => new MeaningfulPerturbation(model, options).Explain(Input(model), Target.Class(0)).ToArray();

    private static Model Load() => LinearModels.Load([LinearModels.Values(3 * Side * Side, 1), new float[3 * Side * Side]], [0.2f, 0], 3, Side, Side, new() { Preprocessing = Preprocessing.ImageNet });

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(LinearModels.Values(3 * Side * Side, 2), 1, 3, Side, Side))[0];

    /// <summary>The input whatever is hidden.</summary>
    private sealed class Itself : MaskedInfill
    {
        public override string Name => "itself";

        internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw) => input.Values.ToArray();
    }
}

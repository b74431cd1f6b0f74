using System.Collections.Concurrent;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>FIDO, and in-fills that are made inside an optimisation, where the answer is known.</summary>
public sealed class FidoTests
{
    private const int Side = 8;
    private static readonly FidoOptions Plain = new() { Cells = Side, Infill = Infill.Zero, Score = Score.Logit };

    // z > ½ exactly if logit θ + logit u > 0, whose probability is θ, at any temperature.
    [Theory]
    [InlineData(0.1f, FidoSampling.Pixels)]
    [InlineData(0.5f, FidoSampling.Pixels)]
    [InlineData(0.83f, FidoSampling.Pixels)]
    [InlineData(0.1f, FidoSampling.Cells)]
    [InlineData(0.83f, FidoSampling.Cells)]
    public void A_draw_is_above_one_half_as_often_as_its_probability_says(float probability, FidoSampling sampling)
    {
        const int Wide = 32, Draws = 100;
        var recorder = new Recorder();
        using var model = LinearModels.Load([new float[Wide * Wide], new float[Wide * Wide]], [0, 0], 1, Wide, Wide);
        var recipe = Fido.Recipe(Plain with { Cells = Wide, Draws = Draws, Infill = recorder, Sampling = sampling });
        var (engine, problem) = MaskEngines.Engine(model, Item(model, new float[Wide * Wide]), recipe, Target.Class(0));
        float logit = MathF.Log(probability / (1 - probability));
        engine.Differentiate([problem], [[.. Enumerable.Repeat(logit, Wide * Wide)]], [[0]], 0, default);
        Assert.Equal(Draws, recorder.Seen.Count);
        double mean = recorder.Seen.Average(mask => mask.Average()), deviation = Math.Sqrt(probability * (1 - probability) / (Draws * Wide * Wide));
        Assert.InRange(mean, probability - (3 * deviation), probability + (3 * deviation));
    }

    [Theory]
    [InlineData(FidoSampling.Cells)]
    [InlineData(FidoSampling.Pixels)]
    public void Cells_that_are_drawn_hang_together_and_pixels_do_not(FidoSampling sampling)
    {
        var recorder = new Recorder();
        using var model = LinearModels.Load([new float[256], new float[256]], [0, 0], 1, 16, 16);
        var recipe = Fido.Recipe(Plain with { Draws = 8, Infill = recorder, Sampling = sampling }) with { Map = site => new FreeGridMap(site.Layout, 4, 4, CellStretch.Nearest) };
        var (engine, problem) = MaskEngines.Engine(model, Item(model, new float[256]), recipe, Target.Class(0));
        engine.Differentiate([problem], [new float[16]], [[0]], 0, default);
        bool together = recorder.Seen.All(mask => Enumerable.Range(0, 256).All(place => mask[place] == mask[(place / 64 * 64) + (place % 16 / 4 * 4)]));
        Assert.Equal(sampling == FidoSampling.Cells, together);
        Assert.True(recorder.Seen.Select(mask => mask.Sum()).Distinct().Count() > 1);
    }

    // SSR: θ rises exactly if w·(x − x̂) > λ a pixel; SDR: removes exactly those.
    [Theory]
    [InlineData(FidoGame.SmallestSufficient)]
    [InlineData(FidoGame.SmallestDestroying)]
    public void A_pixel_of_a_linear_model_belongs_to_the_region_if_it_is_worth_its_price(FidoGame game)
    {
        const double Price = 0.1;
        float[] w = LinearModels.Values(Side * Side, 3), x = LinearModels.Values(Side * Side, 4);
        using var model = LinearModels.Load([w, new float[w.Length]], [0, 0], 1, Side, Side);
        var options = Plain with { Game = game, Size = Price * Side * Side, WarmUp = 0, Draws = 16, Steps = 150, Rate = 0.1 };
        float[] map = new Fido(model, options).Explain(Item(model, x), Target.Class(0)).ToArray();
        int decided = 0;
        for (int i = 0; i < map.Length; i++)
        {
            double brings = w[i] * (double)x[i];
            if (Math.Abs(brings - Price) > 0.1)
            {
                Assert.True(map[i] > 0.5 == brings > Price, $"pixel {i} brings {brings:g3} and has {map[i]:g3}");
                decided++;
            }
        }

        Assert.True(decided > 40);
        Assert.InRange(map.Count(value => value > 0.5), 10, 50);
    }

    [Theory]
    [InlineData(FidoGame.SmallestSufficient)]
    [InlineData(FidoGame.SmallestDestroying)]
    public void A_model_that_sees_nothing_leaves_every_probability_at_one_half_if_nothing_has_a_price(FidoGame game)
    {
        using var blind = LinearModels.Load([new float[Side * Side], new float[Side * Side]], [1, 0], 1, Side, Side);
        var options = Plain with { Game = game, Size = 0, Steps = 10, Score = Score.LogOdds, Infill = Infill.Local() };
        Assert.All(new Fido(blind, options).Explain(Item(blind, LinearModels.Values(Side * Side, 4)), Target.Class(0)).ToArray(), value => Assert.Equal(0.5f, value, 1e-6f));
    }

    [Theory]
    [InlineData("ssr", "pixels")]
    [InlineData("sdr", "pixels")]
    [InlineData("ssr", "cells")]
    [InlineData("sdr", "cells")]
    public void The_only_pixel_that_counts_is_found(string game, string sampling)
    {
        float[] w = new float[Side * Side], x = new float[Side * Side];
        (w[(5 * Side) + 2], x[(5 * Side) + 2]) = (40, 1);
        using var model = LinearModels.Load([w, new float[w.Length]], [0, 0], 1, Side, Side);
        KeyValuePair<string, string>[] settings = [new("game", game), new("sampling", sampling), new("cells", "8"), new("infill", "zero"), new("steps", "100"), new("rate", "0.15"), new("size", "10"), new("warm-up", "10")];
        var explanation = Catalogue.Find(Fido.Id).Create(model, settings).Explain(Item(model, x), Target.Class(0));
        float[] map = explanation.ToArray();
        Assert.True(map[(5 * Side) + 2] > 0.9);
        Assert.InRange(map.Where((_, i) => i != (5 * Side) + 2).Max(), 0, 0.1);
        Assert.Equal(0UL, explanation.Seed);
    }

    // What an in-fill draws belongs to a step and a view, not to a batch or a thread.
    [Theory]
    [InlineData("noise")]
    [InlineData("local:3")]
    public void Neither_batches_nor_threads_matter_to_infills_made_on_the_way(string infill)
    {
        float[]? first = null;
        foreach (var (threads, batch) in ((int, int)[])[(1, 8), (3, 2), (2, 1)])
        {
            var options = new ModelOptions { Throughput = new() { Threads = threads, BatchSize = batch } };
            using var model = LinearModels.Load([LinearModels.Values(256, 3), LinearModels.Values(256, 5)], [0, 0], 1, 16, 16, options);
            float[] map = new Fido(model, Plain with { Cells = 4, Infill = Infill.Parse(infill), Steps = 6, WarmUp = 2 }).Explain(Item(model, LinearModels.Values(256, 6)), Target.Class(1)).ToArray();
            first ??= map;
            Near.Equal(first, map, 1e-4, $"{threads} threads, batches of {batch}");
        }

        Assert.True(first!.Max() - first!.Min() > 0.05);
    }

    // The blend is soft, the in-fill hard: of a draw z the score is Σ w·(x̂ + z·(x − x̂)) with x̂ of what z keeps.
    [Fact]
    public void The_infill_is_made_of_the_hard_mask_of_each_draw()
    {
        float[] w = LinearModels.Values(Side * Side, 3), x = LinearModels.Values(Side * Side, 4);
        using var model = LinearModels.Load([w, new float[w.Length]], [0, 0], 1, Side, Side);
        var input = Item(model, x);
        var recipe = Fido.Recipe(Plain with { Draws = 3, Infill = Infill.Local(3), Temperature = 1e-4 });
        var recorded = new Recorder();
        double[] Scores(Infill infill)
        {
            var (engine, problem) = MaskEngines.Engine(model, input, recipe with { Infill = infill }, Target.Class(0));
            return engine.Differentiate([problem], [new float[Side * Side]], [[0]], 7, default)[0].ViewScores;
        }

        Scores(recorded);
        double[] expected = [.. recorded.Seen.Select(keep => Infill.Local(3).Apply(input, keep).Zip(w, (value, weight) => (double)value * weight).Sum()).Order()];
        double[] actual = [.. Scores(Infill.Local(3)).Order()];
        Assert.Equal(3, expected.Distinct().Count());
        for (int draw = 0; draw < 3; draw++)
        {
            // At this temperature hardly any pixel is not yet 0 or 1.
            Assert.Equal(expected[draw], actual[draw], 2e-2);
        }
    }

    internal static ModelInput Item(Model model, float[] x)
    {
        int side = (int)Math.Sqrt(x.Length);
        return model.Prepare(TensorData.Adopt(x, 1, 1, side, side))[0];
    }

    /// <summary>Keeps the masks that it is shown, and fills with 0.</summary>
    internal sealed class Recorder : MaskedInfill
    {
        public ConcurrentBag<float[]> Seen { get; } = [];

        public override string Name => "recorder";

        internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
        {
            Seen.Add(keep.ToArray());
            return new float[input.Values.Length];
        }
    }
}

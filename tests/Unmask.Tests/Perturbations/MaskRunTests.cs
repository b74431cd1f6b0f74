using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>Runs of optimisations: the same numbers whatever they run beside, an end when asked, and what is said of areas.</summary>
public sealed class MaskRunTests
{
    private const int Side = 16;
    private static readonly float[][] Weights = [LinearModels.Values(3 * Side * Side, 3), LinearModels.Values(3 * Side * Side, 5)];

    // In-fills that draw, that look at the mask, and that do both; asked at every step.
    [Theory]
    [InlineData("noise")]
    [InlineData("exemplar")]
    [InlineData("harmonic:0.2")]
    [InlineData("local-gaussian")]
    public void Infills_in_the_loop_do_not_depend_on_threads_and_batches(string infill)
    {
        float[][] Masks(int threads, int batch, ulong seed)
        {
            using var model = Load(threads, batch);
            var recipe = new PerturbationRecipe
            {
                Map = site => new FreeGridMap(site.Layout, 4, 4, CellStretch.Nearest),
                Infill = Infill.Parse(infill),
                Law = RelaxedLaw.Path(3),
                Sides = [MaskSide.Preservation, MaskSide.Removal],
                Start = MaskStart.Random,
                Terms = [new L1Term(0) { Weight = 0.5 }],
                Steps = 4,
                Score = Score.Logit,
                Seed = seed,
            };
            return [.. new OptimizedPerturbation(model, "own", recipe).Explain(Input(model), [Target.Class(0), Target.Class(1)]).Select(explanation => explanation.ToArray())];
        }

        float[][] expected = Masks(1, 1, 4);
        Assert.NotEqual(expected[0], expected[1]);
        foreach (var (threads, batch) in new[] { (1, 16), (2, 1), (3, 4), (2, 5) })
        {
            Assert.All(expected.Zip(Masks(threads, batch, 4)), pair => Near.Equal(pair.First, pair.Second, 1e-4, $"{infill}, {threads} threads, batches of {batch}"));
        }

        Assert.Equal(expected[1], Masks(1, 1, 4)[1]);
        Assert.NotEqual(expected[1], Masks(1, 1, 5)[1]);
    }

    [Theory]
    [InlineData(MeaningfulPerturbation.Id)]
    [InlineData(ExtremalPerturbation.Id)]
    [InlineData(IGos.Id)]
    [InlineData(IGosPlusPlus.Id)]
    public void A_run_can_be_cancelled_in_the_middle(string method)
    {
        using var model = Load(2, 4);
        using var stop = new CancellationTokenSource();
        var steps = new CancelsAt(3, stop);
        Assert.ThrowsAny<OperationCanceledException>(() => Catalogue.Find(method).Create(model, [new("steps", "1000")]).Explain(Input(model), [Target.Class(0)], steps, stop.Token));
        Assert.Equal(3, steps.Last);
    }

    // A score of 10·(the mean of what is kept of the middle): an area keeps at most its own part of it.
    [Theory]
    [InlineData(ExtremalVariant.Preserve, 0.5)]
    [InlineData(ExtremalVariant.Delete, 0.5)]
    [InlineData(ExtremalVariant.Dual, 0.5)]
    [InlineData(ExtremalVariant.Preserve, 1)]
    public void The_smallest_area_that_suffices_is_marked(ExtremalVariant variant, double fraction)
    {
        float[] weights = new float[Side * Side];
        for (int place = 0; place < weights.Length; place++)
        {
            // A square of 6 × 6, about a seventh of the picture.
            weights[place] = place / Side is >= 5 and < 11 && place % Side is >= 5 and < 11 ? 10 / 36f : 0;
        }

        using var model = LinearModels.Load([weights, new float[weights.Length]], [0, 0], 1, Side, Side);
        var input = model.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, weights.Length).ToArray(), 1, 1, Side, Side))[0];
        var options = new ExtremalPerturbationOptions
        {
            Area = [0.3, 0.02, 0.15],
            Variant = variant,
            Fraction = fraction,
            NodeStep = 2,
            Sigma = 2,
            Steps = 300,
            AreaGrowth = 1.01,
            Infill = Infill.Zero,
            Score = Score.Logit,
            Jitter = Jitter.None,
        };
        var explanation = new ExtremalPerturbation(model, options).Explain(input, Target.Class(0));
        var masks = explanation.Diagnostics.Optimized;
        bool[] reaches = [.. masks.Select(mask => variant switch
        {
            ExtremalVariant.Preserve => mask.Scores[0] >= fraction * 10,
            ExtremalVariant.Delete => mask.Scores[0] <= (1 - fraction) * 10,
            _ => mask.Scores[0] >= fraction * 10 && mask.Scores[1] <= (1 - fraction) * 10,
        })];
        int smallest = reaches[1] ? 1 : reaches[2] ? 2 : reaches[0] ? 0 : -1;
        Assert.Equal([smallest == 0, smallest == 1, smallest == 2], masks.Select(mask => mask.Extremal!.Value));
        Assert.False(reaches[1], "a fiftieth of the picture cannot hold half of a square that is a seventh of it");
        Assert.Equal(fraction < 1, smallest >= 0);
        string note = fraction == 1 ? "None of the areas keeps 100% of the score" : $"of the score is {options.Area[smallest].ToString(System.Globalization.CultureInfo.InvariantCulture)}.";
        Assert.Contains(explanation.Diagnostics.Notes, text => text.Contains(note, StringComparison.Ordinal));
        Assert.Equal(masks.Select(mask => mask.Extremal), ExplanationDocument.Of(model, explanation).Optimized!.Value.Select(facts => facts.Extremal));
    }

    [Fact]
    public void Nothing_is_marked_of_a_score_that_is_not_above_0()
    {
        using var model = LinearModels.Load([[.. Enumerable.Repeat(-1f, 256)], new float[256]], [0, 0], 1, Side, Side);
        var input = model.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, 256).ToArray(), 1, 1, Side, Side))[0];
        var explanation = new ExtremalPerturbation(model, new() { NodeStep = 4, Sigma = 4, Steps = 2, Score = Score.Logit }).Explain(input, Target.Class(0));
        Assert.Null(explanation.Diagnostics.Optimized[0].Extremal);
        Assert.Contains(explanation.Diagnostics.Notes, text => text.Contains("is not above 0", StringComparison.Ordinal));
    }

    private static Model Load(int threads, int batch) => Model.FromGraph(
        LinearModels.Graph(Weights, [0, 0], 3, Side, Side), new() { OutputKind = OutputKind.Logits, Throughput = new() { Threads = threads, BatchSize = batch } });

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(LinearModels.Values(3 * Side * Side, 8), 1, 3, Side, Side))[0];

    private sealed class CancelsAt(long step, CancellationTokenSource stop) : IProgress<Step>
    {
        public long Last { get; private set; }

        public void Report(Step value)
        {
            Last = value.Done;
            if (value.Done == step)
            {
                stop.Cancel();
            }
        }
    }
}

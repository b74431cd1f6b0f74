using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Infills;

/// <summary>Masks that each have an in-fill of their own, through the probe engine (SP-G, LIME-G).</summary>
public sealed class ProbingWithInfillsTests
{
    private const int Side = 16;

    public static TheoryData<string> Methods => ["occlusion", "lime", "rise"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_painter_that_returns_the_input_gives_zero_everywhere(string method)
    {
        using var model = Load();
        var explanation = Explain(method, model, new Itself());
        // RISE subtracts a mean of equal scores: what is left is how that mean is rounded.
        Assert.All(Map(explanation), value => Assert.InRange(Math.Abs(value), 0, method == "rise" ? 1e-13 : 0));
        Assert.Equal("itself", explanation.Infill);
    }

    [Theory]
    [InlineData("occlusion")]
    [InlineData("lime")]
    [InlineData("rise")]
    public void A_grey_painter_gives_the_base_methods_map_bit_for_bit(string method)
    {
        using var model = Load();
        float[] expected = Map(Explain(method, model, Infill.Grey));
        Assert.NotEqual(0, expected.Max());
        Assert.Equal(expected, Map(Explain(method, model, InpainterInfill.Of(InpainterInfillTests.Constant(0.5f)))));
    }

    [Theory]
    [InlineData("occlusion", "harmonic:0.05")]
    [InlineData("rise", "noise")]
    [InlineData("lime", "local")]
    [InlineData("rise", "exemplar")]
    public void Neither_batches_nor_threads_matter(string method, string infill)
    {
        float[]? first = null;
        foreach (var (threads, batch) in ((int, int)[])[(1, 1), (3, 5), (2, 64)])
        {
            using var model = Load(new() { Throughput = new() { Threads = threads, BatchSize = batch } });
            float[] map = Map(Explain(method, model, Infill.Parse(infill)));
            first ??= map;
            Near.Equal(first, map, 2e-6, $"{threads} threads, batches of {batch}");
        }
    }

    [Fact]
    public void A_function_gets_the_same_numbers_as_a_graph()
    {
        float[][] weights = [LinearModels.Values(3 * Side * Side, 1)];
        using var graph = Load();
        using var function = Model.FromFunction(LinearModels.Function(weights, [0.2f]), LinearModels.Layout(3, Side, Side), Unmask.Probing.OutputKind.Logits, new() { Preprocessing = Preprocessing.ImageNet });
        Near.Equal(Map(Explain("occlusion", graph, Infill.Harmonic())), Map(Explain("occlusion", function, Infill.Harmonic())), 1e-5, "function");
    }

    [Fact]
    public void On_a_linear_model_each_window_gets_the_weighted_difference_from_its_own_infill()
    {
        float[] weights = LinearModels.Values(3 * Side * Side, 1);
        using var model = Load();
        var input = Input(model);
        float[] map = Map(Explain("occlusion", model, Infill.Harmonic()));
        for (int window = 0; window < 16; window++)
        {
            int top = window / 4 * 4, left = window % 4 * 4;
            float[] keep = Pictures.Mask(Side, Side, (y, x) => y >= top && y < top + 4 && x >= left && x < left + 4), filled = Pictures.Fill("harmonic", input, keep);
            double expected = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                expected += keep[i % keep.Length] == 0 ? weights[i] * (double)(input.Values[i] - filled[i]) : 0;
            }

            Assert.Equal(expected, map[(top * Side) + left], 4);
        }
    }

    [Fact]
    public void Soft_masks_are_hardened_at_one_half_for_the_infill_only()
    {
        using var model = Load();
        var recorder = new Recorder();
        Explain("rise", model, recorder);
        Assert.Equal(24, recorder.Seen.Count);
        var law = new BernoulliGrids(24, 4, 0.5, new ShiftedGridMap(Input(model).Layout, 4, GridUpsampling.Paper).Shifts, 0);
        var alone = new MaskRecorder(law, new ShiftedGridMap(Input(model).Layout, 4, GridUpsampling.Paper));
        for (long draw = 0; draw < 24; draw++)
        {
            Assert.Equal(alone.Mask((int)draw).Select(value => value >= 0.5f ? 1f : 0f), recorder.Seen[draw]);
        }
    }

    [Fact]
    public void Draws_of_a_window_are_averaged()
    {
        using var model = Load();
        var input = Input(model);
        float[] weights = LinearModels.Values(3 * Side * Side, 1);
        var options = new OcclusionOptions { Window = [Side], Stride = [Side], Score = Score.Logit, Infill = Infill.Noise(uniform: true), Draws = 3, Seed = 7 };
        var explanation = new Occlusion(model, options).Explain(input, Target.Class(0));
        double expected = Enumerable.Range(0, 3).Average(draw => weights.Zip(input.Values.ToArray().Zip(Pictures.Fill("noise:uniform", input, [], 7, draw), (x, fill) => (double)x - fill), (w, d) => w * d).Sum());
        Assert.All(Map(explanation), value => Assert.Equal(expected, value, 3));
        Assert.Equal(7UL, explanation.Seed);
        Assert.Equal(4, explanation.Cost.ForwardPasses);
    }

    [Fact]
    public void Weights_by_distances_in_input_space_are_refused_with_a_reason()
    {
        using var model = Load();
        var options = LimeOptions.Captum with { Infill = Infill.Harmonic(), Segmenter = new GridSegments { Rows = 2, Columns = 2 } };
        Assert.Contains("made for each mask", Assert.Throws<UnmaskException>(() => new Lime(model, options).Explain(Input(model), Target.Class(0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Int8_is_not_tried_and_the_result_says_so()
    {
        using var model = Load();
        var explanation = new Occlusion(model, new() { Window = [4], Infill = Infill.Harmonic(), Precision = Precision.Int8 }).Explain(Input(model), Target.Class(0));
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("made anew for each mask", StringComparison.Ordinal));
    }

    private static Model Load(ModelOptions? options = null) =>
        LinearModels.Load([LinearModels.Values(3 * Side * Side, 1)], [0.2f], 3, Side, Side, (options ?? new()) with { Preprocessing = Preprocessing.ImageNet });

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(LinearModels.Values(3 * Side * Side, 2), 1, 3, Side, Side))[0];

    private static Explanation Explain(string method, Model model, Infill infill)
    {
        IExplainer explainer = method switch
        {
            "occlusion" => new Occlusion(model, new() { Window = [4], Stride = [4], Infill = infill, Score = Score.Logit }),
            "lime" => new Lime(model, new() { Samples = 16, Segmenter = new GridSegments { Rows = 2, Columns = 2 }, Infill = infill, Score = Score.Logit }),
            _ => new Rise(model, RiseOptions.Paper with { Masks = 24, Cells = 4, Infill = infill, Score = Score.Logit, Normalization = MaskNormalization.MeanSubtracted }),
        };
        return explainer.Explain(Input(model), Target.Class(0));
    }

    private static float[] Map(Explanation explanation)
    {
        float[] values = new float[(int)explanation.Attributions.FlattenedLength];
        explanation.Attributions.FlattenTo(values);
        return values;
    }

    /// <summary>The input whatever is hidden, as a perfect painter of what was there.</summary>
    private sealed class Itself : MaskedInfill
    {
        public override string Name => "itself";

        internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw) => input.Values.ToArray();
    }

    /// <summary>Keeps the masks that it is shown.</summary>
    private sealed class Recorder : MaskedInfill
    {
        public System.Collections.Concurrent.ConcurrentDictionary<long, float[]> Seen { get; } = new();

        public override string Name => "recorder";

        internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
        {
            Assert.True(Seen.TryAdd(draw, keep.ToArray()));
            return new float[input.Values.Length];
        }
    }

    /// <summary>Masks of a map, expanded by its graph alone.</summary>
    private sealed class MaskRecorder(MaskLaw law, MaskMap map)
    {
        public float[] Mask(int index)
        {
            var graph = new GraphBuilder("masks");
            foreach (var value in map.Feeds.Select(feed => feed.Value).Concat(map.SharedFeeds.Select(feed => feed.Value)))
            {
                graph.Input(value.Name, value.Element, value.Shape);
            }

            graph.OutputAs(map.Expand(graph), "mask", ElementType.Float32, null);
            using var session = Session.FromGraph(graph.Build());
            var feeds = map.SharedFeeds.ToDictionary(feed => feed.Value.Name, feed => feed.Data);
            float[][] buffers = [.. map.Feeds.Select(feed => new float[feed.ItemSizes.Aggregate(1L, (product, size) => product * size)])];
            map.Write(law.At(index), [.. buffers.Select(buffer => buffer.AsMemory())]);
            for (int i = 0; i < buffers.Length; i++)
            {
                feeds[map.Feeds[i].Value.Name] = TensorData.Adopt(buffers[i], [1, .. map.Feeds[i].ItemSizes]);
            }

            return session.Run(feeds)[0].AsSpan<float>().ToArray();
        }
    }
}

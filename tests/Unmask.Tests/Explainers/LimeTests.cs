using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;
using static Unmask.Tests.Explainers.LimeGame;

namespace Unmask.Tests.Explainers;

public sealed class LimeTests
{
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
    public void The_document_states_the_fit()
    {
        using var model = Load();
        var explanation = new Lime(model, Options).Explain(Input(model));
        var read = ExplanationDocument.FromJson(ExplanationDocument.Of(model, explanation).ToJson()).Surrogate!;
        Assert.Equal(16, read.Segments);
        Assert.Equal(explanation.Diagnostics.Surrogate!.Coefficients.ToArray(), read.Coefficients.ToArray());
        Assert.Equal(explanation.Diagnostics.Surrogate.RSquared, read.RSquared);
    }
}

using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Metrics;

public sealed class CurveTests
{
    private static readonly float[] Contributions = [4, 3, 2, 1];
    private static readonly CurveOptions OneByOne = new() { Schedule = Schedule.PerStep(1), Infill = Infill.Zero, Score = Score.Logit };

    [Fact]
    public void On_an_additive_model_the_areas_are_known()
    {
        using var model = Additive(Contributions, 0);
        var subject = Ones(model);
        Assert.Equal(3.75, Value(new Deletion(OneByOne), subject, Contributions));
        Assert.Equal(6.25, Value(new Insertion(OneByOne), subject, Contributions));
        Assert.Equal(6.25, Value(new Deletion(OneByOne), subject, [1, 2, 3, 4]));
        Assert.Equal(6.25, Value(new Deletion(OneByOne with { Order = CurveOrder.LeastRelevantFirst }), subject, Contributions));
        Assert.Equal([10, 6, 3, 1, 0], Scores(new Deletion(OneByOne), subject, Contributions));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    public void On_an_additive_model_deletion_and_insertion_add_up_to_whole_and_empty_score(int step)
    {
        // Eighths add up exactly, so the identity must hold to the bit.
        float[] weights = [.. LinearModels.Values(30, 3).Select(value => MathF.Round(value * 8) / 8)];
        using var model = Additive(weights, 2.5f);
        var subject = Ones(model);
        float[] map = LinearModels.Values(30, 4);
        var options = OneByOne with { Schedule = Schedule.PerStep(step) };
        double sum = Value(new Deletion(options), subject, map) + Value(new Insertion(options), subject, map);
        Assert.Equal(weights.Sum() + 2.5f + 2.5f, sum);
    }

    [Theory]
    [InlineData("zero")]
    [InlineData("rise-blur")]
    public void Deletion_is_insertion_of_the_reverse_order_walked_backwards(string infill)
    {
        using var model = Demo.LoadModel();
        var subject = MetricSubject.Of(model, model.Prepare(Demo.LoadPhoto()));
        float[] map = LinearModels.Values(subject.MapLength, 5);
        int step = subject.MapLength / 4;
        Assert.Equal(0, subject.MapLength % 4);
        var options = OneByOne with { Schedule = Schedule.PerStep(step), Infill = Infill.Parse(infill), Score = Score.Probability };
        var deletion = new Deletion(options).Measure(subject, [map])[0].Curve!;
        var insertion = new Insertion(options with { Order = CurveOrder.LeastRelevantFirst }).Measure(subject, [map])[0].Curve!;
        Assert.Equal(deletion.Scores.ToArray(), insertion.Scores.Reverse().ToArray());
        Assert.Equal(deletion.Area, insertion.Area, 12);
    }

    [Fact]
    public void A_constant_model_has_its_constant_for_an_area()
    {
        using var model = Additive(new float[12], 0.375f);
        var subject = Ones(model);
        float[] map = LinearModels.Values(12, 6);
        Assert.Equal(0.375, Value(new Deletion(OneByOne), subject, map));
        Assert.Equal(0.375, Value(new Insertion(OneByOne), subject, map));
    }

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(4, 0.35)]
    [InlineData(10, 0.95)]
    public void A_model_of_one_pixel_ends_when_the_pixel_goes(int rank, double expected)
    {
        float[] weights = new float[10];
        weights[3] = 1;
        using var model = Additive(weights, 0);
        float[] map = [.. Enumerable.Range(0, 10).Select(i => (float)-i)];
        (map[3], map[rank - 1]) = (map[rank - 1], map[3]);
        Assert.Equal(expected, Value(new Deletion(OneByOne), Ones(model), map), 12);
    }

    [Fact]
    public void No_order_deletes_faster_than_that_of_the_true_contributions()
    {
        float[] contributions = [0.5f, -1, 2, 0.25f, 3, -0.75f];
        using var model = Additive(contributions, 1);
        var subject = Ones(model);
        float[][] orders = [.. Permutations([0, 1, 2, 3, 4, 5])];
        double least = new Deletion(OneByOne).Measure(subject, orders).Min(value => value.Value!.Value);
        Assert.Equal(720, orders.Length);
        Assert.Equal(least, Value(new Deletion(OneByOne), subject, contributions));
    }

    [Fact]
    public void Only_the_order_of_a_map_counts()
    {
        using var model = Demo.LoadModel();
        var subject = MetricSubject.Of(model, model.Prepare(Demo.LoadPhoto()));
        float[] map = [.. Enumerable.Range(0, subject.MapLength).Select(i => (float)((i * 7919L) % subject.MapLength) / subject.MapLength)];
        float[] stretched = [.. map.Select(value => (float)Math.Exp(value))];
        Assert.Equal(0, MapOrder.TiedShare(stretched));
        foreach (IMetric metric in new IMetric[] { new Deletion(), new Insertion() })
        {
            var values = metric.Measure(subject, [map, stretched]);
            Assert.Equal(values[0].Curve, values[1].Curve);
        }
    }

    [Fact]
    public void The_numbers_depend_on_neither_batch_nor_threads_nor_company()
    {
        var reference = Measure(1, 1, alone: true);
        Assert.Equal(29, reference[0].Curve!.Scores.Length);
        foreach (var (batch, threads, alone) in new[] { (16, 1, true), (64, 1, true), (16, 2, true), (7, 3, false), (1, 1, false) })
        {
            var values = Measure(batch, threads, alone);
            for (int i = 0; i < values.Count; i++)
            {
                Near.Equal([.. reference[i].Curve!.Scores.Select(score => (float)score)], [.. values[i].Curve!.Scores.Select(score => (float)score)], 1e-6, $"batch {batch}, {threads} threads, curve {i}");
            }
        }
    }

    [Fact]
    public void Where_the_arithmetic_is_exact_all_batches_are_equal_to_the_bit()
    {
        float[] weights = [.. LinearModels.Values(64, 8).Select(value => MathF.Round(value * 64) / 64)];
        var curves = new[] { 1, 16, 64 }.Select(batch =>
        {
            using var model = LinearModels.Load([weights], [0.5f], 1, 8, 8, new() { Throughput = new() { BatchSize = batch } });
            return new Deletion(OneByOne).Measure(Ones(model, 64, 8), [LinearModels.Values(64, 9)])[0].Curve!;
        }).ToList();
        Assert.Equal(curves[0], curves[1]);
        Assert.Equal(curves[0], curves[2]);
    }

    [Fact]
    public void A_constant_map_is_ordered_by_chance_and_says_so()
    {
        using var model = Additive(LinearModels.Values(40, 10), 0);
        var subject = Ones(model);
        var value = new Deletion(OneByOne).Measure(subject, [new float[40]])[0];
        Assert.Equal(1, value.TieFraction);
        Assert.Contains("chance", Assert.Single(value.Notes), StringComparison.Ordinal);
        var again = new Deletion(OneByOne).Measure(subject, [new float[40]])[0];
        var other = new Deletion(OneByOne with { Seed = 1 }).Measure(subject, [new float[40]])[0];
        Assert.Equal(value.Curve, again.Curve);
        Assert.NotEqual(value.Curve, other.Curve);
        var fromTop = new Deletion(OneByOne with { Ties = TieBreak.RowMajor });
        var fromBottomBackwards = new Deletion(OneByOne with { Ties = TieBreak.ReversedRowMajor, Order = CurveOrder.LeastRelevantFirst });
        Assert.Equal(Scores(fromTop, subject, new float[40]), Scores(fromBottomBackwards, subject, new float[40]));
    }

    [Fact]
    public void A_map_with_a_number_that_is_none_has_no_value_and_the_others_do()
    {
        using var model = Additive(Contributions, 0);
        var values = new Deletion(OneByOne).Measure(Ones(model), [[1, float.NaN, 2, 3], Contributions]);
        Assert.Null(values[0].Value);
        Assert.Contains("NaN", values[0].Undefined, StringComparison.Ordinal);
        Assert.Equal(3.75, values[1].Value);
    }

    [Fact]
    public void Inputs_that_are_no_pictures_and_channels_last_are_measured_too()
    {
        var builder = new GraphBuilder("sum");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        string y = builder.Add("MatMul", [x, builder.Constant(TensorData.Adopt(Contributions, 4, 1))]);
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 1));
        using var table = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits });
        var row = MetricSubject.Of(table, table.Prepare(TensorData.Adopt(new float[] { 1, 1, 1, 1 }, 1, 4))[0]);
        Assert.Equal(3.75, Value(new Deletion(OneByOne), row, Contributions));

        // Five pixels of three channels: a pixel's channels go together.
        var layout = new InputLayout(AxisOrder.ChannelsLast, [5, 1, 3]);
        using var last = Model.FromFunction(LinearModels.Function([[1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8, 16, 16, 16]], [0]), layout, OutputKind.Logits);
        var picture = MetricSubject.Of(last, last.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, 15).ToArray(), 1, 5, 1, 3))[0]);
        Assert.Equal([93, 90, 42, 18, 6, 0], Scores(new Deletion(OneByOne), picture, [9, 1, 2, 3, 4]));
    }

    [Fact]
    public void Cells_and_segments_go_together_and_the_axis_can_count_what_they_cover()
    {
        using var model = LinearModels.Load([[1, 2, 4, 8, 16, 32, 64, 128, 256]], [0f], 1, 3, 3);
        var subject = Ones(model, 9, 3);
        // Cells of 2 × 2 on 3 × 3: one of 4 pixels, two of 2, one of 1; the last holds the highest value.
        var cells = OneByOne with { Granularity = Granularity.Cells(2), Axis = CurveAxis.Fraction };
        var curve = new Deletion(cells).Measure(subject, [[4, 4, 3, 4, 4, 3, 2, 2, 9]])[0].Curve!;
        Assert.Equal([511, 255, 228, 192, 0], curve.Scores.ToArray());
        Assert.Equal([0, 1 / 9.0, 5 / 9.0, 7 / 9.0, 1], curve.At.ToArray());
        var segments = OneByOne with { Granularity = Granularity.Segments([7, 7, 7, 1, 1, 1, 5, 5, 5], "rows") };
        Assert.Equal([511, 63, 7, 0], Scores(new Deletion(segments), subject, [0, 0, 0, 1, 1, 1, 2, 2, 2]));
        Assert.Throws<UnmaskException>(() => new Deletion(OneByOne with { Granularity = Granularity.Segments([1], "one") }).Measure(subject, [new float[9]]));
    }

    [Theory]
    [InlineData("pieces:28", 50176, "0,1792,3584", 29)]
    [InlineData("pieces:28", 51529, "0,1841,3682", 29)]
    [InlineData("per-step:32", 1024, "0,32,64", 33)]
    [InlineData("per-step:5", 12, "0,5,10,12", 4)]
    [InlineData("steps:10", 1003, "0,100,200,300", 11)]
    [InlineData("steps:4@0.5", 80, "0,10,20,30,40", 5)]
    [InlineData("fractions:0,0.1,0.55", 20, "0,2,11", 3)]
    public void Schedules_count_as_they_say(string text, int parts, string start, int points)
    {
        var schedule = Schedule.Parse(text);
        var counts = schedule.CountsFor(parts);
        Assert.Equal(text, schedule.Name);
        Assert.Equal(points, counts.Length);
        Assert.StartsWith(start, string.Join(',', counts), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_inputs_of_several_maps_are_run_once()
    {
        using var model = Additive(Contributions, 0);
        var values = new Deletion(OneByOne).Measure(Ones(model), [Contributions, [1, 2, 3, 4]]);
        Assert.Equal([5, 3], values.Select(value => value.ForwardPasses));
    }

    private static IReadOnlyList<MetricValue> Measure(int batch, int threads, bool alone)
    {
        using var model = Model.Load(Demo.ModelFile(), new() { Throughput = new() { BatchSize = batch, Threads = threads } });
        var subject = MetricSubject.Of(model, model.Prepare(Demo.LoadPhoto()));
        float[][] maps = [LinearModels.Values(subject.MapLength, 11), LinearModels.Values(subject.MapLength, 12)];
        IMetric[] metrics = [new Deletion(), new Insertion()];
        return alone
            ? [.. metrics.SelectMany(metric => maps.SelectMany(map => metric.Measure(subject, [map])))]
            : PerturbationCurve.RunTogether(subject, [.. metrics.Cast<CurveMetric>().SelectMany(metric => maps.Select(map => (metric.Curve, map)))]);
    }

    private static Model Additive(float[] weights, float bias) => LinearModels.Load([weights], [bias], 1, 1, weights.Length);

    private static MetricSubject Ones(Model model, int? count = null, int? width = null)
    {
        int pixels = count ?? (int)model.Inputs[0].Shape![3].Size!.Value;
        return MetricSubject.Of(model, model.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, pixels).ToArray(), 1, 1, pixels / (width ?? pixels), width ?? pixels))[0]);
    }

    private static double Value(IMetric metric, MetricSubject subject, float[] map) => metric.Measure(subject, [map])[0].Value!.Value;

    private static double[] Scores(IMetric metric, MetricSubject subject, float[] map) => [.. metric.Measure(subject, [map])[0].Curve!.Scores];

    private static IEnumerable<float[]> Permutations(float[] rest) => rest.Length == 1
        ? [rest]
        : rest.SelectMany(first => Permutations([.. rest.Where(value => value != first)]).Select(tail => (float[])[first, .. tail]));
}

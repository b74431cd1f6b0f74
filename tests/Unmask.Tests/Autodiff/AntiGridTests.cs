using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>The anti-grid rule against its definition, window by window.</summary>
public sealed class AntiGridTests
{
    private static readonly RuleSet Rules = new Composite(new CompositeRow(NodeSelector.All, NodeRule.AntiGrid)).Over(RuleSet.Gradient);

    [Theory]
    [InlineData(9, 3, 2, 1, false)]
    [InlineData(8, 3, 2, 1, false)]
    [InlineData(8, 1, 2, 0, false)]
    [InlineData(9, 2, 3, 0, false)]
    [InlineData(10, 5, 4, 2, false)]
    [InlineData(9, 3, 2, 1, true)]
    public void A_convolution_repeats_its_multipliers_and_goes_back_with_stride_1(int side, int kernel, int stride, int pad, bool open)
    {
        var graph = Layer("Conv", side, open, ("kernel_shape", Pair(kernel)), ("strides", Pair(stride)), ("pads", Pads(pad, pad)));
        float[] w = graph.Constants["w"].AsSpan<float>().ToArray();
        Compare(graph, side, (dy, places) =>
        {
            float[] dx = new float[2 * side * side];
            int windows = side + (2 * pad) - kernel + 1;
            foreach (var (channel, q, r, k, l) in Windows(3, windows, kernel))
            {
                for (int from = 0; from < 2; from++)
                {
                    int y = q + k - pad, x = r + l - pad;
                    if (y >= 0 && y < side && x >= 0 && x < side)
                    {
                        dx[(((from * side) + y) * side) + x] += dy[(((channel * places) + (q / stride)) * places) + (r / stride)] * w[(((((channel * 2) + from) * kernel) + k) * kernel) + l];
                    }
                }
            }

            return dx;
        });
    }

    [Theory]
    [InlineData(9, 3, 2, 0, false)]
    [InlineData(8, 2, 2, 0, false)]
    [InlineData(8, 3, 2, 1, false)]
    [InlineData(8, 3, 2, 0, true)]
    [InlineData(10, 2, 4, 0, true)]
    public void A_maximum_repeats_its_multipliers_and_chooses_in_every_window(int side, int kernel, int stride, int pad, bool ceiling)
    {
        var graph = Layer("MaxPool", side, open: false, ("kernel_shape", Pair(kernel)), ("strides", Pair(stride)), ("pads", Pads(pad, pad)), ("ceil_mode", ceiling ? 1L : 0));
        float[] at = SmallNets.Values(5, 1, 2, side, side).AsSpan<float>().ToArray();
        Compare(graph, side, (dy, places) =>
        {
            float[] dx = new float[2 * side * side];
            int windows = Math.Max(side + (2 * pad) - kernel + 1, ceiling ? ((places - 1) * stride) + 1 : 0);
            for (int window = 0; window < 2 * windows * windows; window++)
            {
                int channel = window / (windows * windows), q = window / windows % windows, r = window % windows, best = -1;
                foreach (var (_, _, _, k, l) in Windows(1, 1, kernel))
                {
                    int y = q + k - pad, x = r + l - pad, place = (((channel * side) + y) * side) + x;
                    best = y >= 0 && y < side && x >= 0 && x < side && (best < 0 || at[place] > at[best]) ? place : best;
                }

                if (best >= 0 && q / stride < places && r / stride < places)
                {
                    dx[best] += dy[(((channel * places) + (q / stride)) * places) + (r / stride)];
                }
            }

            return dx;
        });
    }

    [Fact]
    public void No_grid_is_left_of_an_even_multiplier()
    {
        // 1 × 1 with stride 4: the derivative reaches one place of 16, the rule all that a window begins at.
        var graph = Layer("Conv", 9, open: false, ("kernel_shape", Pair(1)), ("strides", Pair(4)));
        var seed = TensorData.Adopt(Enumerable.Repeat(1f, 27).ToArray(), 1, 3, 3, 3);
        Assert.Equal(2 * 9, Multipliers(graph, RuleSet.Gradient, seed, 9).Count(value => value != 0));
        float[] even = Multipliers(graph, Rules, seed, 9);
        Assert.Equal([1, 1], even.Chunk(81).Select(channel => channel.Distinct().Count()));
        Assert.DoesNotContain(0, even);
    }

    [Fact]
    public void Layers_without_a_stride_are_left_to_the_derivative()
    {
        var graph = Layer("Conv", 7, open: false, ("kernel_shape", Pair(3)), ("strides", Pair(1)));
        var program = Gradient.Build(graph, "y", ["x"], new() { Rules = Rules });
        Assert.Equal(["gradient"], program.Coverage.Select(node => node.Rule).Distinct());
    }

    [Fact]
    public void It_is_written_as_a_row_and_named_as_a_composite()
    {
        Assert.Equal("Conv:anti-grid;MaxPool:anti-grid", Composite.Parse("Conv:anti-grid;MaxPool:anti-grid").Text);
        var program = Gradient.Build(SmallNets.ConvNet("Relu"), "y", ["x"], new() { Rules = RuleSet.Parse("visual-feedback") });
        Assert.Equal([("guided", 3), ("anti-grid", 2)], program.Coverage.GroupBy(node => node.Rule).Where(rule => rule.Key != "gradient").Select(rule => (rule.Key, rule.Count())).OrderByDescending(rule => rule.Item2));
    }

    private static void Compare(Graph graph, int side, Func<float[], int, float[]> expected)
    {
        int places = (int)ShapeInference.Run(graph with { Inputs = [graph.Inputs[0] with { Type = new Unmask.Graphs.ValueType.Tensor(ElementType.Float32, Shape.Of(1, 2, side, side)) }] }).ShapeOf("y")![2].Size!;
        long channels = graph.Constants.ContainsKey("w") ? 3 : 2;
        var seed = SmallNets.Values(6, 1, channels, places, places);
        Near.Equal(expected(seed.AsSpan<float>().ToArray(), places), Multipliers(graph, Rules, seed, side), 1e-5, "anti-grid");
    }

    private static float[] Multipliers(Graph graph, RuleSet rules, TensorData seed, int side) => Derivative.Run(
        Gradient.Build(graph, "y", ["x"], new() { Rules = rules }), new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(5, 1, 2, side, side) }, seed)[1].AsSpan<float>().ToArray();

    private static IEnumerable<(int Channel, int Q, int R, int K, int L)> Windows(int channels, int windows, int kernel) =>
        from channel in Enumerable.Range(0, channels)
        from q in Enumerable.Range(0, windows)
        from r in Enumerable.Range(0, windows)
        from k in Enumerable.Range(0, kernel)
        from l in Enumerable.Range(0, kernel)
        select (channel, q, r, k, l);

    /// <summary>x [1, 2, side, side] to y; its height and width are not known where it is open.</summary>
    private static Graph Layer(string op, int side, bool open, params (string, NodeAttribute)[] attributes)
    {
        var builder = new GraphBuilder("layer");
        long kernel = ((NodeAttribute.Ints)attributes[0].Item2).Values[0];
        string x = builder.Input("x", ElementType.Float32, open ? new Shape(1, 2, Dimension.Named("H"), Dimension.Named("W")) : Shape.Of(1, 2, side, side));
        string[] inputs = op == "Conv" ? [x, SmallNets.Weights(builder, "w", 1, 3, 2, kernel, kernel)] : [x];
        builder.OutputAs(builder.Add(op, inputs, "layer", attributes), "y", ElementType.Float32, null);
        return builder.Build();
    }

    private static long[] Pair(long value) => [value, value];

    private static long[] Pads(long begin, long end) => [begin, begin, end, end];
}

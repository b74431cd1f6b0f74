using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Infills;

/// <summary>ONNX models as in-fills.</summary>
public sealed class InpainterInfillTests
{
    [Theory]
    [InlineData("unit", 0.5f)]
    [InlineData("raw", 127.5f)]
    [InlineData("tf", 0f)]
    public void A_grey_painter_is_the_infill_grey_bit_for_bit(string range, float grey)
    {
        var infill = InpainterInfill.Of(Constant(grey), new() { Range = Preprocessing.Named(range) });
        var input = Pictures.Random(3, 12, 12, 1, Preprocessing.ImageNet);
        Assert.Equal(Infill.Grey.For(input), infill.Fill(input, Pictures.RandomMask(12, 12, 0.5, 1), 0, 0));
    }

    [Fact]
    public void It_sees_the_kept_pixels_in_its_own_space_and_a_mask_of_holes()
    {
        // Returns image + mask ÷ 4: what was kept unchanged, what was hidden 0 + ¼.
        var infill = InpainterInfill.Of(Two(graph => graph.Add("Add", ["picture", graph.Add("Mul", ["mask", graph.Constant(0.25f)])])));
        var input = Pictures.Of(3, 6, 6, (channel, y, x) => ((channel + y + x) / 20.0) - 0.4, Preprocessing.TensorFlow);
        float[] keep = Pictures.Mask(6, 6, (y, x) => y > 2 && x > 3), filled = infill.Fill(input, keep, 0, 0);
        Assert.All(Enumerable.Range(0, filled.Length), i => Assert.Equal(keep[i % 36] == 1 ? input.Values[i] : (0.25 * 2) - 1, filled[i], 5));
    }

    [Fact]
    public void Four_channels_and_a_mask_of_what_is_kept_are_understood_and_so_is_blue_first()
    {
        // Plane 0 of the answer is plane 0 of the question (red); the others are the mask.
        var builder = new GraphBuilder("four");
        var both = new Shape(Dimension.Named("N"), 4, 5, 5);
        string x = builder.Input("both", ElementType.Float32, both);
        string red = builder.Add("Slice", [x, builder.Constant([0L]), builder.Constant([1L]), builder.Constant([1L])]);
        string mask = builder.Add("Slice", [x, builder.Constant([3L]), builder.Constant([4L]), builder.Constant([1L])]);
        builder.OutputAs(builder.Add("Concat", [red, mask, mask], null, ("axis", 1L)), "painted", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 5, 5));
        var infill = InpainterInfill.Of(builder.Build(), new() { MaskIsKept = true });
        var input = Pictures.Of(3, 5, 5, (channel, _, x) => 0.1 * (channel + 1), Preprocessing.Unit with { ChannelOrder = ChannelOrder.Bgr });
        float[] keep = Pictures.Mask(5, 5, (y, x) => x == 0), filled = infill.Fill(input, keep, 0, 0);
        for (int place = 0; place < 25; place++)
        {
            // The model's blue (its first channel) was the painter's third plane: the mask. Its red, 0.3, stays where it is kept.
            Assert.Equal(keep[place], filled[place]);
            Assert.Equal(keep[place] == 1 ? 0.3f : 0, filled[50 + place], 5);
        }
    }

    [Fact]
    public void A_painter_of_another_size_sees_means_of_kept_pixels()
    {
        var infill = InpainterInfill.Of(Two(graph => graph.Add("Identity", ["picture"]), size: 4));
        // Columns of 0.2 and 0.6 in turn; those of 0.6 are hidden in the upper half.
        var input = Pictures.Of(3, 8, 8, (_, _, x) => x % 2 == 0 ? 0.2 : 0.6);
        float[] filled = infill.Fill(input, Pictures.Mask(8, 8, (y, x) => y < 4 && x % 2 == 1), 0, 0);
        Assert.Equal(0.2, filled[0], 5);
        Assert.Equal(0.4, filled[^1], 5);
    }

    [Fact]
    public void A_distribution_is_drawn_from_its_means_and_variances()
    {
        var infill = InpainterInfill.Of(Gaussian(0.5f, MathF.Log(0.01f)));
        var input = Pictures.Random(3, 16, 16, 1);
        float[] keep = new float[256];
        Assert.True(infill.IsStochastic);
        double[] drawn = [.. Enumerable.Range(0, 40).SelectMany(draw => infill.Fill(input, keep, 3, draw)).Select(value => value - 0.5)];
        Assert.InRange(drawn.Average(), -0.003, 0.003);
        Assert.InRange(Math.Sqrt(drawn.Average(value => value * value)), 0.0985, 0.1015);
        Assert.Equal(infill.Fill(input, keep, 3, 1), infill.Fill(input, keep, 3, 1));
        Assert.NotEqual(infill.Fill(input, keep, 3, 1), infill.Fill(input, keep, 3, 2));
        var means = InpainterInfill.Of(Gaussian(0.5f, 0), new() { Draws = false });
        Assert.False(means.IsStochastic);
        Assert.All(means.Fill(input, keep, 3, 1), value => Assert.Equal(0.5f, value));
    }

    [Fact]
    public void What_is_hidden_never_enters_it()
    {
        var infill = InpainterInfill.Of(Two(graph => graph.Add("Identity", ["picture"])));
        var input = Pictures.Random(3, 6, 6, 2);
        float[] filled = infill.Fill(input, new float[36], 0, 0);
        Assert.All(filled, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_file_is_named_with_its_settings_and_what_is_none_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("grey.onnx");
        File.WriteAllBytes(path, OnnxWriter.ToBytes(Constant(127.5f)));
        var infill = Infill.Parse($"onnx:{path},range=unit,output=raw");
        Assert.Equal($"onnx:{path},range=unit,output=raw", infill.Name);
        var input = Pictures.Random(3, 12, 12, 1);
        Assert.Equal(Infill.Grey.For(input), infill.Fill(input, new float[144], 0, 0));
        string other = folder.File("other.onnx");
        File.WriteAllBytes(other, OnnxWriter.ToBytes(TinyModels.Doubled()));
        Assert.Contains("no in-painter", Assert.Throws<UnmaskException>(() => Infill.Parse($"onnx:{other}")).Message, StringComparison.Ordinal);
        Assert.Contains("It has: range", Assert.Throws<UnmaskException>(() => Infill.Parse($"onnx:{path},rnge=unit")).Message, StringComparison.Ordinal);
        Assert.Contains("three channels", Assert.Throws<UnmaskException>(() => infill.Fill(Pictures.Random(1, 12, 12, 1), new float[144], 0, 0)).Message, StringComparison.Ordinal);
    }

    /// <summary>A painter of two inputs.</summary>
    internal static Graph Two(Func<GraphBuilder, string> answer, long? size = null)
    {
        var builder = new GraphBuilder("painter");
        Dimension height = size is { } rows ? rows : Dimension.Named("H"), width = size is { } columns ? columns : Dimension.Named("W");
        builder.Input("picture", ElementType.Float32, new Shape(Dimension.Named("N"), 3, height, width));
        builder.Input("mask", ElementType.Float32, new Shape(Dimension.Named("N"), 1, height, width));
        builder.OutputAs(answer(builder), "painted", ElementType.Float32, new Shape(Dimension.Named("N"), 3, height, width));
        return builder.Build();
    }

    /// <summary>Paints one level, whatever it is shown.</summary>
    internal static Graph Constant(float level) => Two(graph =>
    {
        string nothing = graph.Add("Mul", ["picture", graph.Constant(0f)]);
        string none = graph.Add("Mul", ["mask", graph.Constant(0f)]);
        return graph.Add("Add", [graph.Add("Add", [nothing, none]), graph.Constant(level)]);
    });

    private static Graph Gaussian(float mean, float logVariance)
    {
        var builder = new GraphBuilder("gaussian");
        string x = builder.Input("both", ElementType.Float32, new Shape(Dimension.Named("N"), 4, 16, 16));
        string three = builder.Add("Slice", [builder.Add("Mul", [x, builder.Constant(0f)]), builder.Constant([0L]), builder.Constant([3L]), builder.Constant([1L])]);
        string means = builder.Add("Add", [three, builder.Constant(mean)]), spreads = builder.Add("Add", [three, builder.Constant(logVariance)]);
        builder.OutputAs(builder.Add("Concat", [means, spreads], null, ("axis", 1L)), "painted", ElementType.Float32, new Shape(Dimension.Named("N"), 6, 16, 16));
        return InpainterCard.WriteTo(builder.Build(), Preprocessing.Unit);
    }
}

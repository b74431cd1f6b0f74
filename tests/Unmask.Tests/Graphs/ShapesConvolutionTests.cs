using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class ShapesConvolutionTests
{
    [Theory]
    [InlineData(7, 2, 3, 3, 1, "[N, 64, 112, 112]")]
    [InlineData(3, 1, 1, 1, 1, "[N, 64, 224, 224]")]
    [InlineData(3, 1, 0, 0, 1, "[N, 64, 222, 222]")]
    [InlineData(1, 2, 0, 0, 1, "[N, 64, 112, 112]")]
    [InlineData(3, 1, 2, 2, 2, "[N, 64, 224, 224]")]
    [InlineData(3, 2, 0, 1, 1, "[N, 64, 112, 112]")]
    [InlineData(5, 3, 1, 2, 2, "[N, 64, 73, 73]")]
    public void A_convolution_has_as_many_places_as_its_window_takes(int kernel, int stride, int begin, int end, int dilation, string expected)
    {
        string y = ShapesOf.Outputs(
            "Conv", ["N,3,224,224", $"64,3,{kernel},{kernel}", "64"], 1,
            ("strides", new long[] { stride, stride }), ("pads", new long[] { begin, begin, end, end }), ("dilations", new long[] { dilation, dilation }));
        Assert.Equal("Float32" + expected, y);
    }

    [Theory]
    [InlineData("SAME_UPPER", "[N, 8, 4, 8]")]
    [InlineData("SAME_LOWER", "[N, 8, 4, 8]")]
    [InlineData("VALID", "[N, 8, 3, 6]")]
    public void Automatic_padding_is_resolved(string padding, string expected) =>
        Assert.Equal("Float32" + expected, ShapesOf.Outputs("Conv", ["N,4,7,15", "8,2,3,5"], 1, ("auto_pad", padding), ("group", 2), ("strides", new long[] { 2, 2 })));

    [Fact]
    public void Symbolic_space_becomes_an_expression_that_two_paths_share()
    {
        var builder = new GraphBuilder("residual");
        string x = builder.Input("x", ElementType.Float32, ShapesOf.Parse("N,16,H,W"));
        string w3 = builder.Input("w3", ElementType.Float32, Shape.Of(16, 16, 3, 3));
        string w1 = builder.Input("w1", ElementType.Float32, Shape.Of(16, 16, 1, 1));
        string left = builder.Add("Conv", [x, w3], "left", ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        string right = builder.Add("Conv", [x, w1], "right", ("strides", new long[] { 2, 2 }));
        string sum = builder.Add("Add", [left, right], "sum");
        string pooled = builder.Add("MaxPool", [sum], "pool", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        builder.Output(pooled, ElementType.Float32, null);
        var graph = ShapeInference.Run(builder.Build());
        Assert.Equal("[N, 16, floor((H + 1)/2), floor((W + 1)/2)]", graph.ShapeOf(sum)?.ToString());
        Assert.Equal("[N, 16, floor((H + 1)/4), floor((W + 1)/4)]", graph.Outputs[0].Shape?.ToString());
    }

    [Theory]
    [InlineData(3, 2, 1, 1, 1, "[N, 6, 14]")]
    [InlineData(3, 2, 1, 0, 1, "[N, 6, 13]")]
    [InlineData(4, 2, 1, 0, 1, "[N, 6, 14]")]
    [InlineData(3, 1, 0, 0, 2, "[N, 6, 11]")]
    public void A_transposed_convolution_undoes_the_size(int kernel, int stride, int pad, int extra, int dilation, string expected) => Assert.Equal(
        "Float32" + expected,
        ShapesOf.Outputs(
            "ConvTranspose", ["N,4,7", $"4,3,{kernel}", "6"], 1, ("strides", new long[] { stride }), ("pads", new long[] { pad, pad }),
            ("output_padding", new long[] { extra }), ("dilations", new long[] { dilation }), ("group", 2)));

    [Theory]
    [InlineData("SAME_UPPER", 3, "[N, 3, 14]")]
    [InlineData("SAME_LOWER", 3, "[N, 3, 14]")]
    [InlineData("SAME_UPPER", 1, "[N, 3, 13]")]
    [InlineData("VALID", 3, "[N, 3, 15]")]
    public void A_transposed_convolution_resolves_automatic_padding(string padding, int kernel, string expected) => Assert.Equal(
        "Float32" + expected, ShapesOf.Outputs("ConvTranspose", ["N,4,7", $"4,3,{kernel}"], 1, ("strides", new long[] { 2 }), ("auto_pad", padding)));

    [Fact]
    public void A_transposed_convolution_obeys_a_stated_output_shape() => Assert.Equal(
        "Float32[N, 3, 10, 8]", ShapesOf.Outputs("ConvTranspose", ["N,4,5,4", "4,3,3,3"], 1, ("strides", new long[] { 2, 2 }), ("output_shape", new long[] { 10, 8 })));

    [Fact]
    public void Weights_alone_give_rank_and_channels() =>
        Assert.Equal("Float32[?, 8, ?, ?]", ShapesOf.Outputs("Conv", ["…", "8,3,3,3"]));

    [Theory]
    [InlineData("N,4,8,8", "8,3,3,3", "4 channels")]
    [InlineData("N,3,2,2", "8,3,3,3", "does not fit")]
    [InlineData("N,3,8", "8,3,3,3", "4 axes, not 3")]
    public void A_contradiction_names_node_operator_and_shapes(string x, string w, string reason)
    {
        var error = Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("Conv", [x, w]));
        Assert.Contains("\"the_node\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("Conv", error.Message, StringComparison.Ordinal);
        Assert.Contains(ShapesOf.Parse(x)!.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(ShapesOf.Parse(w)!.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integer_convolutions_give_their_own_types()
    {
        Assert.Equal("Int32[N, 8, 6, 6]", ShapesOf.Outputs("ConvInteger", ["UInt8:N,3,8,8", "Int8:8,3,3,3"]));
        Assert.Equal("Int8[N, 8, 6, 6]", ShapesOf.Outputs("QLinearConv", ["UInt8:N,3,8,8", "", "UInt8:", "Int8:8,3,3,3", "", "Int8:", "", "Int8:", "Int32:8"]));
    }
}

namespace Unmask.Tests.Graphs;

public sealed class ShapesPoolingTests
{
    [Theory]
    [InlineData("MaxPool", 2, 2, 0, false, "N,8,7", "[N, 8, 3]")]
    [InlineData("MaxPool", 2, 2, 0, true, "N,8,7", "[N, 8, 4]")]
    [InlineData("MaxPool", 3, 2, 0, true, "N,8,112", "[N, 8, 56]")]
    [InlineData("MaxPool", 2, 2, 0, true, "N,8,L", "[N, 8, floor((L + 1)/2)]")]
    [InlineData("MaxPool", 1, 3, 0, true, "N,8,8", "[N, 8, 3]")]
    [InlineData("AveragePool", 1, 2, 1, true, "N,8,6", "[N, 8, 4]")]
    [InlineData("AveragePool", 3, 1, 1, false, "N,8,L", "[N, 8, L]")]
    [InlineData("MaxPool", 3, 2, 0, true, "N,8,2", "[N, 8, 1]")]
    [InlineData("MaxPool", 3, 2, 0, false, "N,8,2", "[N, 8, ?]")]
    [InlineData("LpPool", 3, 2, 1, false, "N,8,9", "[N, 8, 5]")]
    public void Poolings_count_their_windows(string operation, int kernel, int stride, int pad, bool ceiling, string x, string expected) => Assert.Equal(
        "Float32" + expected,
        ShapesOf.Outputs(
            operation, [x], 1, ("kernel_shape", new long[] { kernel }), ("strides", new long[] { stride }), ("pads", new long[] { pad, pad }), ("ceil_mode", ceiling ? 1 : 0)));

    [Fact]
    public void Max_pooling_gives_indices_of_the_same_shape() => Assert.Equal(
        "Float32[1, 1, 2]; Int64[1, 1, 2]",
        ShapesOf.Outputs("MaxPool", ["1,1,3"], 2, ("kernel_shape", new long[] { 2 }), ("strides", new long[] { 3 }), ("pads", new long[] { 1, 1 }), ("ceil_mode", 1)));

    [Fact]
    public void Nothing_is_claimed_of_a_dilated_pooling_that_pads_by_itself() => Assert.Equal(
        "Float32[N, 8, ?]", ShapesOf.Outputs("MaxPool", ["N,8,7"], 1, ("kernel_shape", new long[] { 2 }), ("dilations", new long[] { 2 }), ("auto_pad", "SAME_UPPER")));

    [Fact]
    public void Global_poolings_leave_one_place()
    {
        Assert.Equal("Float32[N, 512, 1, 1]", ShapesOf.Outputs("GlobalAveragePool", ["N,512,H,W"]));
        Assert.Equal("Float32[N, 512, 1]", ShapesOf.Outputs("GlobalMaxPool", ["N,512,7"]));
    }

    [Fact]
    public void Region_poolings_have_one_item_a_region()
    {
        Assert.Equal("Float32[R, 256, 7, 7]", ShapesOf.Outputs("RoiAlign", ["N,256,50,50", "R,4", "Int64:R"], 1, ("output_height", 7), ("output_width", 7)));
        Assert.Equal("Float32[R, 256, 6, 5]", ShapesOf.Outputs("MaxRoiPool", ["N,256,50,50", "R,5"], 1, ("pooled_shape", new long[] { 6, 5 })));
    }
}

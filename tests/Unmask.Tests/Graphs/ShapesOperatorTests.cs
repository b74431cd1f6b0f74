using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

/// <summary>One row a case: an operator, its inputs and attributes, and the outputs' types that its definition demands.</summary>
public sealed class ShapesOperatorTests
{
    [Theory]
    [InlineData("Add", "N,8,1,5", "4,5", "Float32[N, 8, 4, 5]")]
    [InlineData("Mul", "N,8", "N,8", "Float32[N, 8]")]
    [InlineData("Sub", "N,8", "M,8", "Float32[?, 8]")]
    [InlineData("Div", "N,8", "5,8", "Float32[5, 8]")]
    [InlineData("Pow", "N,8", "Int64:", "Float32[N, 8]")]
    [InlineData("Add", "?,8", "1,8", "Float32[?, 8]")]
    [InlineData("Add", "…", "1,8", "Float32[…]")]
    [InlineData("Greater", "N,1", "1,7", "Bool[N, 7]")]
    [InlineData("Equal", "Int64:3", "Int64:", "Bool[3]")]
    [InlineData("PRelu", "N,8,4,4", "8,1,1", "Float32[N, 8, 4, 4]")]
    [InlineData("MatMul", "N,7,32", "32,10", "Float32[N, 7, 10]")]
    [InlineData("MatMul", "N,1,7,32", "3,32,10", "Float32[N, 3, 7, 10]")]
    [InlineData("MatMul", "32", "N,32,10", "Float32[N, 10]")]
    [InlineData("MatMul", "N,7,32", "32", "Float32[N, 7]")]
    [InlineData("MatMul", "32", "32", "Float32[]")]
    [InlineData("MatMulInteger", "UInt8:N,32", "Int8:32,10", "Int32[N, 10]")]
    [InlineData("Gather", "N,7,32", "Int64:", "Float32[7, 32]")]
    [InlineData("Gather", "1000,64", "Int64:N,L", "Float32[N, L, 64]")]
    [InlineData("GatherElements", "5,7", "Int64:3,7", "Float32[3, 7]")]
    [InlineData("GatherND", "5,7,9", "Int64:N,2", "Float32[N, 9]")]
    [InlineData("GridSample", "N,3,24,24", "N,10,12,2", "Float32[N, 3, 10, 12]")]
    [InlineData("CastLike", "N,3", "Float16:", "Float16[N, 3]")]
    [InlineData("Identity", "N,3", "", "Float32[N, 3]")]
    public void Operators_of_two_tensors(string operation, string a, string b, string expected) =>
        Assert.Equal(expected, ShapesOf.Outputs(operation, operation == "Identity" ? [a] : [a, b]));

    [Theory]
    [InlineData("Add", "3,8", "3,7")]
    [InlineData("MatMul", "N,7,32", "31,10")]
    [InlineData("Gemm", "N,32", "31,10")]
    [InlineData("GatherElements", "5,7", "Int64:3")]
    [InlineData("Concat", "N,3", "N,3,1")]
    [InlineData("GridSample", "N,3,24,24", "N,10,12,3")]
    public void Tensors_that_do_not_fit_are_an_error_that_names_the_node(string operation, string a, string b)
    {
        var error = Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs(operation, [a, b], 1, ("axis", 1)));
        Assert.Contains("the_node", error.Message, StringComparison.Ordinal);
        Assert.Contains(ShapesOf.Parse(a)!.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(ShapesOf.Parse(b)!.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gemm_transposes_its_operands()
    {
        Assert.Equal("Float32[N, 10]", ShapesOf.Outputs("Gemm", ["N,32", "10,32", "10"], 1, ("transB", 1)));
        Assert.Equal("Float32[7, 10]", ShapesOf.Outputs("Gemm", ["32,7", "32,10"], 1, ("transA", 1)));
    }

    [Theory]
    [InlineData("bij,bjk->bik", "B,2,3", "B,3,5", "[B, 2, 5]")]
    [InlineData("...ij,...jk->...ik", "N,4,2,3", "4,3,5", "[N, 4, 2, 5]")]
    [InlineData("bhid, bhjd -> bhij", "N,8,I,64", "N,8,J,64", "[N, 8, I, J]")]
    [InlineData("ij,jk", "I,7", "7,K", "[I, K]")]
    [InlineData("i,j->", "3", "4", "[]")]
    public void Einsum_reads_its_equation(string equation, string a, string b, string expected) =>
        Assert.Equal("Float32" + expected, ShapesOf.Outputs("Einsum", [a, b], 1, ("equation", equation)));

    [Fact]
    public void Reductions_drop_or_keep_axes()
    {
        Assert.Equal("Float32[N, 8, 1, 1]", ShapesOf.Outputs("ReduceMean", ["N,8,H,W", TensorData.Vector<long>(2, -1)]));
        Assert.Equal("Float32[N, 8]", ShapesOf.Outputs("ReduceMean", ["N,8,H,W"], 1, ("axes", new long[] { -1, -2 }), ("keepdims", 0)));
        Assert.Equal("Float32[]", ShapesOf.Outputs("ReduceSum", ["N,8"], 1, ("keepdims", 0)));
        Assert.Equal("Float32[1, 1]", ShapesOf.Outputs("ReduceL2", ["N,8"]));
        Assert.Equal("Float32[N, 8]", ShapesOf.Outputs("ReduceSum", ["N,8", TensorData.Vector<long>()], 1, ("noop_with_empty_axes", 1)));
        Assert.Equal("Float32[?, ?]", ShapesOf.Outputs("ReduceSum", ["N,8", "Int64:1"]));
        Assert.Equal("Int64[N]", ShapesOf.Outputs("ArgMax", ["N,1000"], 1, ("axis", 1), ("keepdims", 0)));
    }

    [Fact]
    public void Reshaping_keeps_the_number_of_elements()
    {
        Assert.Equal("Float32[N, 512]", Reshaped("N,8,8,8", 0, -1));
        Assert.Equal("Float32[N, 512]", Reshaped("N,8,8,8", -1, 512));
        Assert.Equal("Float32[?, 16]", Reshaped("?,4,4", 0, -1));
        Assert.Equal("Float32[1, 512*N]", Reshaped("N,512,1,1", 1, -1));
        Assert.Equal("Float32[2, 3, 4]", Reshaped("24", 2, -1, 4));
        Assert.Equal("Float32[?, ?]", ShapesOf.Outputs("Reshape", ["24", "Int64:2"]));
        Assert.Throws<ShapeInferenceException>(() => Reshaped("24", 5, -1));
        Assert.Throws<ShapeInferenceException>(() => Reshaped("24", 5, 5));
        Assert.Equal("Float32[0, 3]", ShapesOf.Outputs("Reshape", ["0,3", TensorData.Vector<long>(0, 3)], 1, ("allowzero", 1)));
        Assert.Equal("Float32[N, 512]", ShapesOf.Outputs("Flatten", ["N,8,8,8"]));
        Assert.Equal("Float32[1, 512*N]", ShapesOf.Outputs("Flatten", ["N,8,8,8"], 1, ("axis", 0)));
        Assert.Equal("Float32[8*N, 64]", ShapesOf.Outputs("Flatten", ["N,8,8,8"], 1, ("axis", -2)));
    }

    [Fact]
    public void Axes_are_added_removed_and_exchanged()
    {
        Assert.Equal("Float32[N, 8]", ShapesOf.Outputs("Squeeze", ["N,8,1,1", TensorData.Vector<long>(-1, 2)]));
        Assert.Equal("Float32[N, 8, 1]", ShapesOf.Outputs("Squeeze", ["N,8,1,1"], 1, ("axes", new long[] { 2 })));
        Assert.Equal("Float32[8]", ShapesOf.Outputs("Squeeze", ["1,8,1"]));
        Assert.Equal("Float32[…]", ShapesOf.Outputs("Squeeze", ["N,8,1"]));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("Squeeze", ["N,8"], 1, ("axes", new long[] { 1 })));
        Assert.Equal("Float32[1, N, 8, 1]", ShapesOf.Outputs("Unsqueeze", ["N,8", TensorData.Vector<long>(0, -1)]));
        Assert.Equal("Float32[N, 1, 8]", ShapesOf.Outputs("Unsqueeze", ["N,8"], 1, ("axes", new long[] { 1 })));
        Assert.Equal("Float32[N, W, H, 3]", ShapesOf.Outputs("Transpose", ["N,3,H,W"], 1, ("perm", new long[] { 0, 3, 2, 1 })));
        Assert.Equal("Float32[3, N]", ShapesOf.Outputs("Transpose", ["N,3"]));
        Assert.Equal("Float32[N, 2, 8, 12]", ShapesOf.Outputs("DepthToSpace", ["N,8,4,6"], 1, ("blocksize", 2)));
        Assert.Equal("Float32[N, 32, 2, 3]", ShapesOf.Outputs("SpaceToDepth", ["N,8,4,6"], 1, ("blocksize", 2)));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("SpaceToDepth", ["N,8,5,6"], 1, ("blocksize", 2)));
    }

    [Fact]
    public void Joining_adds_sizes_and_splitting_parts_them()
    {
        Assert.Equal("Float32[N, 12, 4]", ShapesOf.Outputs("Concat", ["N,8,4", "N,4,?"], 1, ("axis", 1)));
        Assert.Equal("Float32[N, L + 1, 64]", ShapesOf.Outputs("Concat", ["N,1,64", "N,L,64"], 1, ("axis", -2)));
        Assert.Equal("Float32[N, 2]; Float32[N, 6]", ShapesOf.Outputs("Split", ["N,8", TensorData.Vector<long>(2, 6)], 2, ("axis", 1)));
        Assert.Equal("Float32[N, 4]; Float32[N, 4]", ShapesOf.Outputs("Split", ["N,8"], 2, ("axis", 1)));
        Assert.Equal("Float32[3]; Float32[3]; Float32[1]", ShapesOf.Outputs("Split", ["7"], 3, ("num_outputs", 3)));
        Assert.Equal("Float32[1]; Float32[6]", ShapesOf.Outputs("Split", ["7"], 2, ("split", new long[] { 1, 6 })));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("Split", ["7"], 2, ("split", new long[] { 1, 5 })));
        Assert.Equal("Float32[2*N, 24]", ShapesOf.Outputs("Tile", ["N,8", TensorData.Vector<long>(2, 3)]));
        Assert.Equal("Float32[?, 8, ?]", ShapesOf.Outputs("Expand", ["8,1", "Int64:3"]));
        Assert.Equal("Float32[5, 8, 7]", ShapesOf.Outputs("Expand", ["8,1", TensorData.Vector<long>(5, 1, 7)]));
    }

    [Fact]
    public void Padding_and_cropping_change_sizes()
    {
        Assert.Equal("Float32[N, H + 3, 6]", ShapesOf.Outputs("Pad", ["N,H,8", TensorData.Vector<long>(0, 1, -1, 0, 2, -1)]));
        Assert.Equal("Float32[N, 10]", ShapesOf.Outputs("Pad", ["N,8", TensorData.Vector<long>(1, 1), null, TensorData.Vector<long>(-1)]));
        Assert.Equal("Float32[N, 11]", ShapesOf.Outputs("Pad", ["N,8"], 1, ("pads", new long[] { 0, 1, 0, 2 })));
        Assert.Equal("Float32[?, ?]", ShapesOf.Outputs("Pad", ["N,8", "Int64:4"]));
        Assert.Equal("Float32[N, 3, 10]", ShapesOf.Outputs("CenterCropPad", ["N,3,H", TensorData.Vector<long>(10)], 1, ("axes", new long[] { 2 })));
    }

    [Theory]
    [InlineData("N,10", 1, 2, 8, 1, "[N, 6]")]
    [InlineData("N,10", 1, 2, 8, 4, "[N, 2]")]
    [InlineData("N,10", 1, -3, long.MaxValue, 1, "[N, 3]")]
    [InlineData("N,10", 1, 0, -1, 1, "[N, 9]")]
    [InlineData("N,10", 1, -1, long.MinValue, -1, "[N, 10]")]
    [InlineData("N,10", 1, 8, 2, -2, "[N, 3]")]
    [InlineData("N,10", 1, 5, 2, 1, "[N, 0]")]
    [InlineData("N,10", 1, 100, 200, 1, "[N, 0]")]
    [InlineData("N,10", 1, 100, -100, -1, "[N, 10]")]
    [InlineData("N,L", 1, 0, long.MaxValue, 1, "[N, L]")]
    [InlineData("N,L", 1, -1, -long.MaxValue, -1, "[N, L]")]
    [InlineData("N,?", 1, 0, long.MaxValue, 1, "[N, ?]")]
    [InlineData("N,L", 1, 1, long.MaxValue, 1, "[N, L - 1]")]
    [InlineData("N,L", 1, 0, -1, 1, "[N, L - 1]")]
    [InlineData("N,L", 1, 0, 1, 1, "[N, 1]")]
    [InlineData("N,L", 1, -1, long.MaxValue, 1, "[N, 1]")]
    [InlineData("N,L", 1, 0, 5, 1, "[N, ?]")]
    [InlineData("N,L", 1, 5, long.MaxValue, 1, "[N, ?]")]
    [InlineData("N,L", 1, 0, long.MaxValue, 2, "[N, floor((L + 1)/2)]")]
    public void Slices_are_clamped_like_those_of_numpy(string x, long axis, long start, long end, long step, string expected)
    {
        Assert.Equal("Float32" + expected, ShapesOf.Outputs(
            "Slice", [x, TensorData.Vector(start), TensorData.Vector(end), TensorData.Vector(axis), TensorData.Vector(step)]));
        if (step == 1)
        {
            Assert.Equal("Float32" + expected, ShapesOf.Outputs(
                "Slice", [x], 1, ("starts", new[] { start }), ("ends", new[] { end }), ("axes", new[] { axis })));
        }
    }

    [Fact]
    public void Sorting_and_picking_state_their_indices()
    {
        Assert.Equal("Float32[N, 5]; Int64[N, 5]", ShapesOf.Outputs("TopK", ["N,1000", TensorData.Vector<long>(5)], 2));
        Assert.Equal("Float32[3, 8]; Int64[3, 8]", ShapesOf.Outputs("TopK", ["N,8"], 2, ("k", 3), ("axis", 0)));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("TopK", ["N,4", TensorData.Vector<long>(5)], 2));
        Assert.Equal("Int64[3, ?]", ShapesOf.Outputs("NonZero", ["N,8,8"]));
        Assert.Equal("Int64[1, 2]", ShapesOf.Outputs("NonZero", [TensorData.Vector<long>(4, 0, 3)]));
        Assert.Equal("Float32[N, 10, 7]", ShapesOf.Outputs("OneHot", ["Int64:N,7", TensorData.Scalar(10L), "2"], 1, ("axis", 1)));
        Assert.Equal("Int64[?, 3]", ShapesOf.Outputs("NonMaxSuppression", ["N,1815,4", "N,80,1815"]));
        Assert.Equal("Float32[5, 7]", ShapesOf.Outputs("ScatterElements", ["5,7", "Int64:2,7", "2,7"]));
        Assert.Equal("Float32[?, 7]", ShapesOf.Outputs("Compress", ["5,7", "Bool:5"], 1, ("axis", 0)));
        Assert.Equal("Float32[?]; Int64[?]; Int64[?]; Int64[?]", ShapesOf.Outputs("Unique", ["5,7"], 4));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("Gather", ["5,7", TensorData.Scalar(5L)]));
    }

    [Fact]
    public void Resizing_takes_scales_or_sizes()
    {
        TensorData scales = TensorData.Vector(1f, 1f, 2f, 0.5f);
        Assert.Equal("Float32[N, 3, 2*H, floor(W/2)]", ShapesOf.Outputs("Resize", ["N,3,H,W", null, scales]));
        Assert.Equal("Float32[N, 3, 14, 3]", ShapesOf.Outputs("Resize", ["N,3,7,7", scales]));
        Assert.Equal("Float32[N, 3, 7, 4]", ShapesOf.Outputs("Resize", ["N,3,10,10", null, TensorData.Vector(0.7f, 0.45f)], 1, ("axes", new long[] { 2, 3 })));
        Assert.Equal("Float32[N, 3, 30, 40]", ShapesOf.Outputs("Resize", ["N,3,H,W", null, null, TensorData.Vector<long>(30, 40)], 1, ("axes", new long[] { 2, 3 })));
        Assert.Equal(
            "Float32[1, 3, 50, 100]",
            ShapesOf.Outputs(
                "Resize", ["1,3,30,60", null, null, TensorData.Vector<long>(100, 100)], 1, ("axes", new long[] { 2, 3 }), ("keep_aspect_ratio_policy", "not_larger")));
        Assert.Equal("Float32[N, 3, 14, 14]", ShapesOf.Outputs("Upsample", ["N,3,7,7"], 1, ("scales", new[] { 1f, 1f, 2f, 2f })));
        Assert.Equal("Float32[2, 5, 6, 2]", ShapesOf.Outputs("AffineGrid", ["2,2,3", TensorData.Vector<long>(2, 3, 5, 6)]));
    }

    [Theory]
    [InlineData("LSTM", 4, "forward", 0, "Float32[L, 1, N, 16]; Float32[1, N, 16]; Float32[1, N, 16]")]
    [InlineData("GRU", 3, "bidirectional", 0, "Float32[L, 2, N, 16]; Float32[2, N, 16]")]
    [InlineData("RNN", 1, "reverse", 1, "Float32[L, N, 1, 16]; Float32[L, 1, 16]")]
    public void Recurrent_operators_state_sequence_and_last_state(string operation, int gates, string direction, int layout, string expected)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        Assert.Equal(expected, ShapesOf.Outputs(
            operation, ["L,N,8", $"{directions},{gates * 16},8", $"{directions},{gates * 16},16"], operation == "LSTM" ? 3 : 2,
            ("hidden_size", 16), ("direction", direction), ("layout", layout)));
    }

    [Fact]
    public void Normalisations_keep_the_shape_and_state_their_statistics()
    {
        Assert.Equal("Float32[N, L, 64]; Float32[N, L, 1]; Float32[N, L, 1]", ShapesOf.Outputs("LayerNormalization", ["N,L,64", "64", "64"], 3));
        Assert.Equal("Float32[N, 8, H, W]", ShapesOf.Outputs("BatchNormalization", ["N,8,H,W", "8", "8", "8", "8"]));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("BatchNormalization", ["N,8,H,W", "8", "8", "7", "8"]));
        Assert.Throws<ShapeInferenceException>(() => ShapesOf.Outputs("InstanceNormalization", ["N,8,H,W", "4", "4"]));
        Assert.Equal("Float32[N, 8]; Bool[N, 8]", ShapesOf.Outputs("Dropout", ["N,8"], 2));
        Assert.Equal("Float32[N, 8]", ShapesOf.Outputs("Softmax", ["N,8"], 1, ("axis", 1)));
    }

    [Fact]
    public void Quantised_operators_state_their_types()
    {
        Assert.Equal("UInt8[N, 8]", ShapesOf.Outputs("QuantizeLinear", ["N,8", ""]));
        Assert.Equal("Int8[N, 8]", ShapesOf.Outputs("QuantizeLinear", ["N,8", "", "Int8:"]));
        Assert.Equal("Float16[N, 8]", ShapesOf.Outputs("DequantizeLinear", ["Int8:N,8", "Float16:"]));
        Assert.Equal("UInt8[N, 8]; Float32[]; UInt8[]", ShapesOf.Outputs("DynamicQuantizeLinear", ["N,8"], 3));
        Assert.Equal("Int8[N, 10]", ShapesOf.Outputs("QLinearMatMul", ["Int8:N,8", "", "Int8:", "Int8:8,10", "", "Int8:", "", "Int8:"]));
    }

    [Fact]
    public void Tensors_are_made_from_nothing()
    {
        Assert.Equal("Float32[2, 3]", ShapesOf.Outputs("ConstantOfShape", [TensorData.Vector<long>(2, 3)]));
        Assert.Equal("Int64[2]", ShapesOf.Outputs("ConstantOfShape", [TensorData.Vector<long>(2)], 1, ("value", TensorData.Vector(7L))));
        Assert.Equal("Int64[4]", ShapesOf.Outputs("Range", [TensorData.Scalar(1L), TensorData.Scalar(11L), TensorData.Scalar(3L)]));
        Assert.Equal("Float32[3]", ShapesOf.Outputs("Range", [TensorData.Scalar(1f), TensorData.Scalar(0f), TensorData.Scalar(-0.4f)]));
        Assert.Equal("Int64[2]", ShapesOf.Outputs("Shape", ["N,3,H,W"], 1, ("start", 1), ("end", -1)));
        Assert.Equal("Float32[1]", ShapesOf.Outputs("Constant", [], 1, ("value_floats", new[] { 2f })));
        Assert.Equal("Float64[2, 2]", ShapesOf.Outputs("RandomNormal", [], 1, ("shape", new long[] { 2, 2 }), ("dtype", 11)));
    }

    [Fact]
    public void An_unknown_operator_is_no_error()
    {
        Assert.Equal("nothing", ShapesOf.Outputs("Frobnicate", ["N,3"]));
        Assert.Equal("nothing; nothing", ShapesOf.Outputs("example.org:Relu", ["N,3"], 2));
    }

    [Fact]
    public void Files_of_other_origin_are_understood()
    {
        Assert.Equal("Float32[N, 8, 10]", ShapesOf.Outputs("com.microsoft:FusedMatMul", ["N,8,16", "10,16"], 1, ("transB", 1)));
        Assert.Equal("Float32[N, L, 64]", ShapesOf.Outputs("com.microsoft:SkipLayerNormalization", ["N,L,64", "N,L,64", "64"]));
        Assert.Equal("Int64[N]; Float32[N, 3]", ShapesOf.Outputs("ai.onnx.ml:TreeEnsembleClassifier", ["N,4"], 2, ("classlabels_int64s", new long[] { 0, 1, 2 })));
        Assert.Equal("Float32[N, 2]", ShapesOf.Outputs("ai.onnx.ml:LinearRegressor", ["N,4"], 1, ("targets", 2)));
        Assert.Equal("Sequence(Map(Int64, Float32[]))", ShapesOf.Outputs("ai.onnx.ml:ZipMap", ["N,2"], 1, ("classlabels_int64s", new long[] { 0, 1 })));
    }

    private static string Reshaped(string x, params long[] target) => ShapesOf.Outputs("Reshape", [x, TensorData.Vector<long>(target)]);
}

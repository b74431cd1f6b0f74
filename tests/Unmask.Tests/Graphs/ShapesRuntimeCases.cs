using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

/// <summary>One operator with concrete inputs, to be run.</summary>
/// <param name="Operation">The operator, with its domain before a colon unless it is the standard one.</param>
/// <param name="Inputs">A shape as text (data), a constant, or <c>null</c> for an absent input.</param>
/// <param name="Outputs">How many outputs the node has.</param>
/// <param name="Opset">The version of the standard operator set.</param>
/// <param name="Attributes">The attributes.</param>
internal sealed record ShapesRuntimeCase(string Operation, object?[] Inputs, int Outputs, long Opset, (string Name, NodeAttribute Value)[] Attributes)
{
    public override string ToString() =>
        $"{Operation} {Opset}({string.Join("; ", Inputs.Select(input => input?.ToString() ?? "-"))}) {string.Join(' ', Attributes.Select(attribute => attribute.Name))}";
}

/// <summary>Operators that no model beside the checkout holds, or not with these attributes.</summary>
internal static class ShapesRuntimeCases
{
    public static IEnumerable<ShapesRuntimeCase> All() =>
        [.. Pools(), .. Convolutions(), .. Products(), .. Arrangements(), .. Joins(), .. Indices(), .. Resamplings(), .. Creations(), .. Reductions(), .. Rest()];

    private static ShapesRuntimeCase Case(string operation, object?[] inputs, params (string Name, NodeAttribute Value)[] attributes) =>
        new(operation, inputs, 1, OperatorSets.Working, attributes);

    private static ShapesRuntimeCase Case(int outputs, string operation, object?[] inputs, params (string Name, NodeAttribute Value)[] attributes) =>
        new(operation, inputs, outputs, OperatorSets.Working, attributes);

    private static TensorData Ints(params long[] values) => TensorData.Vector<long>(values);

    private static TensorData Int(long value) => TensorData.Scalar(value);

    private static TensorData Floats(params float[] values) => TensorData.Vector<float>(values);

    private static long[] Longs(params long[] values) => values;

    private static IEnumerable<ShapesRuntimeCase> Pools() =>
    [
        Case(2, "MaxPool", ["2,3,7,8"], ("kernel_shape", Longs(3, 2)), ("strides", Longs(2, 3)), ("ceil_mode", 1), ("pads", Longs(1, 0, 1, 1))),
        Case("MaxPool", ["2,3,7,8"], ("kernel_shape", Longs(3, 2)), ("dilations", Longs(2, 3)), ("auto_pad", "VALID")),
        Case("AveragePool", ["2,3,7,8"], ("kernel_shape", Longs(3, 3)), ("strides", Longs(2, 2)), ("auto_pad", "SAME_LOWER")),
        Case("AveragePool", ["1,1,6"], ("kernel_shape", Longs(2)), ("strides", Longs(2)), ("pads", Longs(1, 1)), ("ceil_mode", 1)),
        Case("LpPool", ["2,3,7"], ("kernel_shape", Longs(2)), ("strides", Longs(2)), ("p", 2)),
        Case("GlobalLpPool", ["2,3,7,8"]),
        Case("GlobalMaxPool", ["2,3,4,5,6"]),
        Case("RoiAlign", ["2,3,7,8", "5,4", "Int64:5"], ("output_height", 3), ("output_width", 4)),
        Case("MaxRoiPool", ["2,3,7,8", Matrix(2, 5)], ("pooled_shape", Longs(2, 3))),
        Case("MaxUnpool", ["1,1,2,2", TensorData.Adopt([0L, 3L, 8L, 11L], 1, 1, 2, 2)], ("kernel_shape", Longs(2, 2)), ("strides", Longs(2, 2))),
    ];

    private static IEnumerable<ShapesRuntimeCase> Convolutions() =>
    [
        Case("Conv", ["2,4,9", "6,2,3", "6"], ("group", 2), ("strides", Longs(2)), ("dilations", Longs(2)), ("pads", Longs(1, 3))),
        Case("Conv", ["2,4,9,7,5", "6,4,3,2,1"], ("auto_pad", "SAME_UPPER"), ("strides", Longs(2, 1, 3))),
        Case("ConvTranspose", ["2,4,5,6", "4,3,3,2"], ("strides", Longs(2, 3)), ("output_padding", Longs(1, 2)), ("group", 2)),
        Case("ConvTranspose", ["2,4,5,6", "4,3,3,2"], ("strides", Longs(2, 3)), ("auto_pad", "SAME_UPPER")),
        Case("ConvTranspose", ["2,4,5,6", "4,3,3,3"], ("strides", Longs(2, 2)), ("output_shape", Longs(10, 12))),
        Case("ConvInteger", ["UInt8:1,2,5,5", "UInt8:3,2,3,3"]),
        Case("DeformConv", ["1,2,5,5", "3,2,3,3", "1,18,3,3"], ("kernel_shape", Longs(3, 3))),
    ];

    private static IEnumerable<ShapesRuntimeCase> Products() =>
    [
        Case("MatMul", ["4", "3,4,5"]),
        Case("MatMul", ["3,2,4", "4"]),
        Case("MatMul", ["4", "4"]),
        Case("MatMul", ["2,1,3,4", "6,4,5"]),
        Case("Gemm", ["4,3", "5,4", "3,1"], ("transA", 1), ("transB", 1)),
        Case("Einsum", ["2,3,4", "2,4,5"], ("equation", "bij,bjk")),
        Case("Einsum", ["2,3,4,5", "2,3,5,6"], ("equation", "...ij,...jk->...ki")),
        Case("Det", ["2,3,3"]),
        Case("MatMulInteger", ["UInt8:2,3", "UInt8:3,4"]),
    ];

    private static IEnumerable<ShapesRuntimeCase> Arrangements() =>
    [
        Case("Reshape", ["2,3,4", Ints(0, -1, 2)]),
        Case("Reshape", ["2,3,4", Ints(4, 6)], ("allowzero", 1)),
        Case("Flatten", ["2,3,4,5"], ("axis", 2)),
        Case("Flatten", ["2,3,4,5"], ("axis", -1)),
        Case("Flatten", ["2,3"], ("axis", 0)),
        Case("Squeeze", ["2,1,3,1", Ints(-1)]),
        Case("Squeeze", ["2,1,3,1"]),
        Case("Unsqueeze", ["2,3", Ints(3, 0)]),
        Case("Transpose", ["2,3,4"]),
        Case("DepthToSpace", ["2,12,3,4"], ("blocksize", 2), ("mode", "CRD")),
        Case("SpaceToDepth", ["2,3,6,9"], ("blocksize", 3)),
        Case("Identity", ["2,3"]),
        Case("ReverseSequence", ["4,2,3", Ints(3, 2)]),
        Case("CenterCropPad", ["6,7,3", Ints(4, 9)], ("axes", Longs(0, 1))),
        Case("Col2Im", ["1,5,5", Ints(5, 5), Ints(1, 5)]),
    ];

    private static IEnumerable<ShapesRuntimeCase> Joins() =>
    [
        Case("Concat", ["2,3,4", "2,5,4", "2,1,4"], ("axis", -2)),
        Case(3, "Split", ["7,2", Ints(2, 1, 4)]),
        Case(3, "Split", ["7,2"], ("num_outputs", 3)),
        Case("Expand", ["3,1", Ints(2, 1, 4)]),
        Case("Expand", ["3,4", Ints(1)]),
        Case("Tile", ["2,3", Ints(2, 1)]),
        Case("Pad", ["2,3,4", Ints(0, 1, -1, 1, 0, 2)]),
        Case("Pad", ["2,3,4", Ints(1, 2), null, Ints(-2)], ("mode", "edge")),
        Case("Slice", ["7,8,9", Ints(1, -3), Ints(100, -100), Ints(0, -1), Ints(2, -2)]),
        Case("Slice", ["7,8", Ints(-1), Ints(long.MinValue), Ints(1), Ints(-1)]),
        Case("Slice", ["7,8", Ints(2, 3), Ints(5, 3)]),
        Case("Where", ["Bool:2,1", "3", "1,1"]),
        Case("Sum", ["2,1", "3", "1,1"]),
        Case("BitShift", ["UInt8:2,3", "UInt8:3"], ("direction", "LEFT")),
    ];

    private static IEnumerable<ShapesRuntimeCase> Indices() =>
    [
        Case("Gather", ["4,5,6", TensorData.Adopt([0L, -1L, 2L, 3L], 2, 2)], ("axis", 1)),
        Case("Gather", ["4,5,6", Int(-1)], ("axis", -1)),
        Case("GatherElements", ["4,5", TensorData.Adopt([0L, -1L, 2L, 3L], 2, 2)], ("axis", 1)),
        Case("GatherND", ["2,4,5", TensorData.Adopt([1L, 2L], 2, 1)], ("batch_dims", 1)),
        Case("GatherND", ["2,4,5", TensorData.Adopt([1L, 2L, 0L, 3L, 1L, 1L], 3, 2)]),
        Case("ScatterElements", ["4,5", TensorData.Adopt([0L, 1L], 1, 2), "1,2"]),
        Case("ScatterND", ["4,5", TensorData.Adopt([0L, 3L], 2, 1), "2,5"]),
        Case("OneHot", [Ints(0, 2, 1), Int(4), Floats(0, 1)]),
        Case("OneHot", [TensorData.Adopt([0L, 2L, 1L, 1L], 2, 2), TensorData.Scalar(3f), Floats(0, 1)], ("axis", 0)),
        Case(2, "TopK", ["3,8", Ints(5)], ("axis", -1)),
        Case("NonZero", ["3,4"]),
        Case("NonZero", [Ints(4, 0, 3)]),
        Case("Compress", ["3,4", TensorData.Adopt([true, false, true], 3)], ("axis", 0)),
        Case("Compress", ["3,4", TensorData.Adopt([true, false, true], 3)]),
        Case(4, "Unique", ["3,4"]),
        Case(2, "Unique", ["3,4"], ("axis", 1)),
        Case("NonMaxSuppression", ["1,6,4", "1,2,6", Int(3)]),
        Case("ArgMax", ["3,4,5"], ("axis", -2), ("keepdims", 0)),
        Case("CumSum", ["3,4", Int(1)]),
        Case("Trilu", ["3,4"]),
    ];

    private static IEnumerable<ShapesRuntimeCase> Resamplings() =>
    [
        Case("Resize", ["1,2,10,10", null, Floats(1, 1, 0.7f, 0.45f)]),
        Case("Resize", ["1,2,10,6", null, Floats(2, 0.5f)], ("axes", Longs(3, 2)), ("mode", "linear")),
        Case("Resize", ["1,2,10,6", null, null, Ints(1, 2, 7, 9)], ("mode", "cubic")),
        Case("Resize", ["1,2,30,60", null, null, Ints(45, 50)], ("axes", Longs(2, 3)), ("keep_aspect_ratio_policy", "not_larger"), ("mode", "linear")),
        Case("Resize", ["1,2,30,61", null, null, Ints(45, 50)], ("axes", Longs(2, 3)), ("keep_aspect_ratio_policy", "not_smaller"), ("mode", "linear")),
        Case("Resize", ["1,2,10,6", Floats(0, 0, 0.2f, 0.2f, 1, 1, 0.7f, 0.7f), null, Ints(1, 2, 5, 5)], ("coordinate_transformation_mode", "tf_crop_and_resize"), ("mode", "linear")),
        new("Upsample", ["1,2,3,4", Floats(1, 1, 2, 3)], 1, 9, []),
        new("Upsample", ["1,2,3,4"], 1, 7, [("scales", new[] { 1f, 1f, 1.5f, 3f })]),
        new("Resize", ["1,2,3,4", Floats(1, 1, 2, 1.3f)], 1, 10, []),
        Case("GridSample", ["2,3,4,5", "2,6,7,2"]),
        Case("AffineGrid", ["2,2,3", Ints(2, 3, 5, 6)]),
        Case("AffineGrid", ["2,3,4", Ints(2, 3, 5, 6, 7)]),
    ];

    private static IEnumerable<ShapesRuntimeCase> Creations() =>
    [
        Case("Shape", ["2,3,4,5"], ("start", -3), ("end", -1)),
        Case("Shape", ["2,3"], ("start", 5)),
        Case("Size", ["2,3,4"]),
        Case("ConstantOfShape", [Ints(2, 0, 3)], ("value", TensorData.Vector(1))),
        Case("ConstantOfShape", [Ints()]),
        Case("Range", [Int(10), Int(1), Int(-3)]),
        Case("Range", [Int(1), Int(1), Int(1)]),
        Case("Range", [TensorData.Scalar(0f), TensorData.Scalar(1f), TensorData.Scalar(0.1f)]),
        Case("EyeLike", ["2,3"], ("dtype", 7)),
        Case("RandomNormalLike", ["2,3"]),
        Case("RandomUniform", [], ("shape", Longs(2, 3))),
        Case("Bernoulli", ["2,3"], ("dtype", 9)),
        Case("Multinomial", ["2,3"], ("sample_size", 4)),
        Case("HannWindow", [Int(7)]),
        Case("DFT", ["2,8,1", null, Int(1)], ("onesided", 1)),
        Case("DFT", ["2,8,5,2", Int(6)]),
        new("DFT", ["2,8,2"], 1, 17, [("axis", 1)]),
        Case("STFT", ["1,32,1", Int(8), "16"]),
    ];

    private static IEnumerable<ShapesRuntimeCase> Reductions() =>
    [
        Case("ReduceSum", ["2,3,4", Ints(-1, 0)], ("keepdims", 0)),
        Case("ReduceSum", ["2,3,4", Ints()], ("noop_with_empty_axes", 1)),
        Case("ReduceSum", ["2,3,4", Ints()]),
        Case("ReduceMax", ["2,3,4"], ("keepdims", 0)),
        Case("ReduceLogSumExp", ["2,3,4", Ints(1)]),
        new("ReduceMean", ["2,3,4"], 1, 13, [("axes", Longs(1)), ("keepdims", 0)]),
        Case("SoftmaxCrossEntropyLoss", ["3,4", Ints(0, 1, 3)], ("reduction", "none")),
    ];

    private static IEnumerable<ShapesRuntimeCase> Rest() =>
    [
        Case(3, "LSTM", ["5,2,3", "2,16,3", "2,16,4"], ("hidden_size", 4), ("direction", "bidirectional")),
        Case(2, "GRU", ["5,2,3", "1,12,3", "1,12,4"], ("hidden_size", 4)),
        Case(3, "LayerNormalization", ["2,3,4", "3,4"], ("axis", 1)),
        Case("GroupNormalization", ["2,4,3,3", "2", "2"], ("num_groups", 2)),
        Case("InstanceNormalization", ["2,4,3,3", "4", "4"]),
        Case(3, "BatchNormalization", ["2,4,3,3", "4", "4", "4", "4"], ("training_mode", 1)),
        Case("MeanVarianceNormalization", ["2,4,3,3"]),
        Case("LpNormalization", ["2,4"]),
        Case("QuantizeLinear", ["2,4", TensorData.Scalar(0.1f), TensorData.Scalar((sbyte)3)]),
        Case("DequantizeLinear", ["UInt8:2,4", TensorData.Scalar(0.1f)]),
        Case(3, "DynamicQuantizeLinear", ["2,4"]),
        Case("QLinearMatMul", ["UInt8:2,3", TensorData.Scalar(1f), TensorData.Scalar((byte)0), "UInt8:3,4", TensorData.Scalar(1f), TensorData.Scalar((byte)0), TensorData.Scalar(1f), TensorData.Scalar((byte)0)]),
        Case(
            "QLinearConv",
            ["UInt8:1,2,5,5", TensorData.Scalar(1f), TensorData.Scalar((byte)0), "UInt8:3,2,3,3", TensorData.Scalar(1f), TensorData.Scalar((byte)0), TensorData.Scalar(1f), TensorData.Scalar((byte)0)],
            ("strides", Longs(2, 2))),
        Case("Cast", ["2,3"], ("to", 10)),
        Case("CastLike", ["2,3", "Int64:1"]),
        Case("IsNaN", ["2,3"]),
        Case("PRelu", ["2,3,4", "3,1"]),
        Case("Pow", ["2,3", "Int64:3"]),
        Case("Mod", ["Int64:2,3", Ints(3, 2, 5)]),
        Case("GreaterOrEqual", ["2,3", "2,1"]),
        Case(2, "Dropout", ["2,3"]),
        Case("Hardmax", ["2,3"]),
        Case("com.microsoft:FusedMatMul", ["2,3,4", "2,5,4"], ("transB", 1)),
        Case("com.microsoft:BiasGelu", ["2,4", "4"]),
        Case("com.microsoft:SkipLayerNormalization", ["2,3,4", "2,3,4", "4"]),
        Case("com.microsoft:QLinearAdd", ["UInt8:2,3", TensorData.Scalar(1f), TensorData.Scalar((byte)0), "UInt8:3", TensorData.Scalar(1f), TensorData.Scalar((byte)0), TensorData.Scalar(1f), TensorData.Scalar((byte)0)]),
        Case("com.microsoft:QLinearGlobalAveragePool", ["UInt8:1,2,3,3", TensorData.Scalar(1f), TensorData.Scalar((byte)0), TensorData.Scalar(1f), TensorData.Scalar((byte)0)]),
        Case("com.microsoft:Attention", ["2,5,8", "8,24", "24"], ("num_heads", 2)),
        new("Attention", ["2,3,5,8", "2,3,7,8", "2,3,7,6"], 1, 23, []),
        new("Attention", ["2,5,12", "2,7,6", "2,7,8"], 1, 23, [("q_num_heads", 4), ("kv_num_heads", 2)]),
        new("RMSNormalization", ["2,3,4", "4"], 1, 23, []),
        Case("ai.onnx.ml:Normalizer", ["2,3"], ("norm", "L2")),
        Case("ai.onnx.ml:ArrayFeatureExtractor", ["2,5", Ints(0, 3, 4)]),
        Case(2, "ai.onnx.ml:LinearClassifier", ["2,3"], ("coefficients", new float[9]), ("intercepts", new float[3]), ("classlabels_ints", Longs(0, 1, 2))),
        Case("ai.onnx.ml:LinearRegressor", ["2,3"], ("coefficients", new float[6]), ("intercepts", new float[2]), ("targets", 2)),
    ];

    private static TensorData Matrix(long rows, long columns) => TensorData.Adopt(new float[rows * columns], rows, columns);
}

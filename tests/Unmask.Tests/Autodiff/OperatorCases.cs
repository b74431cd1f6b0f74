using Unmask.Graphs;

namespace Unmask.Tests.Autodiff;

/// <summary>The operators whose derivatives are checked by differences. To add an operator is to add a row.</summary>
internal static class OperatorCases
{
    private static readonly long[] Small = [2, 3, 4];
    private static readonly long[] Image = [2, 4, 6, 7];

    public static IEnumerable<OperatorCase> All =>
        [.. Elementwise, .. Matrices, .. Convolutions, .. Poolings, .. Normalizations, .. Reductions, .. Shapes, .. Indexing, .. Resizing, .. Recurrent];

    /// <summary>Pairs of shapes that broadcast in different ways.</summary>
    public static IEnumerable<(long[] One, long[] Other)> Broadcasts =>
    [
        ([2, 3, 4], [2, 3, 4]), ([2, 3, 4], [4]), ([2, 3, 4], [1, 3, 1]), ([3, 1], [2, 1, 4]), ([2, 3, 4], []), ([1], [2, 3]), ([2, 1, 4], [2, 3, 1]),
    ];

    public static IEnumerable<OperatorCase> Broadcasting => Broadcasts.SelectMany(pair => new[]
    {
        new OperatorCase("Add", pair.One, pair.Other), new OperatorCase("Sub", pair.One, pair.Other), new OperatorCase("Mul", pair.One, pair.Other),
        new OperatorCase("Div", pair.One, pair.Other).In(0.5, 3), new OperatorCase("Pow", pair.One, pair.Other).In(0.5, 2),
        new OperatorCase("Max", pair.One, pair.Other) with { Step = 1e-3, Tolerance = 1e-2 },
        new OperatorCase("Min", pair.One, pair.Other) with { Step = 1e-3, Tolerance = 1e-2 },
        new OperatorCase("Sum", pair.One, pair.Other), new OperatorCase("Mean", pair.One, pair.Other),
    });

    private static IEnumerable<OperatorCase> Elementwise =>
    [
        .. "Relu LeakyRelu ThresholdedRelu Elu Selu Celu HardSigmoid HardSwish Abs Sigmoid Tanh Softplus Softsign Mish Gelu Erf Exp Sin Cos Atan Sinh Cosh Asinh Identity Neg Dropout Floor Sign"
            .Split(' ').Select(name => new OperatorCase(name, Small)),
        new OperatorCase("Gelu", Small).With(("approximate", "tanh")),
        new OperatorCase("Shrink", Small).With(("lambd", 0.7f), ("bias", 0.1f)),
        new OperatorCase("Clip", Small).Given((1, TensorData.Scalar(-0.9f)), (2, TensorData.Scalar(1.1f))),
        new OperatorCase("PRelu", Small, [3, 1]),
        .. "Log Sqrt Reciprocal".Split(' ').Select(name => new OperatorCase(name, Small).In(0.5, 3)),
        .. "Asin Acos Atanh Tan".Split(' ').Select(name => new OperatorCase(name, Small).In(-0.8, 0.8)),
        new OperatorCase("Acosh", Small).In(1.5, 3),
        .. new[] { 2f, 3f, 0.5f, -1f, 1.7f, 1f, 0f }.Select(exponent => new OperatorCase("Pow", Small).In(0.5, 2).Given((1, TensorData.Scalar(exponent)))),
        new OperatorCase("Mod", Small).With(("fmod", 1L)).Given((1, TensorData.Scalar(0.9f))) with { Step = 1e-3, Tolerance = 2e-2 },
        new OperatorCase("Where", Small, [4]).Given((0, TensorData.Adopt(new[] { true, false, false }, 3, 1))),
        new OperatorCase("Max", Small, [3, 1], [4]) with { Step = 1e-3, Tolerance = 1e-2 },
    ];

    private static IEnumerable<OperatorCase> Matrices =>
    [
        new("MatMul", [3, 4], [4, 5]), new("MatMul", [2, 3, 4], [4, 5]), new("MatMul", [2, 3, 4], [2, 4, 5]), new("MatMul", [2, 1, 3, 4], [3, 4, 2]),
        new("MatMul", [4], [4, 5]), new("MatMul", [3, 4], [4]), new("MatMul", [4], [4]), new("MatMul", [2, 3, 4], [4]),
        new OperatorCase("Gemm", [3, 4], [4, 5], [5]).With(("alpha", 0.7f), ("beta", 1.3f)),
        new OperatorCase("Gemm", [4, 3], [4, 5], [3, 1]).With(("transA", 1L)),
        new OperatorCase("Gemm", [3, 4], [5, 4]).With(("transB", 1L)),
        new OperatorCase("Gemm", [4, 3], [5, 4], [1]).With(("transA", 1L), ("transB", 1L), ("alpha", 2f)),
        new OperatorCase("Einsum", [2, 3, 4], [2, 4, 5]).With(("equation", "bij,bjk->bik")),
        new OperatorCase("Einsum", [2, 3, 4], [5, 4]).With(("equation", "bij,kj")),
        new OperatorCase("Einsum", [2, 3, 4]).With(("equation", "bij->j")),
        new OperatorCase("Einsum", [2, 3, 4], [4, 5]).With(("equation", "...j,jk->...k")),
        new OperatorCase("Softmax", Small), new OperatorCase("Softmax", Small).With(("axis", 1L)), new OperatorCase("LogSoftmax", Small).With(("axis", 0L)),
    ];

    private static IEnumerable<OperatorCase> Convolutions =>
    [
        Conv(Image, [3, 4, 3, 3]), Conv(Image, [3, 4, 3, 3], ("pads", Ints(1, 2, 0, 1)), ("strides", Ints(2, 3))),
        Conv(Image, [6, 2, 2, 3], ("group", 2L), ("dilations", Ints(2, 1)), ("strides", Ints(1, 2))), Conv(Image, [8, 1, 3, 3], ("group", 4L), ("pads", Ints(1, 1, 1, 1))),
        // Few and many channels have forms of their own for the weights.
        Conv([2, 33, 5, 4], [2, 33, 3, 2], ("pads", Ints(1, 0, 2, 1)), ("dilations", Ints(1, 2))), Conv([2, 40, 3, 4], [3, 40, 1, 1]), Conv([2, 9, 4, 5], [2, 9, 2, 3], ("pads", Ints(0, 1, 1, 1)), ("strides", Ints(1, 2))),
        Conv(Image, [3, 4, 1, 1], ("strides", Ints(2, 2))), Conv([2, 3, 9], [2, 3, 4], ("strides", Ints(3))), Conv([1, 2, 4, 5, 4], [2, 2, 2, 2, 3], ("strides", Ints(1, 2, 1))),
        Conv(Image, [3, 4, 3, 3], ("auto_pad", "SAME_UPPER"), ("strides", Ints(2, 2))) with { AnySize = false },
        Conv(Image, [3, 4, 2, 4], ("auto_pad", "SAME_LOWER"), ("strides", Ints(1, 1))), Conv(Image, [3, 4, 3, 3], ("auto_pad", "VALID"), ("strides", Ints(2, 2))),
        Transposed([2, 4, 3, 4], [4, 3, 3, 3]), Transposed([2, 4, 3, 4], [4, 3, 3, 2], ("strides", Ints(2, 3)), ("pads", Ints(1, 0, 0, 1)), ("output_padding", Ints(1, 2))),
        Transposed([2, 4, 3, 4], [4, 2, 2, 3], ("group", 2L), ("dilations", Ints(2, 1))), Transposed([1, 2, 5], [2, 3, 4], ("strides", Ints(2))),
        Transposed([2, 4, 3, 4], [4, 3, 3, 3], ("strides", Ints(2, 2)), ("output_shape", Ints(6, 8))) with { AnySize = false },
        Transposed([2, 4, 3, 4], [4, 3, 3, 3], ("strides", Ints(2, 2)), ("auto_pad", "SAME_UPPER")),
    ];

    private static IEnumerable<OperatorCase> Poolings =>
    [
        Pool("MaxPool", Ints(2, 2), ("strides", Ints(2, 2))), Pool("MaxPool", Ints(3, 3), ("strides", Ints(2, 2)), ("pads", Ints(1, 1, 1, 1))),
        Pool("MaxPool", Ints(3, 2), ("strides", Ints(2, 2)), ("ceil_mode", 1L)), Pool("MaxPool", Ints(2, 2), ("dilations", Ints(2, 2)), ("strides", Ints(1, 1))),
        Pool("MaxPool", Ints(3, 3), ("auto_pad", "SAME_UPPER"), ("strides", Ints(2, 2))),
        Pool("AveragePool", Ints(2, 2), ("strides", Ints(2, 2))) with { AnySize = false }, Pool("AveragePool", Ints(3, 3)),
        Pool("AveragePool", Ints(3, 3), ("strides", Ints(2, 2)), ("pads", Ints(1, 1, 1, 1))) with { AnySize = false },
        Pool("AveragePool", Ints(3, 3), ("strides", Ints(2, 2)), ("pads", Ints(0, 1, 1, 1)), ("count_include_pad", 1L)) with { AnySize = false },
        Pool("AveragePool", Ints(3, 2), ("strides", Ints(2, 2)), ("ceil_mode", 1L)) with { AnySize = false },
        Pool("AveragePool", Ints(2, 2), ("dilations", Ints(2, 3))), Pool("AveragePool", Ints(4, 3), ("auto_pad", "SAME_LOWER"), ("strides", Ints(2, 2))) with { AnySize = false },
        Pool("LpPool", Ints(2, 3), ("p", 3L)) with { Domain = (0.5, 2) },
        new("GlobalAveragePool", Image), new OperatorCase("GlobalMaxPool", Image) with { Step = 2e-3, Tolerance = 1e-2 }, new OperatorCase("GlobalLpPool", Image).In(0.5, 2),
    ];

    private static IEnumerable<OperatorCase> Normalizations =>
    [
        new OperatorCase("BatchNormalization", [2, 3, 4], [3], [3], [3], [3]).In(0.5, 2), new OperatorCase("LayerNormalization", Small, [4], [4]),
        new OperatorCase("LayerNormalization", Small, [3, 4]).With(("axis", 1L)), new("InstanceNormalization", [2, 3, 4, 2], [3], [3]),
        new OperatorCase("BatchNormalization", [3, 2, 4], [2], [2]).Given((3, TensorData.Vector(0f, 0f)), (4, TensorData.Vector(1f, 1f))).With(("training_mode", 1L)) with { Outputs = (3, 0) },
        new OperatorCase("BatchNormalization", [3, 2, 4], [2], [2]).Given((3, TensorData.Vector(0f, 0f)), (4, TensorData.Vector(1f, 1f))).With(("training_mode", 1L), ("momentum", 0f)) with { Outputs = (3, 0) },
        new OperatorCase("GroupNormalization", [2, 4, 3, 2], [2], [2]).With(("num_groups", 2L)),
        new OperatorCase("LRN", [2, 6, 3, 1]).With(("size", 5L), ("alpha", 0.3f)), new OperatorCase("LRN", Image).With(("size", 3L), ("alpha", 0.5f), ("beta", 0.6f), ("bias", 2f)),
        new OperatorCase("LpNormalization", Small).With(("axis", 1L)), new OperatorCase("LpNormalization", Small).With(("p", 1L)),
        new("MeanVarianceNormalization", [2, 3, 4, 2]),
    ];

    private static IEnumerable<OperatorCase> Reductions =>
    [
        .. "ReduceSum ReduceMean ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp ReduceProd".Split(' ').SelectMany(name => new[]
        {
            new OperatorCase(name, Small).In(0.5, 2), new OperatorCase(name, Small).In(0.5, 2).Given((1, TensorData.Vector(1L))),
            new OperatorCase(name, Small).In(0.5, 2).Given((1, TensorData.Vector(-1L, 0L))).With(("keepdims", 0L)),
            new OperatorCase(name, Small).In(0.5, 2).With(("noop_with_empty_axes", 1L)), new OperatorCase(name, Small).In(0.5, 2).With(("keepdims", 0L)),
        }).Where(test => test.Attributes is not [("noop_with_empty_axes", _)] || test.Operator is "ReduceSum" or "ReduceMean"),
        new OperatorCase("CumSum", Small).Given((1, TensorData.Scalar(1L))), new OperatorCase("CumSum", Small).Given((1, TensorData.Scalar(-1L))).With(("exclusive", 1L), ("reverse", 1L)),
        new OperatorCase("TopK", Small).Given((1, TensorData.Vector(2L))).With(("axis", 1L)) with { Outputs = (2, 0) },
    ];

    private static IEnumerable<OperatorCase> Shapes =>
    [
        new OperatorCase("Reshape", Small).Given((1, TensorData.Vector(0L, -1L))), new OperatorCase("Flatten", Small).With(("axis", 2L)),
        new OperatorCase("Squeeze", [2, 1, 3]).Given((1, TensorData.Vector(1L))), new OperatorCase("Unsqueeze", Small).Given((1, TensorData.Vector(0L, -1L))),
        new("Transpose", Small), new OperatorCase("Transpose", Small).With(("perm", Ints(2, 0, 1))), new OperatorCase("Expand", [3, 1]).Given((1, TensorData.Vector(2L, 1L, 4L))),
        new OperatorCase("Tile", Small).Given((1, TensorData.Vector(2L, 1L, 3L))), new OperatorCase("DepthToSpace", [1, 8, 2, 3]).With(("blocksize", 2L)),
        new OperatorCase("DepthToSpace", [1, 12, 2, 3]).With(("blocksize", 2L), ("mode", "CRD")) with { AnySize = false }, new OperatorCase("SpaceToDepth", [1, 2, 4, 6]).With(("blocksize", 2L)),
        new OperatorCase("Concat", Small, [2, 1, 4], [2, 2, 4]).With(("axis", 1L)), new OperatorCase("Concat", Small, Small).With(("axis", -1L)),
        new OperatorCase("Split", [2, 7]).Given((1, TensorData.Vector(2L, 4L, 1L))).With(("axis", 1L)) with { Outputs = (3, 1) },
        new OperatorCase("Split", [2, 6]).With(("axis", -1L), ("num_outputs", 3L)) with { Outputs = (3, 2) },
        Slice([2, 7], [1], [6], [1], [1]), Slice([2, 7], [-2], [-6], [1], [-1]), Slice([2, 7], [-5], [100], [1], [1]), Slice([4, 7], [0, 1], [4, 7], [0, 1], [2, 3]),
        Slice([2, 9, 3], [100], [1], [1], [-3]), Slice([2, 9, 3], [-8], [-1], [-2], [2]), Slice([5, 6], [3, 100], [0, -100], [0, 1], [-2, -1]), Slice([2, 7], [5], [2], [1], [1]),
        .. "constant reflect edge wrap".Split(' ').Select(mode => new OperatorCase("Pad", [2, 4]).Given((1, TensorData.Vector(0L, 2L, 0L, 1L))).With(("mode", mode))),
        new OperatorCase("Pad", [2, 5]).Given((1, TensorData.Vector(1L, -1L, 0L, 2L)), (2, TensorData.Scalar(3f))),
        new OperatorCase("Trilu", [2, 4, 4]), new OperatorCase("Trilu", [3, 5]).Given((1, TensorData.Scalar(-1L))).With(("upper", 0L)),
        new OperatorCase("ReverseSequence", [4, 2, 3]).Given((1, TensorData.Vector(2L, 4L))),
        new OperatorCase("Compress", [2, 4]).Given((1, TensorData.Vector(true, false, true, true))).With(("axis", 1L)),
    ];

    private static IEnumerable<OperatorCase> Indexing =>
    [
        new OperatorCase("Gather", Small).Given((1, TensorData.Scalar(-1L))).With(("axis", 1L)) with { AnySize = true }, new OperatorCase("Gather", Small).Given((1, TensorData.Scalar(1L))),
        new OperatorCase("Gather", [5, 3]).Given((1, TensorData.Adopt(new[] { 4L, 0, 4, -1 }, 2, 2))), new OperatorCase("Gather", Small).Given((1, TensorData.Adopt(new[] { 2L, 0, 2 }, 1, 3))).With(("axis", 1L)),
        new OperatorCase("Gather", Small).Given((1, TensorData.Vector(3L, 3L))).With(("axis", -1L)),
        new OperatorCase("GatherElements", [3, 4]).Given((1, TensorData.Adopt(new[] { 2L, -1, 0, 1, 1, 1 }, 2, 3))).With(("axis", 1L)),
        new OperatorCase("GatherND", [3, 4, 2]).Given((1, TensorData.Adopt(new[] { 0L, 1, 2, 3, 0, 1 }, 3, 2))),
        new OperatorCase("GatherND", [2, 4, 2]).Given((1, TensorData.Adopt(new[] { 1L, 3 }, 2, 1))).With(("batch_dims", 1L)),
        new OperatorCase("ScatterElements", [3, 4], [2, 2]).Given((1, TensorData.Adopt(new[] { 2L, 0, 1, 3 }, 2, 2))).With(("axis", 1L)),
        new OperatorCase("ScatterElements", [3, 4], [2, 2]).Given((1, TensorData.Adopt(new[] { 2L, 2, 1, 3 }, 2, 2))).With(("axis", 1L), ("reduction", "add")),
        new OperatorCase("ScatterND", [4, 3], [2, 3]).Given((1, TensorData.Adopt(new[] { 2L, 0 }, 2, 1))),
        new OperatorCase("ScatterND", [4, 3], [2, 3]).Given((1, TensorData.Adopt(new[] { 2L, 2 }, 2, 1))).With(("reduction", "add")),
    ];

    private static IEnumerable<OperatorCase> Resizing =>
    [
        .. "half_pixel align_corners asymmetric pytorch_half_pixel".Split(' ').SelectMany(coordinates => "nearest linear cubic".Split(' ').SelectMany(mode => new[]
        {
            Resize(mode, coordinates, 1f, 1f, 2f, 1.5f), Resize(mode, coordinates, 5L, 3L),
        })),
        Resize("linear", "half_pixel", 3L, 4L) with { Attributes = [("mode", "linear"), ("antialias", 1L)] },
        new OperatorCase("GridSample", [2, 3, 4, 5], [2, 3, 2, 2]) with { Domain = (-1.1, 1.1), Step = 1e-3, Tolerance = 2e-2 },
        new OperatorCase("GridSample", [2, 3, 4, 5], [2, 3, 2, 2]).With(("align_corners", 1L), ("padding_mode", "border")) with { Domain = (-0.9, 0.9), Step = 1e-3, Tolerance = 2e-2 },
    ];

    private static IEnumerable<OperatorCase> Recurrent => PlainRecurrent.Append(
        new OperatorCase("LSTM", [4, 2, 3], [1, 8, 3], [1, 8, 2], [1, 16], [1, 2, 2], [1, 2, 2], [1, 6]).With(("hidden_size", 2L), ("clip", 5f))
            .Given((4, TensorData.Vector(4, 3))) with
        { AnySize = false, BatchAxis = 1, Outputs = (3, 2), Domain = (-1, 1) }).Append(
        new OperatorCase("RNN", [3, 2, 3], [1, 2, 3], [1, 2, 2]).With(("hidden_size", 2L), ("activations", new NodeAttribute.Texts(["Sigmoid"])))
            with
        { AnySize = false, BatchAxis = 1, Domain = (-1, 1) });

    private static IEnumerable<OperatorCase> PlainRecurrent =>
        from layer in new[] { (Name: "LSTM", Gates: 4L), (Name: "GRU", Gates: 3L), (Name: "RNN", Gates: 1L) }
        from direction in new[] { (Name: "forward", Count: 1L), (Name: "reverse", Count: 1L), (Name: "bidirectional", Count: 2L) }
        from lengths in new[] { false, true }
        select new OperatorCase(layer.Name, [4, 2, 3], [direction.Count, layer.Gates * 2, 3], [direction.Count, layer.Gates * 2, 2], [direction.Count, layer.Gates * 4])
            .With([("hidden_size", 2L), ("direction", direction.Name), .. layer.Name == "GRU" ? [("linear_before_reset", lengths ? 1L : 0L)] : Array.Empty<(string, NodeAttribute)>()])
            .Given(lengths ? [(4, TensorData.Vector(2, 4))] : []) with
        { AnySize = false, BatchAxis = 1, Outputs = (lengths ? 2 : 1, lengths ? 1 : 0), Domain = (-1, 1) };

    private static OperatorCase Conv(long[] x, long[] w, params (string, NodeAttribute)[] attributes) =>
        new OperatorCase("Conv", x, w, [w[0]]).With([("kernel_shape", Ints(w[2..])), .. attributes]) with { Step = 0.05 };

    private static OperatorCase Transposed(long[] x, long[] w, params (string Name, NodeAttribute Value)[] attributes) =>
        new OperatorCase("ConvTranspose", x, w).With([("kernel_shape", Ints(w[2..])), .. attributes]) with { Step = 0.05 };

    private static OperatorCase Pool(string name, long[] kernel, params (string, NodeAttribute)[] attributes) =>
        new OperatorCase(name, [1, 2, 6, 7]).With([("kernel_shape", kernel), .. attributes]);

    private static OperatorCase Slice(long[] shape, long[] starts, long[] ends, long[] axes, long[] steps) => new OperatorCase("Slice", shape).Given(
        (1, TensorData.Vector<long>(starts)), (2, TensorData.Vector<long>(ends)), (3, TensorData.Vector<long>(axes)), (4, TensorData.Vector<long>(steps)));

    private static OperatorCase Resize(string mode, string coordinates, params float[] scales) => new OperatorCase("Resize", [1, 2, 4, 5])
        .With(("mode", mode), ("coordinate_transformation_mode", coordinates)).Given((2, TensorData.Vector<float>(scales)));

    private static OperatorCase Resize(string mode, string coordinates, long height, long width) => new OperatorCase("Resize", [1, 2, 4, 5])
        .With(("mode", mode), ("coordinate_transformation_mode", coordinates)).Given((3, TensorData.Vector(1L, 2L, height, width)));

    private static long[] Ints(params long[] values) => values;
}

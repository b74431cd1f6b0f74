using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>Small models of old operator sets, one for each thing that changed on the way to the working one.</summary>
internal static class RaiseOpsetCases
{
    /// <summary>The models by name; the name starts with the operator.</summary>
    public static IReadOnlyDictionary<string, Graph> All { get; } = Make();

    private static Dictionary<string, Graph> Make()
    {
        var cases = new Dictionary<string, Graph>();
        Attributes(cases);
        Normalization(cases);
        Resizing(cases);
        Softmaxes(cases);
        Experimental(cases);
        Unchanged(cases);
        Late(cases);
        return cases;
    }

    private static void Attributes(Dictionary<string, Graph> cases)
    {
        cases["Clip 7, both bounds"] = One(7, "Clip", [2, 3], node => node.With("min", -0.5f).With("max", 1f));
        cases["Clip 10, upper bound"] = One(10, "Clip", [2, 3], node => node.With("max", 0.25f));
        cases["Clip 10, no bound"] = One(10, "Clip", [2, 3]);
        cases["Clip 7, half"] = One(7, "Clip", [2, 3], node => node.With("min", 0f).With("max", 1f), ElementType.Float16);
        cases["Clip 8, type not stated"] = Chain(8, [2, 3], new Node("a", "Neg", ["x"], ["z"]), new Node("b", "Clip", ["z"], ["y"]).With("min", 0f));
        cases["Pad 7, constant"] = One(7, "Pad", [1, 2, 4, 4], node => node.With("pads", new long[] { 0, 0, 1, 2, 0, 0, 0, 1 }).With("value", 3f));
        cases["Pad 7, zeros"] = One(7, "Pad", [1, 2, 4, 4], node => node.With("pads", new long[] { 0, 0, 1, 2, 0, 0, 0, 1 }));
        cases["Pad 10, reflect"] = One(10, "Pad", [1, 2, 4, 4], node => node.With("pads", new long[] { 0, 0, 1, 2, 0, 0, 3, 1 }).With("mode", "reflect"));
        cases["Pad 9, edge, cropping"] = One(9, "Pad", [1, 2, 4, 4], node => node.With("pads", new long[] { 0, 0, 1, 0, 0, 0, -1, 2 }).With("mode", "edge"));
        cases["Slice 7"] = One(7, "Slice", [4, 5, 6], node => node.With("axes", new long[] { 0, 2 }).With("starts", new long[] { 1, -4 }).With("ends", new long[] { 3, 9999 }));
        cases["Slice 9, no axes"] = One(9, "Slice", [4, 5], node => node.With("starts", new long[] { 1, 0 }).With("ends", new long[] { -1, 2 }));
        cases["Squeeze 7"] = One(7, "Squeeze", [1, 3, 1], node => node.With("axes", new long[] { 0, 2 }));
        cases["Squeeze 12, no axes"] = One(12, "Squeeze", [1, 3, 1]);
        cases["Unsqueeze 7"] = One(7, "Unsqueeze", [3, 4], node => node.With("axes", new long[] { 0, 3 }));
        cases["Unsqueeze 12, from the end"] = One(12, "Unsqueeze", [3, 4], node => node.With("axes", new long[] { -1 }));
        cases["Split 7, sizes"] = One(7, "Split", [2, 6], node => node.With("axis", 1L).With("split", new long[] { 1, 2, 3 }), outputs: 3);
        cases["Split 12, equal parts"] = One(12, "Split", [2, 6], node => node.With("axis", -1L), outputs: 3);
        cases["TopK 7"] = One(7, "TopK", [3, 8], node => node.With("k", 3L).With("axis", 1L), outputs: 2);
        cases["Dropout 7"] = One(7, "Dropout", [3, 4], node => node.With("ratio", 0.4f));
        cases["Dropout 10, unused mask"] = Only("y0", One(10, "Dropout", [3, 4], node => node.With("ratio", 0.4f), outputs: 2));
        cases["Dropout 12"] = One(12, "Dropout", [3, 4]);
        foreach (string reduction in new[] { "L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare" })
        {
            cases[$"Reduce{reduction} 7"] = Chain(7, [2, 3, 4], new Node("a", "Abs", ["x"], ["z"]), new Node("b", $"Reduce{reduction}", ["z"], ["y"]).With("axes", new long[] { 0, 2 }).With("keepdims", 0L));
            cases[$"Reduce{reduction} 12, all axes"] = Chain(12, [2, 3, 4], new Node("a", "Abs", ["x"], ["z"]), new Node("b", $"Reduce{reduction}", ["z"], ["y"]));
        }

        cases["ReduceMean 17, from the end"] = One(17, "ReduceMean", [2, 3, 4], node => node.With("axes", new long[] { -1 }));
    }

    private static void Normalization(Dictionary<string, Graph> cases)
    {
        Graph Batch(long opset, long[] shape, long[] statistics, Func<Node, Node> set, ElementType element = ElementType.Float32) => One(
            opset, "BatchNormalization", shape, node => set(node with { Inputs = ["x", "scale", "bias", "mean", "var"] }), element, 1,
            ("scale", Vector(statistics, 0.5f, element)), ("bias", Vector(statistics, -1, element)), ("mean", Vector(statistics, 0.1f, element)), ("var", Vector(statistics, 0.7f, element)));
        cases["BatchNormalization 7"] = Batch(7, [2, 3, 4, 4], [3], node => node.With("epsilon", 1e-3f));
        cases["BatchNormalization 9, half"] = Batch(9, [2, 3, 4, 4], [3], node => node, ElementType.Float16);
        cases["BatchNormalization 7, spatial"] = Batch(7, [2, 3, 4, 4], [3], node => node.With("spatial", 1L));
        cases["BatchNormalization 8, not spatial"] = Batch(8, [2, 3, 4], [3, 4], node => node.With("spatial", 0L));
    }

    private static void Resizing(Dictionary<string, Graph> cases)
    {
        foreach (string mode in new[] { "nearest", "linear" })
        {
            cases[$"Upsample 7, {mode}"] = One(7, "Upsample", [1, 2, 4, 5], node => node.With("mode", mode).With("scales", new float[] { 1, 1, 2, 3 }));
            cases[$"Upsample 9, {mode}, fraction"] = Scaled(9, "Upsample", mode, 1, 1, 1.5f, 2.3f);
            cases[$"Upsample 9, {mode}, from a node"] = Chain(
                9, [1, 2, 4, 5], new Node("c", "Constant", [], ["s"]).With("value", TensorData.Vector<float>(1, 1, 2, 2)), new Node("u", "Upsample", ["x", "s"], ["y"]).With("mode", mode));
            cases[$"Resize 10, {mode}, larger"] = Scaled(10, "Resize", mode, 1, 1, 2, 3);
            cases[$"Resize 10, {mode}, smaller"] = Scaled(10, "Resize", mode, 1, 1, 0.6f, 0.5f);
            cases[$"Resize 10, {mode}, larger and smaller"] = Scaled(10, "Resize", mode, 1, 1, 1.7f, 0.6f);
        }

        cases["Resize 10, scales given at run time"] = Dynamic();
        Graph Full(long opset, Func<Node, Node> set) => One(
            opset, "Resize", [1, 2, 4, 6], node => set(node with { Inputs = ["x", "roi", "scales", "sizes"] }), ElementType.Float32, 1,
            ("roi", TensorData.Vector<float>()), ("scales", TensorData.Vector<float>()), ("sizes", TensorData.Vector<long>(1, 2, 7, 3)));
        cases["Resize 11, sizes"] = Full(11, node => node.With("mode", "linear"));
        cases["Resize 11, cubic"] = Full(11, node => node.With("mode", "cubic").With("cubic_coeff_a", -0.5f).With("exclude_outside", 1L));
        cases["Resize 12, align corners"] = Full(12, node => node.With("mode", "linear").With("coordinate_transformation_mode", "align_corners"));
        foreach (string nearest in new[] { "floor", "round_prefer_floor" })
        {
            cases[$"Resize 11, tf_half_pixel_for_nn, {nearest}"] =
                Full(11, node => node.With("coordinate_transformation_mode", "tf_half_pixel_for_nn").With("nearest_mode", nearest));
        }

        cases["Resize 17"] = Full(17, node => node.With("mode", "linear").With("coordinate_transformation_mode", "pytorch_half_pixel"));
    }

    private static void Softmaxes(Dictionary<string, Graph> cases)
    {
        foreach (string opType in new[] { "Softmax", "LogSoftmax", "Hardmax" })
        {
            cases[$"{opType} 7, default axis of a matrix"] = One(7, opType, [3, 5]);
            cases[$"{opType} 11, default axis of an image"] = One(11, opType, [2, 3, 4]);
            cases[$"{opType} 11, first axis"] = One(11, opType, [2, 3, 4], node => node.With("axis", 0L));
            cases[$"{opType} 12, last axis"] = One(12, opType, [2, 3, 4], node => node.With("axis", -1L));
            cases[$"{opType} 9, trailing ones"] = One(9, opType, [2, 7, 1, 1], node => node.With("axis", 1L));
            cases[$"{opType} 10, unknown rank"] = Unranked(10, opType);
        }

        cases["Softmax 13"] = One(13, "Softmax", [2, 3, 4], node => node.With("axis", 1L));
    }

    private static void Experimental(Dictionary<string, Graph> cases)
    {
        cases["Affine 7"] = One(7, "Affine", [2, 3], node => node.With("alpha", 2f).With("beta", -1f));
        cases["ImageScaler 7"] = One(7, "ImageScaler", [1, 3, 2, 2], node => node.With("scale", 0.5f).With("bias", new float[] { 1, 2, 3 }));
        cases["ParametricSoftplus 7"] = One(7, "ParametricSoftplus", [2, 3], node => node.With("alpha", 2f).With("beta", 0.5f));
        cases["ScaledTanh 7"] = One(7, "ScaledTanh", [2, 3], node => node.With("alpha", 2f).With("beta", 0.5f));
    }

    /// <summary>Operators with several versions whose meaning stayed: evidence that they need no adapter.</summary>
    private static void Unchanged(Dictionary<string, Graph> cases)
    {
        cases["AveragePool 7"] = One(7, "AveragePool", [1, 2, 7, 7], node => Window(node).With("count_include_pad", 1L));
        cases["AveragePool 10, ceil"] = One(10, "AveragePool", [1, 2, 7, 7], node => Window(node).With("ceil_mode", 1L));
        cases["AveragePool 18, ceil"] = One(18, "AveragePool", [1, 2, 8, 8], node => node.With("kernel_shape", new long[] { 3, 3 }).With("strides", new long[] { 2, 2 }).With("ceil_mode", 1L));
        cases["AveragePool 7, same"] = One(7, "AveragePool", [1, 2, 7, 7], node => Window(node).Without("pads").With("auto_pad", "SAME_UPPER"));
        cases["MaxPool 7"] = One(7, "MaxPool", [1, 2, 7, 7], Window);
        cases["MaxPool 8, indices"] = One(8, "MaxPool", [1, 2, 7, 7], Window, outputs: 2);
        cases["MaxPool 10, ceil, dilated"] = One(10, "MaxPool", [1, 2, 9, 9], node => Window(node).With("ceil_mode", 1L).With("dilations", new long[] { 2, 2 }));
        cases["LpPool 7"] = One(7, "LpPool", [1, 2, 7, 7], node => Window(node).With("p", 2L));
        cases["GlobalAveragePool 7"] = One(7, "GlobalAveragePool", [1, 2, 7, 7]);
        cases["DepthToSpace 7"] = One(7, "DepthToSpace", [1, 8, 2, 3], node => node.With("blocksize", 2L));
        cases["Flatten 7"] = One(7, "Flatten", [2, 3, 4], node => node.With("axis", 2L));
        cases["ArgMax 7"] = One(7, "ArgMax", [2, 5], node => node.With("axis", 1L).With("keepdims", 0L));
        cases["Sum 7"] = One(7, "Sum", [2, 3], node => node with { Inputs = ["x", "x", "x"] });
        cases["Max 7"] = One(7, "Max", [2, 3], node => node with { Inputs = ["x", "k"] }, ElementType.Float32, 1, ("k", Vector([2, 3], 0.1f)));
        cases["PRelu 7"] = One(7, "PRelu", [2, 3, 2], node => node with { Inputs = ["x", "k"] }, ElementType.Float32, 1, ("k", Vector([3, 1], 0.1f)));
        cases["LeakyRelu 7"] = One(7, "LeakyRelu", [2, 3], node => node.With("alpha", 0.3f));
        cases["LRN 7"] = One(7, "LRN", [1, 5, 3, 3], node => node.With("size", 3L));
        cases["InstanceNormalization 7"] = One(
            7, "InstanceNormalization", [2, 3, 4, 4], node => node with { Inputs = ["x", "s", "b"] }, ElementType.Float32, 1, ("s", Vector([3], 1)), ("b", Vector([3], 0.2f)));
        cases["Gemm 7"] = One(7, "Gemm", [2, 3], node => node with { Inputs = ["x", "w", "c"] }, ElementType.Float32, 1, ("w", Vector([3, 4], 0.1f)), ("c", Vector([4], 1)));
        cases["Conv 7"] = One(7, "Conv", [1, 2, 5, 5], node => node.With("pads", new long[] { 1, 1, 1, 1 }) with { Inputs = ["x", "w"] }, ElementType.Float32, 1, ("w", Vector([4, 2, 3, 3], 0.1f)));
        foreach (string padding in new[] { "SAME_UPPER", "SAME_LOWER" })
        {
            cases[$"ConvTranspose 7, {padding}"] = One(
                7, "ConvTranspose", [1, 2, 4, 4], node => node.With("auto_pad", padding).With("strides", new long[] { 2, 2 }) with { Inputs = ["x", "w"] }, ElementType.Float32, 1,
                ("w", Vector([2, 3, 3, 3], 0.1f)));
        }

        cases["Gather 7"] = One(7, "Gather", [4, 3], node => node.With("axis", 0L) with { Inputs = ["x", "i"] }, ElementType.Float32, 1, ("i", TensorData.Vector<long>(2, 0)));
        cases["OneHot 9"] = One(
            9, "OneHot", [3], node => node with { Inputs = ["x", "d", "v"] }, ElementType.Int64, 1, ("d", TensorData.Vector<long>(5)), ("v", TensorData.Vector<float>(-1, 2)));
        cases["OneHot 9, negative"] = One(
            9, "OneHot", [3], node => node with { Inputs = ["i", "d", "v"] }, ElementType.Int64, 1,
            ("i", TensorData.Vector<long>(-1, 2, 7)), ("d", TensorData.Vector<long>(5)), ("v", TensorData.Vector<float>(-1, 2)));
        cases["Scatter 9"] = One(
            9, "Scatter", [3, 3], node => node.With("axis", 1L) with { Inputs = ["x", "i", "u"] }, ElementType.Float32, 1,
            ("i", TensorData.Adopt([2L, 0, 1], 3, 1)), ("u", Vector([3, 1], 9)));
        cases["Cast 7"] = One(7, "Cast", [3], node => node.With("to", (long)ElementType.Int32));
        cases["QuantizeLinear 10"] = One(
            10, "QuantizeLinear", [3, 4], node => node with { Inputs = ["x", "s", "z"] }, ElementType.Float32, 1, ("s", TensorData.Scalar(0.1f)), ("z", TensorData.Scalar((byte)100)));
        cases["Pow 7"] = One(7, "Pow", [2, 3], node => node with { Inputs = ["x", "k"] }, ElementType.Float32, 1, ("k", TensorData.Scalar(2f)));
        cases["LSTM 7"] = One(
            7, "LSTM", [4, 2, 3], node => node.With("hidden_size", 2L) with { Inputs = ["x", "w", "r"] }, ElementType.Float32, 3, ("w", Vector([1, 8, 3], 0.1f)), ("r", Vector([1, 8, 2], 0.2f)));
        cases["GRU 7"] = One(
            7, "GRU", [4, 2, 3], node => node.With("hidden_size", 2L).With("linear_before_reset", 1L) with { Inputs = ["x", "w", "r"] }, ElementType.Float32, 2,
            ("w", Vector([1, 6, 3], 0.1f)), ("r", Vector([1, 6, 2], 0.2f)));
        cases["Shape 9"] = One(9, "Shape", [2, 3]);
        cases["Expand 8"] = One(8, "Expand", [3, 1], node => node with { Inputs = ["x", "s"] }, ElementType.Float32, 1, ("s", TensorData.Vector<long>(2, 3, 4)));
        cases["ConstantOfShape 9"] = Chain(9, [2, 3], new Node("s", "Shape", ["x"], ["z"]), new Node("c", "ConstantOfShape", ["z"], ["y"]).With("value", TensorData.Vector(2.5f)));
    }

    private static void Late(Dictionary<string, Graph> cases)
    {
        cases["RoiAlign 10"] = One(
            10, "RoiAlign", [1, 2, 8, 8], node => node.With("output_height", 2L).With("output_width", 3L) with { Inputs = ["x", "r", "b"] }, ElementType.Float32, 1,
            ("r", TensorData.Adopt([1f, 1, 5, 6, 0, 2, 7, 7], 2, 4)), ("b", TensorData.Vector<long>(0, 0)));
        foreach (string mode in new[] { "bilinear", "bicubic", "nearest" })
        {
            cases[$"GridSample 16, {mode}"] = One(
                16, "GridSample", [1, 1, 4, 4], node => node.With("mode", mode) with { Inputs = ["x", "g"] }, ElementType.Float32, 1, ("g", Vector([1, 2, 2, 2], -0.7f)));
        }

        cases["GridSample 18, default"] = One(18, "GridSample", [1, 1, 4, 4], node => node with { Inputs = ["x", "g"] }, ElementType.Float32, 1, ("g", Vector([1, 2, 2, 2], -0.7f)));
        cases["DFT 17"] = One(17, "DFT", [1, 8, 1], node => node.With("onesided", 1L));
        cases["DFT 19, axis"] = One(19, "DFT", [2, 3, 8, 1], node => node.With("axis", 2L));
    }

    private static Graph One(
        long opset, string opType, long[] shape, Func<Node, Node>? set = null, ElementType element = ElementType.Float32, int outputs = 1, params (string Name, TensorData Value)[] constants)
    {
        string[] names = outputs == 1 ? ["y"] : [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")];
        var node = new Node("op", opType, ["x"], [.. names]) { Origin = new Origin("op", 0) };
        return new Graph
        {
            Name = $"{opType} {opset}",
            Inputs = [new Value("x", element, Shape.Of(shape))],
            Nodes = [set?.Invoke(node) ?? node],
            Outputs = [.. names.Select(name => new Value(name, null))],
            Constants = ImmutableDictionary<string, TensorData>.Empty.AddRange(constants.Select(each => KeyValuePair.Create(each.Name, each.Value))),
            Opsets = new GraphBuilder("", opset).Build().Opsets,
        };
    }

    private static Graph Chain(long opset, long[] shape, params Node[] nodes) =>
        One(opset, nodes[^1].OpType, shape) with { Nodes = [.. nodes.Select((node, i) => node with { Origin = new Origin(node.Name, i) })] };

    private static Graph Only(string output, Graph graph) => graph with { Outputs = [new Value(output, null)] };

    private static Graph Scaled(long opset, string opType, string mode, params float[] scales) => One(
        opset, opType, [1, 2, 4, 5], node => node.With("mode", mode) with { Inputs = ["x", "scales"] }, ElementType.Float32, 1, ("scales", TensorData.Vector<float>(scales)));

    /// <summary>Scales that depend on an input: shape [4] filled with 1, 1, 1.5, 0.5 by arithmetic that nothing folds.</summary>
    private static Graph Dynamic()
    {
        var graph = Chain(
            10,
            [1, 2, 4, 6],
            new Node("zero", "Mul", ["x", "nought"], ["z"]),
            new Node("sum", "ReduceSum", ["z"], ["s"]).With("keepdims", 0L),
            new Node("scales", "Add", ["base", "s"], ["scales"]),
            new Node("resize", "Resize", ["x", "scales"], ["y"]).With("mode", "nearest"));
        return graph with
        {
            Constants = graph.Constants.Add("nought", TensorData.Scalar(0f)).Add("base", TensorData.Vector(1f, 1f, 1.5f, 0.5f)),
        };
    }

    private static Graph Unranked(long opset, string opType)
    {
        var graph = Chain(opset, [2, 3, 4], new Node("reshape", "Reshape", ["x", "shape"], ["z"]), new Node("soft", opType, ["z"], ["y"]).With("axis", 1L));
        return graph with { Inputs = [new Value("x", ElementType.Float32, Shape.Of(2, 3, 4)), new Value("shape", ElementType.Int64, new Shape(Dimension.Named("R")))] };
    }

    private static Node Window(Node node) =>
        node.With("kernel_shape", new long[] { 3, 3 }).With("strides", new long[] { 2, 2 }).With("pads", new long[] { 1, 1, 1, 1 });

    /// <summary>Numbers that rise from a start, so that no two are alike.</summary>
    private static TensorData Vector(long[] shape, float start, ElementType element = ElementType.Float32)
    {
        float[] numbers = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(i => start + (i * 0.13f))];
        return element == ElementType.Float16 ? TensorData.Adopt(Array.ConvertAll(numbers, number => (Half)number), shape) : TensorData.Adopt(numbers, shape);
    }
}

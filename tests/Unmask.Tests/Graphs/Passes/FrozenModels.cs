using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>Small models exported for one batch size, the way exporters bake it in; and models that cannot be had for more.</summary>
internal static class FrozenModels
{
    /// <summary>Models whose batch can be freed, by name.</summary>
    public static IReadOnlyDictionary<string, Graph> Free { get; } = Good();

    /// <summary>Models that mix the items of a batch or lose track of it, by name.</summary>
    public static IReadOnlyDictionary<string, Graph> Stuck { get; } = Bad();

    private static Dictionary<string, Graph> Good() => new()
    {
        ["nothing baked"] = Model([1, 3, 4, 4], b => Gap(b, Conv(b, "x"))),
        ["flatten by a reshape to [1, -1]"] = Model([1, 3, 4, 4], b => Head(b, b.Add("Reshape", [Conv(b, "x"), b.Constant([1, -1])]), 64)),
        ["flatten by a reshape to [1, 64]"] = Model([1, 3, 4, 4], b => Head(b, b.Add("Reshape", [Conv(b, "x"), b.Constant([1, 64])]), 64)),
        ["flatten by a reshape to [-1, 64]"] = Model([1, 3, 4, 4], b => Head(b, b.Add("Reshape", [Conv(b, "x"), b.Constant([-1, 64])]), 64)),
        ["batch of four"] = Model([4, 3, 4, 4], b => Head(b, b.Add("Reshape", [Conv(b, "x"), b.Constant([4, -1])]), 64)),
        ["batch of four, merged with time"] = Model([4, 6, 5], b => b.Add("Reshape", [Head(b, b.Add("Reshape", ["x", b.Constant([24, 5])]), 5), b.Constant([4, 6, -1])])),
        ["merged with time and back"] = Model([1, 6, 5], b => b.Add("Reshape", [Head(b, b.Add("Reshape", ["x", b.Constant([6, 5])]), 5), b.Constant([1, 6, 3])])),
        ["time in front"] = Model([1, 6, 5], b =>
        {
            string timeFirst = b.Add("Transpose", ["x"], null, ("perm", new long[] { 1, 0, 2 }));
            string rows = Head(b, b.Add("Reshape", [timeFirst, b.Constant([6, 5])]), 5);
            string back = b.Add("Transpose", [b.Add("Reshape", [rows, b.Constant([6, 1, 3])])], null, ("perm", new long[] { 1, 0, 2 }));
            return b.Add("ReduceMean", [back, b.Constant([1])], null, ("keepdims", 0L));
        }),
        ["class token as a constant"] = Model([1, 3, 4, 4], b => First(b, b.Add("Concat", [Filled(b, 1, 1, 4), Tokens(b)], null, ("axis", 1L)))),
        ["class token by Expand"] = Model([1, 3, 4, 4], b =>
            First(b, b.Add("Concat", [b.Add("Expand", [Filled(b, 1, 1, 4), b.Constant([1, 1, 4])]), Tokens(b)], null, ("axis", 1L)))),
        ["class token by Expand to the batch size of the data"] = Model([1, 3, 4, 4], b =>
        {
            string batch = b.Add("Gather", [b.Add("Shape", ["x"]), b.Constant(TensorData.Scalar(0L))], null, ("axis", 0L));
            string target = b.Add("Concat", [b.Add("Unsqueeze", [batch, b.Constant([0])]), b.Constant([-1]), b.Constant([-1])], null, ("axis", 0L));
            string one = b.Add("ConstantOfShape", [b.Constant([3])], null, ("value", TensorData.Vector(1L)));
            string safe = b.Add("Where", [b.Add("Equal", [target, b.Constant([-1])]), one, target]);
            return First(b, b.Add("Concat", [b.Add("Expand", [Filled(b, 1, 1, 4), safe]), Tokens(b)], null, ("axis", 1L)));
        }),
        ["class token by Expand, batch of four"] = Model([4, 3, 4, 4], b =>
        {
            string tokens = b.Add("Transpose", [b.Add("Reshape", [Conv(b, "x"), b.Constant([4, 4, 16])])], null, ("perm", new long[] { 0, 2, 1 }));
            return First(b, b.Add("Concat", [b.Add("Expand", [Filled(b, 1, 1, 4), b.Constant([4, 1, 4])]), tokens], null, ("axis", 1L)));
        }),
        ["attention with every shape baked"] = Model([1, 3, 4, 4], Attention),
        ["attention with time in front and heads in the batch"] = Model([1, 6, 4], b =>
        {
            string timeFirst = b.Add("Transpose", ["x"], null, ("perm", new long[] { 1, 0, 2 }));
            string q = b.Add("Transpose", [b.Add("Reshape", [timeFirst, b.Constant([6, 2, 2])])], null, ("perm", new long[] { 1, 0, 2 }));
            string k = b.Add("Transpose", [b.Add("Reshape", [timeFirst, b.Constant([6, 2, 2])])], null, ("perm", new long[] { 1, 2, 0 }));
            string mixed = b.Add("MatMul", [b.Add("Softmax", [b.Add("MatMul", [q, k])]), q]);
            string rows = b.Add("Reshape", [b.Add("Transpose", [mixed], null, ("perm", new long[] { 1, 0, 2 })), b.Constant([6, 4])]);
            string back = b.Add("Reshape", [Head(b, rows, 4), b.Constant([6, 1, 3])]);
            return b.Add("ReduceMean", [back, b.Constant([0])], null, ("keepdims", 0L));
        }),
        ["windows merged with the batch"] = Model([1, 8, 8, 4], b =>
        {
            string blocks = b.Add("Transpose", [b.Add("Reshape", ["x", b.Constant([1, 2, 4, 2, 4, 4])])], null, ("perm", new long[] { 0, 1, 3, 2, 4, 5 }));
            string windows = b.Add("MatMul", [b.Add("Reshape", [blocks, b.Constant([4, 16, 4])]), Filled(b, 4, 4)]);
            string weights = b.Add("MatMul", [windows, b.Add("Transpose", [windows], null, ("perm", new long[] { 0, 2, 1 }))]);
            string masked = b.Add("Add", [b.Add("Reshape", [weights, b.Constant([1, 4, 16, 16])]), Filled(b, 1, 4, 1, 16)]);
            string mixed = b.Add("MatMul", [b.Add("Softmax", [b.Add("Reshape", [masked, b.Constant([-1, 16, 16])])]), windows]);
            string grid = b.Add("Transpose", [b.Add("Reshape", [mixed, b.Constant([1, 2, 2, 4, 4, 4])])], null, ("perm", new long[] { 0, 1, 3, 2, 4, 5 }));
            return b.Add("ReduceMean", [b.Add("Reshape", [grid, b.Constant([1, 8, 8, 4])]), b.Constant([1, 2])], null, ("keepdims", 0L));
        }),
        ["states by Expand of a constant made for the batch"] = Model([2, 6, 5], b =>
        {
            string timeFirst = b.Add("Transpose", ["x"], null, ("perm", new long[] { 1, 0, 2 }));
            string batch = b.Add("Shape", [timeFirst], null, ("start", 1L), ("end", 2L));
            string zeros = b.Constant(TensorData.Adopt(new float[6], 1, 2, 3), "zeros");
            string states = b.Add("Expand", [zeros, b.Add("Concat", [b.Constant([1]), batch, b.Constant([3])], null, ("axis", 0L))]);
            var gru = b.AddNode("GRU", [timeFirst, Filled(b, 1, 9, 5), Filled(b, 1, 9, 3), "", "", states], 2, "gru", ("hidden_size", 3L));
            return b.Add("Squeeze", [gru.Outputs[1], b.Constant([0])]);
        }),
        ["a shape put together from constants"] = Model([1, 3, 4, 4], b =>
            Head(b, b.Add("Reshape", [Conv(b, "x"), b.Add("Concat", [b.Add("Unsqueeze", [b.Constant(TensorData.Scalar(1L)), b.Constant([0])]), b.Constant([64])], null, ("axis", 0L))]), 64)),
        ["states of a recurrent network"] = Model([1, 6, 5], b =>
        {
            string timeFirst = b.Add("Transpose", ["x"], null, ("perm", new long[] { 1, 0, 2 }));
            var lstm = b.AddNode("LSTM", [timeFirst, Filled(b, 1, 12, 5), Filled(b, 1, 12, 3), "", "", Filled(b, 1, 1, 3), Filled(b, 1, 1, 3)], 3, "lstm", ("hidden_size", 3L));
            return b.Add("Squeeze", [lstm.Outputs[1], b.Constant([0])]);
        }),
        ["resize to constant sizes"] = Model([1, 3, 4, 4], b => Gap(b, b.Add("Resize", [Conv(b, "x"), "", "", b.Constant([1, 4, 8, 6])], null, ("mode", "linear")))),
        ["a slice of the whole batch"] = Model([1, 3, 4, 4], b =>
            Gap(b, b.Add("Slice", [Conv(b, "x"), b.Constant([0, 1]), b.Constant([1, 3]), b.Constant([0, 2])]))),
        ["tiled and split"] = Model([1, 6], b =>
        {
            var halves = b.AddNode("Split", [b.Add("Tile", ["x", b.Constant([1, 2])])], 2, "split", ("axis", 1L), ("num_outputs", 2L));
            return b.Add("Mul", [halves.Outputs[0], b.Add("Exp", [halves.Outputs[1]])]);
        }),
        ["two views side by side in the batch"] = Model([1, 3, 4, 4], b =>
        {
            string both = Gap(b, Conv(b, b.Add("Concat", ["x", b.Add("Neg", ["x"])], null, ("axis", 0L))));
            return b.Add("ReduceMean", [b.Add("Reshape", [both, b.Constant([2, 1, 4])]), b.Constant([0])], null, ("keepdims", 0L));
        }),
        ["einsum"] = Model([1, 6, 5], b => b.Add("Einsum", ["x", Filled(b, 1, 5, 4)], null, ("equation", "bij,bjk->bk"))),
        ["token embedding"] = Ids([1, 7], b => b.Add("ReduceMean", [b.Add("Gather", [Filled(b, 9, 4), "x"]), b.Constant([1])], null, ("keepdims", 0L))),
    };

    private static Dictionary<string, Graph> Bad() => new()
    {
        ["squeezed away"] = Model([1, 6, 5], b => b.Add("Squeeze", ["x", b.Constant([0])])),
        ["squeezed away without saying so"] = Model([1, 6, 5], b => b.Add("Unsqueeze", [b.Add("Squeeze", ["x"]), b.Constant([0])])),
        ["mean of everything"] = Model([1, 6], b => b.Add("Sub", ["x", b.Add("ReduceMean", ["x"])])),
        ["softmax over the batch"] = Model([1, 6], b => b.Add("Softmax", ["x"], null, ("axis", 0L))),
        ["the first item"] = Model([2, 6], b => b.Add("Gather", ["x", b.Constant([0])], null, ("axis", 0L))),
        ["a value for each item"] = Model([1, 6, 5], b => b.Add("Add", [b.Add("Reshape", ["x", b.Constant([6, 5])]), Filled(b, 6, 5)])),
        ["an output without a batch"] = Model([1, 6], b => b.Add("Reshape", ["x", b.Constant([6])])),
    };

    /// <summary>Multi-head attention over 16 tokens of 4 features in 2 heads, as exported with static shapes.</summary>
    private static string Attention(GraphBuilder b)
    {
        string tokens = Tokens(b);
        string normal = b.Add("LayerNormalization", [tokens, Filled(b, 4), Filled(b, 4)], null, ("axis", -1L));
        string q = Heads(b, b.Add("MatMul", [normal, Filled(b, 4, 4)]), 0, 2, 1, 3);
        string k = Heads(b, b.Add("MatMul", [normal, Filled(b, 4, 4)]), 0, 2, 3, 1);
        string v = Heads(b, b.Add("MatMul", [normal, Filled(b, 4, 4)]), 0, 2, 1, 3);
        string weights = b.Add("Softmax", [b.Add("MatMul", [q, k])], null, ("axis", -1L));
        string mixed = b.Add("Transpose", [b.Add("MatMul", [weights, v])], null, ("perm", new long[] { 0, 2, 1, 3 }));
        string joined = b.Add("MatMul", [b.Add("Reshape", [mixed, b.Constant([16, 4])]), Filled(b, 4, 4)]);
        string sum = b.Add("Add", [tokens, b.Add("Reshape", [joined, b.Constant([1, 16, 4])])]);
        return First(b, b.Add("Add", [sum, Filled(b, 1, 16, 4)]));
    }

    private static string Heads(GraphBuilder b, string tokens, params long[] order) =>
        b.Add("Transpose", [b.Add("Reshape", [tokens, b.Constant([1, 16, 2, 2])])], null, ("perm", order));

    private static string Tokens(GraphBuilder b) =>
        b.Add("Transpose", [b.Add("Reshape", [Conv(b, "x"), b.Constant([1, 4, 16])])], null, ("perm", new long[] { 0, 2, 1 }));

    private static string First(GraphBuilder b, string tokens) => b.Add("Gather", [tokens, b.Constant(TensorData.Scalar(0L))], null, ("axis", 1L));

    private static string Conv(GraphBuilder b, string x) => b.Add("Conv", [x, Filled(b, 4, 3, 3, 3)], null, ("pads", new long[] { 1, 1, 1, 1 }));

    private static string Gap(GraphBuilder b, string x) => b.Add("Flatten", [b.Add("GlobalAveragePool", [x])]);

    private static string Head(GraphBuilder b, string x, long features) => b.Add("Gemm", [x, Filled(b, features, 3), Filled(b, 3)]);

    private static string Filled(GraphBuilder b, params long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return b.Constant(TensorData.Adopt([.. Enumerable.Range(0, (int)count).Select(i => MathF.Sin(i + count))], shape), "w");
    }

    private static Graph Ids(long[] shape, Func<GraphBuilder, string> body) => Model(shape, body, ElementType.Int64);

    private static Graph Model(long[] shape, Func<GraphBuilder, string> body, ElementType element = ElementType.Float32)
    {
        var builder = new GraphBuilder("frozen");
        builder.Input("x", element, Shape.Of(shape));
        string result = body(builder);
        var built = ShapeInference.Run(builder.Build());
        builder.OutputAs(result, "y", ElementType.Float32, built.ShapeOf(result));
        return builder.Build();
    }
}

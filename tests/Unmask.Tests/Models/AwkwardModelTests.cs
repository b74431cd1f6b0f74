using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Models;

/// <summary>Models as people really export them: each works, with the same map as its plain form, or is refused clearly.</summary>
public sealed class AwkwardModelTests
{
    private const int Side = 8;
    private static readonly float[] Weights = [.. LinearModels.Values(3 * Side * Side, 1), .. LinearModels.Values(3 * Side * Side, 2)];
    private static readonly float[] Picture = LinearModels.Values(3 * Side * Side, 3);

    [Fact]
    public void A_batch_baked_into_a_reshape_is_freed()
    {
        using var model = Model.FromGraph(Linear(batch: 1, flatten: (graph, x) => graph.Add("Reshape", [x, graph.Constant([1, 3 * Side * Side])])));
        Assert.Empty(model.Notes.Where(note => note.Contains("batch", StringComparison.Ordinal)));
        Near.Equal(PlainMap(), Map(model, Picture), 1e-6, "baked batch");
    }

    [Fact]
    public void A_batch_that_cannot_be_freed_is_looped_and_said()
    {
        // The mean over the whole batch makes two items together differ from each alone.
        var graph = Linear(batch: 1, flatten: (builder, x) =>
        {
            string mean = builder.Add("ReduceMean", [x], null, ("keepdims", 1L));
            string zero = builder.Add("Mul", [mean, builder.Constant(1e-1f)]);
            return builder.Add("Flatten", [builder.Add("Add", [x, zero])], null, ("axis", 1L));
        });
        using var model = Model.FromGraph(graph);
        Assert.Contains(model.Notes, note => note.Contains("one by one", StringComparison.Ordinal));
        using var function = Model.FromFunction(
            batch => Alone(graph, batch), LinearModels.Layout(3, Side, Side), OutputKind.Logits);
        Near.Equal(Map(function, Picture), Map(model, Picture), 1e-5, "looped");
    }

    [Fact]
    public void Channels_last_gives_the_same_map()
    {
        var builder = new GraphBuilder("nhwc");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), Side, Side, 3));
        string first = builder.Add("Transpose", [x], null, ("perm", new long[] { 0, 3, 1, 2 }));
        using var model = Model.FromGraph(Finish(builder, builder.Add("Flatten", [first], null, ("axis", 1L)), Dimension.Named("N")));
        float[] last = new float[Picture.Length];
        for (int i = 0; i < Side * Side; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                last[(i * 3) + channel] = Picture[(channel * Side * Side) + i];
            }
        }

        var input = model.Prepare(TensorData.Adopt(last, 1, Side, Side, 3))[0];
        float[] map = new Rise(model, Options).Explain(input, Target.Class(0)).ToTensorData().AsSpan<float>().ToArray();
        Near.Equal(PlainMap(), map, 1e-6, "channels last");
    }

    [Fact]
    public void Bytes_as_input_are_masked_and_rounded()
    {
        var builder = new GraphBuilder("bytes");
        string x = builder.Input("x", ElementType.UInt8, new Shape(Dimension.Named("N"), 3, Side, Side));
        string floats = builder.Add("Cast", [x], null, ("to", (long)ElementType.Float32));
        using var model = Model.FromGraph(Finish(builder, builder.Add("Flatten", [floats], null, ("axis", 1L)), Dimension.Named("N")));
        float[] bytes = [.. Picture.Select(value => MathF.Round((value + 1) * 127))];
        using var plain = Model.FromGraph(Linear());
        Near.Equal(Map(plain, bytes), Map(model, bytes), 2, "bytes: each of 192 masked values may be off by half a level");
    }

    [Fact]
    public void Half_floats_work()
    {
        var builder = new GraphBuilder("half");
        string x = builder.Input("x", ElementType.Float16, new Shape(Dimension.Named("N"), 3, Side, Side));
        string flat = builder.Add("Flatten", [x], null, ("axis", 1L));
        string w = builder.Constant(TensorData.Adopt(Array.ConvertAll(Weights, value => (Half)value), 2, 3 * Side * Side), "w");
        builder.OutputAs(builder.Add("Gemm", [flat, w], null, ("transB", 1L)), "y", ElementType.Float16, new Shape(Dimension.Named("N"), 2));
        using var model = Model.FromGraph(builder.Build());
        Near.Equal(PlainMap(), Map(model, Picture), 0.02, "half floats");
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(22)]
    public void Operator_sets_from_9_to_22_work(long opset)
    {
        using var model = Model.FromGraph(Linear() with { Opsets = Linear().Opsets.SetItem("", opset) });
        Near.Equal(PlainMap(), Map(model, Picture), 1e-6, $"opset {opset}");
    }

    [Fact]
    public void A_branch_works()
    {
        var builder = new GraphBuilder("branch");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string flat = builder.Add("Flatten", [x], null, ("axis", 1L));
        string yes = builder.Constant(TensorData.Scalar(true));
        var branch = builder.AddNode("If", [yes], 1, "branch", ("then_branch", Branch(flat, 1)), ("else_branch", Branch(flat, -1)));
        using var model = Model.FromGraph(Finish(builder, branch.Outputs[0], Dimension.Named("N")));
        Near.Equal(PlainMap(), Map(model, Picture), 1e-6, "branch");
    }

    [Fact]
    public void Three_inputs_need_a_name_and_the_others_values()
    {
        var builder = new GraphBuilder("three");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string scale = builder.Input("scale", ElementType.Float32, new Shape(Dimension.Named("N"), 1));
        string ids = builder.Input("ids", ElementType.Int64, new Shape(Dimension.Named("N"), 1));
        string flat = builder.Add("Mul", [builder.Add("Flatten", [x], null, ("axis", 1L)), scale]);
        flat = builder.Add("Add", [flat, builder.Add("Cast", [ids], null, ("to", (long)ElementType.Float32))]);
        using var model = Model.FromGraph(Finish(builder, flat, Dimension.Named("N")));
        var items = TensorData.Adopt(Picture, 1, 3, Side, Side);
        var problem = Assert.Throws<UnmaskException>(() => model.Prepare(items));
        Assert.Contains("scale", problem.Message, StringComparison.Ordinal);
        Assert.Contains("ids", problem.Message, StringComparison.Ordinal);
        var input = model.Prepare(items, new Dictionary<string, TensorData> { ["scale"] = TensorData.Adopt(new float[] { 1 }, 1, 1), ["ids"] = TensorData.Adopt(new long[] { 0 }, 1, 1) })[0];
        float[] map = new Rise(model, Options).Explain(input, Target.Class(0)).ToTensorData().AsSpan<float>().ToArray();
        Near.Equal(PlainMap(), map, 1e-6, "three inputs");
    }

    [Fact]
    public void Weights_that_are_not_numbers_are_refused_by_name()
    {
        var broken = Linear();
        float[] weights = [.. Weights];
        weights[7] = float.NaN;
        broken = broken with { Constants = broken.Constants.SetItem("w", TensorData.Adopt(weights, 2, 3 * Side * Side)) };
        var problem = Assert.Throws<ModelFormatException>(() => Model.FromGraph(broken));
        Assert.Contains("\"w\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_whose_shape_does_not_say_how_to_read_it_is_refused()
    {
        var builder = new GraphBuilder("features");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string places = builder.Add("Reshape", [builder.Add("Relu", [x]), builder.Constant([0L, 3L, Side * Side])]);
        builder.OutputAs(places, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side * Side));
        var problem = Assert.Throws<UnmaskException>(() => Model.FromGraph(builder.Build()));
        Assert.Contains("one score for each class", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quantised_model_works()
    {
        var builder = new GraphBuilder("qdq");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string scale = builder.Constant(1f / 64), zero = builder.Constant(TensorData.Scalar((sbyte)0));
        string quantised = builder.Add("QuantizeLinear", [x, scale, zero]);
        string back = builder.Add("DequantizeLinear", [quantised, scale, zero]);
        using var model = Model.FromGraph(Finish(builder, builder.Add("Flatten", [back], null, ("axis", 1L)), Dimension.Named("N")));
        Near.Equal(PlainMap(), Map(model, Picture), 0.1, "quantised");
    }

    [Fact]
    public void External_data_beyond_two_gigabytes_is_read_in_place()
    {
        using var folder = new TemporaryFolder();
        const long offset = (2L << 30) + 4096;
        using (var file = File.Create(folder.File("weights.bin")))
        {
            // Sparse: takes no room on the disk.
            file.SetLength(offset + (Weights.Length * sizeof(float)));
            file.Position = offset;
            file.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Weights));
        }

        var graph = Linear();
        var external = new ExternalData(folder.File("weights.bin"), "weights.bin", offset, Weights.Length * sizeof(float));
        graph = graph with { Constants = graph.Constants.SetItem("w", TensorData.FromFile(ElementType.Float32, [2, 3 * Side * Side], external)) };
        OnnxWriter.Write(graph, folder.File("model.onnx"));
        Assert.True(new FileInfo(folder.File("model.onnx")).Length < 4096);
        using var model = Model.Load(folder.File("model.onnx"));
        Near.Equal(PlainMap(), Map(model, Picture), 1e-6, "external data");
    }

    private static RiseOptions Options => RiseOptions.Paper with { Masks = 40, Score = Score.Logit };

    private static float[] PlainMap()
    {
        using var model = Model.FromGraph(Linear());
        return Map(model, Picture);
    }

    private static float[] Map(Model model, float[] picture) =>
        new Rise(model, Options).Explain(model.Prepare(TensorData.Adopt(picture, 1, 3, Side, Side))[0], Target.Class(0)).ToTensorData().AsSpan<float>().ToArray();

    private static Graph Linear(long? batch = null, Func<GraphBuilder, string, string>? flatten = null)
    {
        var builder = new GraphBuilder("linear");
        Dimension first = batch is { } size ? size : Dimension.Named("N");
        string x = builder.Input("x", ElementType.Float32, new Shape(first, 3, Side, Side));
        return Finish(builder, flatten is null ? builder.Add("Flatten", [x], null, ("axis", 1L)) : flatten(builder, x), first);
    }

    private static Graph Finish(GraphBuilder builder, string flat, Dimension batch)
    {
        string w = builder.Constant(TensorData.Adopt(Weights, 2, 3 * Side * Side), "w");
        builder.OutputAs(builder.Add("Gemm", [flat, w], null, ("transB", 1L)), "y", ElementType.Float32, new Shape(batch, 2));
        return builder.Build();
    }

    private static Graph Branch(string outer, float factor)
    {
        var builder = new GraphBuilder("side");
        string y = builder.Add("Mul", [outer, builder.Constant(factor)]);
        builder.OutputAs(y, "picked", ElementType.Float32, new Shape(Dimension.Named("N"), 3 * Side * Side));
        var graph = builder.Build();
        return graph with { Opsets = graph.Opsets.Clear() };
    }

    private static System.Numerics.Tensors.Tensor<float> Alone(Graph graph, System.Numerics.Tensors.Tensor<float> batch)
    {
        using var session = Session.FromGraph(graph);
        int items = (int)batch.Lengths[0];
        float[] values = new float[(int)batch.FlattenedLength];
        batch.FlattenTo(values);
        var scores = Enumerable.Range(0, items).SelectMany(item => session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Adopt(values.AsMemory(item * Picture.Length, Picture.Length), 1, 3, Side, Side),
        })[0].AsSpan<float>().ToArray()).ToArray();
        return System.Numerics.Tensors.Tensor.Create(scores, [items, 2]);
    }
}

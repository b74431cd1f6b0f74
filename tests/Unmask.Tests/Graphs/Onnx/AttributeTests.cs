using Google.Protobuf;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;
using static Unmask.Tests.Graphs.Protos;
using Kind = Unmask.Graphs.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Unmask.Tests.Graphs;

public sealed class AttributeTests
{
    [Fact]
    public void Every_kind_is_read_and_written()
    {
        var tensor = Floats("", [2], 1, 2);
        var branch = Graph(["r"], Node("Identity", ["x"], ["r"]));
        var type = Info("t", 3, 4).Type;
        AttributeProto[] attributes =
        [
            Attribute("f", 0.1f),
            Attribute("i", -7),
            new() { Name = "s", Type = Kind.String, S = ByteString.CopyFromUtf8("a \"text\"\n") },
            new() { Name = "blob", Type = Kind.String, S = ByteString.CopyFrom(0xFF, 0xFE, 0x00) },
            Attribute("t", tensor),
            Attribute("g", branch),
            new() { Name = "tp", Type = Kind.TypeProto, Tp = type },
            new() { Name = "fs", Type = Kind.Floats, Floats = { 1, float.NaN, -0f } },
            new() { Name = "is", Type = Kind.Ints, Ints = { 1, long.MinValue } },
            new() { Name = "ss", Type = Kind.Strings, Strings = { ByteString.CopyFromUtf8("a"), ByteString.Empty } },
            new() { Name = "ts", Type = Kind.Tensors, Tensors = { tensor, tensor } },
            new() { Name = "gs", Type = Kind.Graphs, Graphs = { branch, branch } },
            new() { Name = "tps", Type = Kind.TypeProtos, TypeProtos = { type } },
            new() { Name = "none", Type = Kind.Ints },
        ];
        var model = Model(Node("All", ["x"], ["y"], attributes).Named("all").Of("test")).In("x", 1).Out("y", 1);
        model.Import("test", 1);
        var graph = model.Read();
        string printed = """
            [all] y = test.All(x) {blob=bytes(FFFE00), f=0.1, fs=[1, NaN, -0], i=-7, is=[1, -9223372036854775808], none=[], s="a \"text\"\n", ss=["a", ""], t=Float32[2] (1, 2), tp=Float32[3, 4], tps=[Float32[3, 4]], ts=[Float32[2] (1, 2), Float32[2] (1, 2)]}
              g:
                graph "body"
                  [Identity_r] r = Identity(x)
                  output r: ?
              gs:
                graph "body"
                  [Identity_r] r = Identity(x)
                  output r: ?
              gs:
                graph "body"
                  [Identity_r] r = Identity(x)
                  output r: ?
            """;
        Assert.Equal(printed, GraphPrinter.Print(graph.Nodes[0]));
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }

    [Fact]
    public void The_kind_may_be_left_out_as_in_the_first_files()
    {
        AttributeProto[] attributes =
        [
            new() { Name = "f", F = 2 },
            new() { Name = "i", I = 3 },
            new() { Name = "s", S = ByteString.CopyFromUtf8("s") },
            new() { Name = "is", Ints = { 4 } },
            new() { Name = "fs", Floats = { 5 } },
            new() { Name = "t", T = Floats("", [], 6) },
        ];
        var model = Model(Node("Old", ["x"], ["y"], attributes).Of("test")).In("x", 1).Out("y", 1);
        model.Import("test", 1);
        Assert.Equal("[Old_y] y = test.Old(x) {f=2, fs=[5], i=3, is=[4], s=\"s\", t=Float32[] (6)}", GraphPrinter.Print(model.Read().Nodes[0]));
    }

    [Fact]
    public void Every_kind_of_type_is_read_and_written()
    {
        var tensor = Info("t", 3).Type;
        TypeProto[] types =
        [
            tensor,
            new() { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Int64 } },
            new() { SequenceType = new TypeProto.Types.Sequence { ElemType = tensor } },
            new() { OptionalType = new TypeProto.Types.Optional { ElemType = new() { SequenceType = new TypeProto.Types.Sequence { ElemType = tensor } } } },
            new() { MapType = new TypeProto.Types.Map { KeyType = (int)ElementType.Int64, ValueType = tensor } },
            new() { SparseTensorType = new TypeProto.Types.SparseTensor { ElemType = (int)ElementType.Float32, Shape = tensor.TensorType.Shape } },
        ];
        var model = Model();
        for (int i = 0; i < types.Length; i++)
        {
            model.Graph.Input.Add(new ValueInfoProto { Name = $"x{i}", Type = types[i] });
            model.Graph.Output.Add(new ValueInfoProto { Name = $"x{i}", Type = types[i] });
        }

        var graph = model.Read();
        Assert.Equal(
            ["Float32[3]", "Int64[…]", "Sequence(Float32[3])", "Optional(Sequence(Float32[3]))", "Map(Int64, Float32[3])", "Sparse Float32[3]"],
            graph.Inputs.Select(input => input.Type!.ToString()));
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }
}

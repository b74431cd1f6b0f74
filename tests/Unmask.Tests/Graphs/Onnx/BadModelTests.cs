using Google.Protobuf;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;
using Unmask.Tests.Support;
using static Unmask.Tests.Graphs.Protos;

namespace Unmask.Tests.Graphs;

public sealed class BadModelTests
{
    public static TheoryData<string, byte[], string> Files => new()
    {
        { "empty.onnx", [], "empty" },
        { "text.onnx", "This is a README, not a model.\n"u8.ToArray(), "a text file" },
        { "model.py", "import torch\nprint(torch)\n"u8.ToArray(), "a text file" },
        { "x.png", [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13], "a PNG picture" },
        { "x.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF"u8], "a JPEG picture" },
        { "x.pt", [0x50, 0x4B, 3, 4, 0, 0, 8, 8], "PyTorch" },
        { "x.tflite", [0x1C, 0, 0, 0, .. "TFL3"u8, 0, 0], "TensorFlow Lite" },
        { "x.ort", [0x1C, 0, 0, 0, .. "ORTM"u8, 0, 0], "ONNX Runtime's own format" },
        { "lfs.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8.ToArray(), "git lfs pull" },
        { "noise.bin", [.. Enumerable.Range(0, 400).Select(i => (byte)(i * i * 31 >> 3))], "not an ONNX model" },
        { "zero.bin", new byte[100], "not an ONNX model" },
        { "other.pb", new StringStringEntryProto { Key = "a", Value = "b" }.ToByteArray(), "not an ONNX model" },
        { "version.onnx", [8, 8], "not an ONNX model" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Files_that_are_not_ONNX_are_named_for_what_they_are(string name, byte[] bytes, string what)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File(name), bytes);
        string message = Assert.Throws<ModelFormatException>(() => OnnxReader.Read(folder.File(name))).Message;
        Assert.StartsWith(name + ": ", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", Assert.Throws<ModelFormatException>(() => OnnxReader.Read(folder.File("no.onnx"))).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<ModelFormatException>(() => OnnxReader.Read(folder.File("no/no.onnx"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<ModelFormatException>(() => OnnxReader.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_model_is_called_truncated()
    {
        byte[] whole = Good().ToByteArray();
        Assert.Contains("truncated", Assert.Throws<ModelFormatException>(() => OnnxReader.Read(whole.AsMemory(0, whole.Length - 20))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_above_2_GiB_is_refused_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.File("huge.onnx")))
        {
            file.SetLength(1L << 31);
        }

        Assert.Contains("2 GiB", Assert.Throws<ModelFormatException>(() => OnnxReader.Read(folder.File("huge.onnx"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_that_are_too_new_or_missing_are_refused()
    {
        Refused(model => model.IrVersion = 99, "format version 99; Unmask reads up to 13");
        Refused(model => model.IrVersion = 0, "does not state its format version");
        Refused(model => model.OpsetImport[0].Version = 99, "operator set 99; Unmask reads up to 25");
        Refused(model => model.OpsetImport[0].Version = 0, "operator set 0");
        Refused(model => model.OpsetImport.Clear(), "does not state its operator set");
        Refused(model => model.OpsetImport[0].Domain = "com.other", "uses Add of the operator set \"ai.onnx\", whose version the model does not state");
        Refused(model => model.Graph.Node[0].Domain = "com.microsoft", "uses Add of the operator set \"com.microsoft\"");
        var free = Good();
        free.Import("com.other", 4711);
        Assert.Equal(4711, free.Read().Opsets["com.other"]);
    }

    [Fact]
    public void Names_that_are_missing_or_not_unique_are_refused()
    {
        Refused(model => model.Graph.Node.Add(Node("Neg", ["x"], ["a"])), "makes the value \"a\", which something else makes too");
        Refused(model => model.Graph.Node.Add(Node("Neg", ["a"], ["x"])), "makes the value \"x\", which something else makes too");
        Refused(model => model.Graph.Node.Add(Node("Neg", ["a"], ["w"])), "makes the value \"w\", which something else makes too");
        Refused(model => model.Graph.Node[1].Name = "add", "two nodes are named \"add\"");
        Refused(model => model.Graph.Initializer.Add(Floats("w", [1], 1)), "two inputs or constants of the graph are named \"w\"");
        Refused(model => model.In("x", 2), "two inputs or constants of the graph are named \"x\"");
        Refused(model => model.Out("y", 2), "two outputs of the graph are named \"y\"");
        Refused(model => model.Graph.Initializer[0].Name = "", "has no name");
        Refused(model => model.Graph.Node[0].Input[1] = "v", "reads \"v\", which is neither an input");
        Refused(model => model.Graph.Output[0].Name = "z", "output \"z\" is made by no node");
        Refused(model => model.Graph.Output.Clear(), "has no outputs");
        Refused(model => model.Graph.Node[0].OpType = "", "does not state its operator");
        Refused(model => model.Graph.Node[0].Attribute.AddRange([Attribute("a", 1), Attribute("a", 2)]), "the attribute \"a\" twice");
        Refused(
            model => model.Graph.Node[1].Attribute.Add(Caller("a", "b", AttributeProto.Types.AttributeType.Int)),
            "the attribute \"a\" of node \"relu\" (node 2) refers to a function's attribute, but is not in a function");
        Refused(model => model.Functions.AddRange([Function("F", [], []), Function("F", [], [])]), "is defined twice");
        Refused(model => model.Functions.Add(Function("F", [], ["b"])), "its output \"b\" is made by no node");
    }

    [Theory]
    [InlineData(new long[] { 3 }, "is Float32[3] and takes 12 bytes, but holds 8")]
    [InlineData(new long[] { -2 }, "impossible dimensions [-2]")]
    [InlineData(new long[] { long.MaxValue, 2 }, "impossible dimensions")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, "impossible dimensions")]
    [InlineData(new long[] { 0, 1L << 40, 1L << 40 }, "impossible dimensions")]
    [InlineData(new long[] { 1L << 40 }, "takes 4,398,046,511,104 bytes, but holds 8")]
    public void Tensors_whose_data_does_not_fit_are_refused(long[] dimensions, string reason)
    {
        Refused(model => Redimension(model.Graph.Initializer[0], dimensions), reason);
        Refused(model => Redimension(model.Graph.Initializer[0] = Raw("w", ElementType.Float32, [2], new byte[8]), dimensions), reason);
    }

    [Fact]
    public void Tensors_that_make_no_sense_are_refused()
    {
        Refused(model => model.Graph.Initializer[0].DataType = 0, "does not state its element type");
        Refused(model => model.Graph.Initializer[0].DataType = 77, "element type 77, which is unknown");
        Refused(model => model.Graph.Initializer[0].DataType = (int)ElementType.String, "should hold 2 strings, but holds 0");
        Refused(model => model.Graph.Initializer[0].DataType = (int)ElementType.Int64, "takes 16 bytes, but holds 0");
        Refused(model => model.Graph.Initializer[0].Segment = new TensorProto.Types.Segment(), "stored in segments");
        Refused(model => model.In("z", long.MaxValue, 3), "more than any memory holds");
        var sparse = new SparseTensorProto { Values = Floats("s", [1], 1), Indices = new TensorProto { DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { 9 } }, Dims = { 4 } };
        Refused(model => model.Graph.SparseInitializer.Add(sparse), "an index outside its shape [4]");
        var vast = sparse.Clone();
        vast.Dims[0] = 1L << 50;
        Refused(model => model.Graph.SparseInitializer.Add(vast), "cannot be expanded in memory");
    }

    [Fact]
    public void Graphs_nested_without_end_are_refused()
    {
        var body = Graph(["r"], Node("Neg", ["x"], ["r"]));
        for (int i = 0; i < 200; i++)
        {
            body = Graph(["r"], Node("If", ["x"], ["r"], Attribute("then_branch", body)));
        }

        Refused(model => model.Graph.Node.Add(Node("If", ["x"], ["z"], Attribute("then_branch", body))), "nested too deep");
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_nothing_else()
    {
        var model = Good();
        var branch = Graph(["r"], Node("Identity", ["x"], ["r"]));
        model.Graph.Node.Add(Node("If", ["x"], ["z"], Attribute("then_branch", branch), Attribute("t", Floats("", [1], 1))));
        model.Graph.Node.Add(Node("F", ["x"], ["f"], Attribute("slope", 1f)).Of("test"));
        model.Functions.Add(Function("F", ["a"], ["b"], Node("LeakyRelu", ["a"], ["b"], Caller("alpha", "slope", AttributeProto.Types.AttributeType.Float))));
        model.Import("test", 1);
        byte[] good = model.ToByteArray();
        Assert.Empty(Verifier.Check(OnnxReader.Read(good)));
        var random = new Random(1);
        int refused = 0;
        const int Tries = 3000;
        for (int i = 0; i < Tries; i++)
        {
            byte[] bad = Damage(good, random);
            try
            {
                var graph = OnnxReader.Read(bad);
                Assert.Empty(Verifier.Check(graph));
                GraphPrinter.Print(graph);
                OnnxWriter.ToBytes(graph);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
            catch (Exception other)
            {
                Assert.Fail($"try {i}: {Convert.ToHexString(bad)}\n{other}");
            }
        }

        Assert.InRange(refused, Tries / 2, Tries - 10);
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        byte[] bad = [.. good];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            bad[random.Next(bad.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(bad[random.Next(bad.Length)] ^ (1 << random.Next(8)));
        }

        return random.Next(4) == 0 ? bad[..random.Next(bad.Length)] : bad;
    }

    private static ModelProto Good() => Model(Node("Add", ["x", "w"], ["a"]).Named("add"), Node("Relu", ["a"], ["y"]).Named("relu"))
        .In("x", 2).Out("y", 2).With(Floats("w", [2], 1, 2));

    private static void Refused(Action<ModelProto> spoil, string reason)
    {
        var model = Good();
        spoil(model);
        string message = model.Refused();
        Assert.StartsWith("model: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    private static void Redimension(TensorProto tensor, long[] dimensions)
    {
        tensor.Dims.Clear();
        tensor.Dims.AddRange(dimensions);
    }
}

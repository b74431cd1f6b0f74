using System.Runtime.InteropServices;
using Google.Protobuf;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;
using Unmask.Runtime;
using Unmask.Tests.Support;
using static Unmask.Tests.Graphs.Protos;

namespace Unmask.Tests.Graphs;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Data_in_a_file_is_mapped_not_copied()
    {
        string path = Write("model.onnx", External("w", [3], ("location", "sub/w.bin"), ("offset", "4"), ("length", "12")));
        Data("sub/w.bin", 9, 1, 2, 3);
        var graph = OnnxReader.Read(path);
        var weights = graph.Constants["w"];
        Assert.Equal([1f, 2f, 3f], weights.AsSpan<float>().ToArray());
        Assert.True(weights.Bytes.Span == weights.Bytes.Span); // The same memory, not merely the same values.
        Assert.False(MemoryMarshal.TryGetArray(weights.Bytes, out _));
        Assert.Equal(new ExternalData(_folder.File("sub/w.bin"), "sub/w.bin", 4, 12), weights.External);
        Assert.Empty(Verifier.Check(graph));
    }

    [Fact]
    public void Offset_and_length_may_be_left_out()
    {
        string path = Write("model.onnx", External("w", [2], ("location", "w.bin")));
        Data("w.bin", 4, 5, 6);
        Assert.Equal([4f, 5f], OnnxReader.Read(path).Constants["w"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Data_beyond_2_GiB_is_read()
    {
        const long Offset = (1L << 31) + 4096 + 4;
        string path = Write("model.onnx", External("w", [2], ("location", "huge.bin"), ("offset", $"{Offset}"), ("length", "8")));
        using (var data = File.Create(_folder.File("huge.bin")))
        {
            data.SetLength(Offset + 8); // Sparse: takes no room on the disk.
            data.Position = Offset;
            data.Write(MemoryMarshal.AsBytes<float>([1.5f, -2.5f]));
        }

        var graph = OnnxReader.Read(path);
        Assert.Equal([1.5f, -2.5f], graph.Constants["w"].AsSpan<float>().ToArray());
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph), _folder.Path));
    }

    [Fact]
    public void A_tensor_above_2_GiB_can_be_referred_to_but_not_looked_into()
    {
        const long Count = (1L << 29) + 1;
        string path = Write("model.onnx", External("w", [Count], ("location", "huge.bin")));
        using (var data = File.Create(_folder.File("huge.bin")))
        {
            data.SetLength(Count * 4);
        }

        var graph = OnnxReader.Read(path);
        Assert.Equal(Count * 4, graph.Constants["w"].ByteLength);
        Assert.Throws<NotSupportedException>(() => graph.Constants["w"].Bytes);
        Assert.Empty(Verifier.Check(graph));
        Assert.Empty(Verifier.NonFiniteConstants(graph));
        Assert.Contains("in huge.bin at 0", GraphPrinter.Print(graph), StringComparison.Ordinal);
        OnnxWriter.Write(graph, _folder.File("again.onnx"));
        Assert.Equal(graph.Constants["w"].External, OnnxReader.Read(_folder.File("again.onnx")).Constants["w"].External);
    }

    [Fact]
    public void The_runtime_finds_the_data_of_a_graph()
    {
        var model = Model(Node("Add", ["x", "w"], ["y"])).In("x", 2).Out("y", 2).With(External("w", [2], ("location", "./sub//w.bin"), ("offset", "4")));
        File.WriteAllBytes(_folder.File("model.onnx"), model.ToByteArray());
        Data("sub/w.bin", 9, 10, 20);
        using var session = Session.FromGraph(OnnxReader.Read(_folder.File("model.onnx")));
        var y = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(1f, 2f) })[0];
        Assert.Equal([11f, 22f], y.AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData("../w.bin")]
    [InlineData("sub/../../w.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("\\\\server\\share\\w.bin")]
    [InlineData("..\\w.bin")]
    [InlineData("C:/w.bin")]
    [InlineData("a\0b")]
    public void Paths_out_of_the_models_folder_are_refused(string location)
    {
        string path = Write("model/model.onnx", External("w", [1], ("location", location)));
        Data("w.bin", 1);
        Assert.Contains("is not inside the model's folder", Refused(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_out_of_the_models_folder_are_refused_and_links_within_are_followed()
    {
        Data("outside/w.bin", 1);
        Data("model/real.bin", 2);
        string path = Write("model/model.onnx", External("w", [1], ("location", "w.bin")));
        File.CreateSymbolicLink(_folder.File("model/w.bin"), "../outside/w.bin");
        Assert.Contains("is not inside the model's folder", Refused(path), StringComparison.Ordinal);
        File.Delete(_folder.File("model/w.bin"));
        File.CreateSymbolicLink(_folder.File("model/w.bin"), "real.bin");
        Assert.Equal([2f], OnnxReader.Read(path).Constants["w"].AsSpan<float>().ToArray());
        string within = Write("model/linked.onnx", External("w", [1], ("location", "sub/w.bin")));
        Directory.CreateSymbolicLink(_folder.File("model/sub"), _folder.File("outside"));
        Assert.Contains("is not inside the model's folder", Refused(within), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_a_link_may_have_its_data_beside_its_target()
    {
        // As model caches lay files out: snapshot/model.onnx → ../blobs/1, snapshot/w.bin → ../blobs/2.
        Write("blobs/1", External("w", [1], ("location", "w.bin")));
        Data("blobs/2", 7);
        Directory.CreateDirectory(_folder.File("snapshot"));
        File.CreateSymbolicLink(_folder.File("snapshot/model.onnx"), "../blobs/1");
        File.CreateSymbolicLink(_folder.File("snapshot/w.bin"), "../blobs/2");
        var weights = OnnxReader.Read(_folder.File("snapshot/model.onnx")).Constants["w"];
        Assert.Equal([7f], weights.AsSpan<float>().ToArray());
        Assert.Equal(_folder.File("snapshot/w.bin"), weights.External!.Path);
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        string path = Write("model.onnx", External("w", [1], ("location", "a.bin")));
        File.CreateSymbolicLink(_folder.File("a.bin"), "b.bin");
        File.CreateSymbolicLink(_folder.File("b.bin"), "a.bin");
        Assert.Contains("cannot be opened", Refused(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none.bin", "0", "8", "has its data in the file none.bin, which is not in ")]
    [InlineData("w.bin", "4", "8", "lies at bytes 4 to 12 of w.bin, which has only 8")]
    [InlineData("w.bin", "9223372036854775807", "8", "which has only 8")]
    [InlineData("w.bin", "0", "4", "takes 8 bytes, but its external data in w.bin has 4")]
    [InlineData("w.bin", "-4", "8", "\"-4\" is not a valid offset")]
    [InlineData("w.bin", "0", "many", "\"many\" is not a valid length")]
    [InlineData("", "0", "8", "does not say in which file")]
    [InlineData("sub", "0", "8", "which is not in ")]
    [InlineData(".", "0", "8", "is not inside the model's folder")]
    public void What_cannot_be_is_refused_with_the_reason(string location, string offset, string length, string reason)
    {
        string path = Write("model.onnx", External("w", [2], ("location", location), ("offset", offset), ("length", length)));
        Data("w.bin", 1, 2);
        string message = Refused(path);
        Assert.StartsWith("model.onnx: tensor \"w\"", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_without_a_folder_cannot_have_external_data() => Assert.Contains(
        "the folder of the model was not given", TensorTests.WithConstant(External("w", [1], ("location", "w.bin"))).Refused(), StringComparison.Ordinal);

    [Fact]
    public void Data_that_was_replaced_is_read_anew()
    {
        string path = Write("model.onnx", External("w", [1], ("location", "w.bin")));
        Data("w.bin", 1);
        Assert.Equal([1f], OnnxReader.Read(path).Constants["w"].AsSpan<float>().ToArray());
        File.Delete(_folder.File("w.bin"));
        Data("w.bin", 2, 3);
        Assert.Equal([2f], OnnxReader.Read(path).Constants["w"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_model_is_written_beside_its_data_or_with_it()
    {
        string path = Write("a/model.onnx", External("w", [2], ("location", "w.bin")));
        Data("a/w.bin", 1, 2);
        Directory.CreateDirectory(_folder.File("b"));
        var graph = OnnxReader.Read(path);

        OnnxWriter.Write(graph, _folder.File("above.onnx"));
        Assert.Equal("a/w.bin", OnnxReader.Read(_folder.File("above.onnx")).Constants["w"].External!.Location);

        var refused = Assert.Throws<UnmaskException>(() => OnnxWriter.Write(graph, _folder.File("b/model.onnx")));
        Assert.Contains("is not in " + _folder.File("b"), refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("b")));

        OnnxWriter.WriteWithData(graph, _folder.File("b/model.onnx"), threshold: 1);
        var copy = OnnxReader.Read(_folder.File("b/model.onnx"));
        Assert.Equal("model.onnx.data", copy.Constants["w"].External!.Location);
        Assert.Equal([1f, 2f], copy.Constants["w"].AsSpan<float>().ToArray());
        Assert.Equal(["model.onnx", "model.onnx.data"], Directory.GetFiles(_folder.File("b")).Select(Path.GetFileName).Order());

        OnnxWriter.WriteWithData(graph, _folder.File("b/small.onnx"));
        Assert.Null(OnnxReader.Read(_folder.File("b/small.onnx")).Constants["w"].External);
        Assert.Throws<UnmaskException>(() => OnnxWriter.WriteWithData(graph, _folder.File("a/new.onnx"), "w.bin", threshold: 1));
        Assert.Equal([1f, 2f], OnnxReader.Read(path).Constants["w"].AsSpan<float>().ToArray());
        Assert.Throws<ArgumentException>(() => OnnxWriter.WriteWithData(graph, _folder.File("a/new.onnx"), "../w.bin"));
    }

    [Fact]
    public void Large_constants_go_to_an_aligned_data_file()
    {
        float[] values = [.. Enumerable.Range(0, 20_000).Select(i => (float)i)];
        var builder = new GraphBuilder("large");
        string large = builder.Constant(TensorData.Adopt(values, 20_000), "large");
        string other = builder.Constant(TensorData.Adopt(values.ToArray(), 20_000), "other");
        string small = builder.Constant(1f, "small");
        builder.OutputAs(builder.Add("Add", [builder.Add("Add", [large, small]), other]), "y", ElementType.Float32, Shape.Of(20_000));
        var graph = builder.Build();
        OnnxWriter.WriteWithData(graph, _folder.File("model.onnx"));
        Assert.True(new FileInfo(_folder.File("model.onnx")).Length < 1000);
        var read = OnnxReader.Read(_folder.File("model.onnx"));
        Assert.Equal([0L, 131072L], read.Constants.Values.Where(tensor => tensor.External is not null).Select(tensor => tensor.External!.Offset).Order());
        Assert.Equal(values, read.Constants["other"].AsSpan<float>().ToArray());
        Assert.Null(read.Constants["small"].External);
    }

    private string Write(string name, TensorProto tensor)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, TensorTests.WithConstant(tensor).ToByteArray());
        return path;
    }

    private void Data(string name, params float[] values)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    private static string Refused(string path) => Assert.Throws<ModelFormatException>(() => OnnxReader.Read(path)).Message;
}

using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Imaging;
using Unmask.Tests.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Cli;

/// <summary>Each mistake gets a message that says what to do, the right exit code, no stack trace (see <see cref="Command"/>) and no file.</summary>
public sealed class BadInputTests
{
    [Fact]
    public void A_file_that_is_not_ONNX() => RefusesModel("notes.onnx", "just a text, no network at all"u8.ToArray(), "notes.onnx");

    [Fact]
    public void A_truncated_model()
    {
        byte[] whole = OnnxWriter.ToBytes(Bench.Classifier());
        RefusesModel("half.onnx", whole[..(whole.Length / 2)], "half.onnx");
    }

    [Fact]
    public void A_missing_file_of_external_data()
    {
        using var bench = new Bench();
        OnnxWriter.WriteWithData(Bench.Classifier(), bench.File("big.onnx"), "big.data", threshold: 0);
        File.Delete(bench.File("big.data"));
        Refuses(bench, bench.File("big.onnx"), 1, "big.data");
    }

    [Fact]
    public void An_unsupported_operator()
    {
        var builder = new GraphBuilder("strange");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 16, 16));
        builder.OutputAs(builder.Add("Frobnicate", [x]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        using var bench = new Bench();
        OnnxWriter.Write(builder.Build(), bench.File("strange.onnx"));
        Refuses(bench, bench.File("strange.onnx"), 1, "Frobnicate");
    }

    [Fact]
    public void Weights_that_are_not_numbers()
    {
        var graph = Bench.Classifier();
        float[] weights = graph.Constants["w"].AsSpan<float>().ToArray();
        weights[5] = float.NaN;
        using var bench = new Bench();
        OnnxWriter.Write(graph with { Constants = graph.Constants.SetItem("w", TensorData.Adopt(weights, [768, 3])) }, bench.File("nan.onnx"));
        Refuses(bench, bench.File("nan.onnx"), 1, "NaN");
    }

    [Fact]
    public void A_wrong_number_of_channels()
    {
        using var bench = new Bench();
        OnnxWriter.Write(Bench.Classifier(channels: 5), bench.File("five.onnx"));
        Refuses(bench, bench.File("five.onnx"), 1, "5 channels");
    }

    [Fact]
    public void A_model_that_does_not_exist()
    {
        using var bench = new Bench();
        Refuses(bench, bench.File("none.onnx"), 1, "none.onnx does not exist");
    }

    [Fact]
    public void A_text_named_jpg() => RefusesPicture("notes.jpg", "this is a text"u8.ToArray(), "notes.jpg");

    [Fact]
    public void A_truncated_JPEG()
    {
        byte[] whole = TestPictures.Smooth(200, 150).Encode(ImageFormat.Jpeg);
        RefusesPicture("cut.jpg", whole[..(whole.Length / 2)], "cut.jpg");
    }

    [Fact]
    public void A_PNG_whose_header_promises_1600_million_pixels() => RefusesPicture("huge.png", TestPictures.PngHeader(40_000, 40_000), "40,000");

    [Fact]
    public void A_tensor_that_is_cut_off()
    {
        using var bench = new Bench();
        byte[] whole = File.ReadAllBytes(bench.Tensor("x.npy", 1, 3, 16, 16));
        RefusesPicture("cut.npy", whole[..500], "cut.npy");
    }

    [Fact]
    public void An_empty_folder()
    {
        using var bench = new Bench();
        Directory.CreateDirectory(bench.File("empty"));
        Expect(bench, bench.Explain(bench.File("empty")), 1, "no pictures");
    }

    [Fact]
    public void An_input_that_does_not_exist()
    {
        using var bench = new Bench();
        Expect(bench, bench.Explain(bench.File("none.jpg")), 1, "none.jpg");
    }

    [Fact]
    public void An_unknown_label_with_suggestions()
    {
        using var bench = new Bench();
        Expect(bench, bench.Explain(bench.Picture("p.png"), "--target", "taby"), 2, "Closest: tabby");
    }

    [Fact]
    public void An_index_beyond_the_classes()
    {
        using var bench = new Bench();
        Expect(bench, bench.Explain(bench.Picture("p.png"), "--target", "3"), 2, "3 classes (0 to 2)");
    }

    [Fact]
    public void An_output_folder_that_cannot_be_made_before_any_work()
    {
        using var bench = new Bench();
        string file = bench.Bytes("file", [1]);
        string model = bench.Bytes("not-even-read.onnx", [1]);
        var result = Command.Run("explain", bench.Picture("p.png"), "-m", model, "-o", Path.Combine(file, "out"));
        Assert.Equal(1, result.Code);
        Assert.Contains("Results cannot be written to", result.Error, StringComparison.Ordinal);
        Assert.Contains("-o", result.Error, StringComparison.Ordinal);
    }

    [UnprivilegedFact]
    public void A_read_only_output_folder_before_any_work()
    {
        using var bench = new Bench();
        var folder = Directory.CreateDirectory(bench.Out);
        folder.Attributes |= FileAttributes.ReadOnly;
        try
        {
            Expect(bench, bench.Explain(bench.Picture("p.png")), 1, "Results cannot be written to");
        }
        finally
        {
            folder.Attributes &= ~FileAttributes.ReadOnly;
        }
    }

    [Fact]
    public void Labels_that_do_not_exist()
    {
        using var bench = new Bench();
        Expect(bench, bench.Explain(bench.Picture("p.png"), "--labels", bench.File("none.txt")), 1, "none.txt does not exist");
    }

    private static void RefusesModel(string name, byte[] bytes, string said)
    {
        using var bench = new Bench();
        Refuses(bench, bench.Bytes(name, bytes), 1, said);
    }

    private static void Refuses(Bench bench, string model, int code, string said) =>
        Expect(bench, Command.Run("explain", bench.Picture("p.png"), "-m", model, "-o", bench.Out), code, said);

    private static void RefusesPicture(string name, byte[] bytes, string said)
    {
        using var bench = new Bench();
        Expect(bench, bench.Explain(bench.Bytes(name, bytes), "--set", "masks=20"), 1, said);
    }

    private static void Expect(Bench bench, CommandResult result, int code, string said)
    {
        Assert.Equal(code, result.Code);
        Assert.StartsWith("unmask: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Empty(bench.Results);
    }
}

using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Support;

namespace Unmask.Tests.Cli;

public sealed class ExplainTensorTests
{
    [Theory]
    [InlineData("occlusion", 4)]
    [InlineData("rise", 3)]
    public void The_array_is_the_librarys_attribution_of_every_item(string method, int rank)
    {
        using var bench = new Bench();
        string tensor = bench.Tensor("x.npy", 2, 3, 16, 16);
        string[] few = method == "rise" ? ["--set", "masks=40"] : [];
        var result = bench.Explain([tensor, "--method", method, "--target", "0,2", .. few]);
        Assert.Equal(("", 0), (result.Error, result.Code));
        Assert.Equal([$"x.{method}.json", $"x.{method}.npy"], bench.Results);

        using var model = Model.Load(bench.ModelFile);
        IExplainer explainer = method == "rise" ? new Rise(model, RiseOptions.Fast with { Masks = 40 }) : new Occlusion(model);
        var items = model.Prepare(Npy.Read(tensor));
        float[] expected = [.. explainer.Explain(items[0], Target.Class(0)).ToArray(), .. explainer.Explain(items[1], Target.Class(2)).ToArray()];
        var (values, sizes) = Npy.ReadFloats(Path.Combine(bench.Out, $"x.{method}.npy"));
        Assert.Equal(rank, sizes.Length);
        Assert.Equal(2, sizes[0]);
        Assert.Equal(expected, values);
        var document = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, $"x.{method}.json")));
        Assert.Equal([0, 2], document.Items!.Value.Select(item => item.Target.Index));
        Assert.Equal(model.Evaluate(items[1], Score.Probability)[2], document.Items.Value[1].ScoreValue, 1e-6);
        Assert.Null(document.Preprocessing);
    }

    [Fact]
    public void One_target_serves_all_items_and_pictures_of_them_can_be_asked_for()
    {
        using var bench = new Bench();
        Assert.Equal(0, bench.Explain(bench.Tensor("x.npy", 2, 3, 16, 16), "--set", "masks=20", "--target", "1", "--format", "png,npz").Code);
        Assert.Equal(["x.rise.0.png", "x.rise.1.png", "x.rise.npz"], bench.Results);
    }

    [Fact]
    public void A_list_of_another_length_is_wrong_usage()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Tensor("x.npy", 3, 3, 16, 16), "--target", "0,1");
        Assert.Equal(2, result.Code);
        Assert.Contains("2 targets, but the tensor has 3 items", result.Error, StringComparison.Ordinal);
        Assert.Empty(bench.Results);
    }

    [Fact]
    public void A_list_for_a_picture_is_wrong_usage()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("p.png"), "--target", "0,1");
        Assert.Equal(2, result.Code);
        Assert.Contains("Repeat --target", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_another_shape_is_refused_with_both_shapes()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Tensor("x.npy", 2, 16, 16, 3));
        Assert.Equal(1, result.Code);
        Assert.Contains("[2, 16, 16, 3]", result.Error, StringComparison.Ordinal);
        Assert.Contains("x: Float32[N, 3, 16, 16]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_of_several_inputs_is_fed_by_name()
    {
        using var bench = new Bench();
        OnnxWriter.Write(WithOffset(), bench.File("two.onnx"));
        string x = bench.Tensor("x.npy", 1, 4), b = bench.Tensor("b.npy", 1, 2);
        var result = Command.Run("explain", x, "-m", bench.File("two.onnx"), "--input", "x", "--feed", $"b={b}", "--method", "occlusion", "--score", "output", "-o", bench.Out);
        Assert.Equal(("", 0), (result.Error, result.Code));
        var (values, _) = Npy.ReadFloats(Path.Combine(bench.Out, "x.occlusion.npy"));
        var input = Npy.ReadFloats(x).Values;
        int top = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "x.occlusion.json"))).Items!.Value[0].Target.Index;
        // The model is linear, so hiding an element takes away exactly its share: w·x.
        Near.Equal([.. input.Select((value, i) => value * Weights[(i * 2) + top])], values, 1e-6, "occlusion of a linear model");

        byte[] byNpy = File.ReadAllBytes(Path.Combine(bench.Out, "x.occlusion.npy"));
        using (var stream = File.Create(bench.File("others.npz")))
        {
            Npz.Write(stream, ("b", Npy.Read(b)), ("c", TensorData.Adopt(new float[] { 7, 8 }, 1, 2)));
        }

        foreach (string feed in new[] { $"b={bench.File("others.npz")}", $"b={bench.File("others.npz")}:b" })
        {
            var again = Command.Run("explain", x, "-m", bench.File("two.onnx"), "--input", "x", "--feed", feed, "--method", "occlusion", "--score", "output", "-o", bench.Out);
            Assert.Equal(("", 0), (again.Error, again.Code));
            Assert.Equal(byNpy, File.ReadAllBytes(Path.Combine(bench.Out, "x.occlusion.npy")));
        }

        var whole = Command.Run("explain", x, "-m", bench.File("two.onnx"), "--input", "x", "--feed", bench.File("others.npz"), "--method", "occlusion", "-o", bench.Out);
        Assert.Equal(1, whole.Code);
        Assert.Contains("no other input \"c\"", whole.Error, StringComparison.Ordinal);

        var noArray = Command.Run("explain", x, "-m", bench.File("two.onnx"), "--input", "x", "--feed", $"b={bench.File("others.npz")}:d", "-o", bench.Out);
        Assert.Equal(2, noArray.Code);
        Assert.Contains("no array \"d\" for --feed b. It has: b, c.", noArray.Error, StringComparison.Ordinal);

        var missing = Command.Run("explain", x, "-m", bench.File("two.onnx"), "--input", "x", "--method", "occlusion", "-o", bench.Out);
        Assert.Equal(1, missing.Code);
        Assert.Contains("--feed", missing.Error, StringComparison.Ordinal);
    }

    private static readonly float[] Weights = [1, -2, 3, 0.5f, -1, 2, 0.25f, 4];

    /// <summary>y = x·W + b.</summary>
    private static Graph WithOffset()
    {
        var builder = new GraphBuilder("offset");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        string b = builder.Input("b", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        string w = builder.Constant(TensorData.Adopt(Weights, [4, 2]));
        builder.OutputAs(builder.Add("Add", [builder.Add("MatMul", [x, w]), b]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return builder.Build();
    }
}

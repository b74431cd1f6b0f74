using System.Text.Json;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.WhiteBox;

namespace Unmask.Tests.Cli;

/// <summary>White-box methods from the command line.</summary>
public sealed class ExplainLayerTests
{
    [Fact]
    public void A_tensors_gradient_has_its_shape_and_a_map_that_of_its_layers_grid()
    {
        using var bench = new Bench();
        OnnxWriter.Write(SmallNets.Pooled(biases: true), bench.File("pooled.onnx"));
        string tensor = bench.Tensor("items.npy", 2, 3, 16, 16);
        Assert.Equal(0, Command.Run("explain", tensor, "-m", bench.File("pooled.onnx"), "--method", "gradient", "-o", bench.Out).Code);
        Assert.Equal(0, Command.Run("explain", tensor, "-m", bench.File("pooled.onnx"), "--method", "grad-cam", "--layer", "first_relu_out", "-o", bench.Out).Code);
        Assert.Equal([2, 3, 16, 16], Npy.ReadFloats(Path.Combine(bench.Out, "items.gradient.npy")).Dimensions);
        Assert.Equal([2, 16, 16], Npy.ReadFloats(Path.Combine(bench.Out, "items.grad-cam.npy")).Dimensions);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bench.Out, "items.grad-cam.json")));
        Assert.Equal("first_relu_out", document.RootElement.GetProperty("layer").GetProperty("name").GetString());
        Assert.Equal("layer", document.RootElement.GetProperty("kind").GetString());
        Assert.Equal(2, document.RootElement.GetProperty("cost").GetProperty("backwardPasses").GetInt64());
    }

    [Fact]
    public void The_residual_is_printed_and_written()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("photo.png"), "--method", "integrated-gradients", "--set", "steps=4");
        Assert.Equal(0, result.Code);
        Assert.Contains("residual", result.Output, StringComparison.Ordinal);
        var document = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "photo.integrated-gradients.json")));
        Assert.True(Math.Abs(document.CompletenessGap!.Value) < 1e-4 * Math.Abs(document.ExplainedDifference!.Value));
        Assert.Equal(("logit", 6L), (document.Score, document.Cost.BackwardPasses));
    }

    [Fact]
    public void A_layer_that_is_not_there_names_the_nearest_and_one_without_places_is_not_drawn()
    {
        using var bench = new Bench();
        OnnxWriter.Write(SmallNets.Pooled(biases: true), bench.File("pooled.onnx"));
        string picture = bench.Picture("photo.png");
        var missing = Command.Run("explain", picture, "-m", bench.File("pooled.onnx"), "--method", "grad-cam", "--layer", "maps_uot", "-o", bench.Out);
        Assert.Equal(1, missing.Code);
        Assert.Contains("maps_out", missing.Error, StringComparison.Ordinal);
        var vector = Command.Run("explain", picture, "-m", bench.File("pooled.onnx"), "--method", "gradient", "--layer", "Flatten_out", "-o", bench.Out);
        Assert.Equal(0, vector.Code);
        Assert.Equal(["photo.gradient.json", "photo.gradient.npy"], bench.Results);
    }

    [Fact]
    public void A_method_without_a_layer_says_which_have_one()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("photo.png"), "--method", "rise", "--layer", "x");
        Assert.Equal(2, result.Code);
        Assert.Contains("grad-cam", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_targets_are_explained_in_one_pass()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("photo.png"), "--method", "gradient", "-t", "top", "-t", "dog", "-t", "dog-vs-sea lion");
        Assert.Equal(0, result.Code);
        Assert.Equal(9, bench.Results.Length);
    }

    [Fact]
    public void The_rules_of_a_map_are_printed_and_written_and_plain_gradients_have_none()
    {
        using var bench = new Bench();
        OnnxWriter.Write(SmallNets.Pooled(biases: true), bench.File("pooled.onnx"));
        string picture = bench.Picture("photo.png");
        var result = Command.Run("explain", picture, "-m", bench.File("pooled.onnx"), "--method", "lrp", "--set", "composite=first:flat;Conv:zplus(no-bias,dead=epsilon);dense:epsilon(0.5)", "-o", bench.Out);
        Assert.Equal(0, result.Code);
        string line = Assert.Single(result.Lines, line => line.StartsWith("  rules: gradient on ", StringComparison.Ordinal));
        Assert.EndsWith("Relu); epsilon(0.5) on 1 (Gemm); flat on 1 (Conv); zplus(no-bias,dead=epsilon) on 1 (Conv)", line, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bench.Out, "photo.lrp.json")));
        Assert.Equal(["gradient", "epsilon(0.5)", "flat", "zplus(no-bias,dead=epsilon)"], document.RootElement.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("rule").GetString()));
        var plain = Command.Run("explain", picture, "-m", bench.File("pooled.onnx"), "--method", "gradient", "-o", bench.Out);
        Assert.DoesNotContain("rules:", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_that_fell_back_to_the_derivative_are_named_in_the_line_of_rules()
    {
        using var bench = new Bench();
        OnnxWriter.Write(WithoutRule(), bench.File("model.onnx"));
        string picture = bench.Picture("photo.png");
        var refused = Command.Run("explain", picture, "-m", bench.File("model.onnx"), "--method", "lrp", "-o", bench.Out);
        Assert.Equal(1, refused.Code);
        Assert.Contains("Log", refused.Error, StringComparison.Ordinal);
        var result = Command.Run("explain", picture, "-m", bench.File("model.onnx"), "--method", "lrp", "--set", "fallback=gradient", "-o", bench.Out);
        Assert.Equal(0, result.Code);
        Assert.Contains(result.Lines, line => line.StartsWith("  rules: ", StringComparison.Ordinal) && line.Contains("gradient (fallback) on 1 (Log)", StringComparison.Ordinal));
    }

    /// <summary>A dense layer on log(1 + x²): relevance has no rule for Log.</summary>
    internal static Graph WithoutRule()
    {
        var builder = new GraphBuilder("log");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 16, 16));
        string positive = builder.Add("Add", [builder.Add("Mul", [x, x]), builder.Constant(TensorData.Adopt(new[] { 1f }, 1))]);
        string flat = builder.Add("Flatten", [builder.Add("Log", [positive])], null, ("axis", 1L));
        string w = builder.Constant(TensorData.Adopt(Support.LinearModels.Values(768 * 3, 8), 768, 3), "w");
        builder.OutputAs(builder.Add("MatMul", [flat, w]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        return builder.Build();
    }
}

using System.Text.Json;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Support;

namespace Unmask.Tests.Cli;

public sealed class InspectTests
{
    // The classifier of the bench has neither feature maps nor attention.
    private static readonly string?[] NeedAttention = [AttentionFlow.Id, AttentionWeights.Id, AttentionRollout.Id, AttentionGradCam.Id, TransformerAttribution.Id, GenericAttention.Id];

    private static readonly string?[] NeedMaps =
    [
        .. CamFormula.All.Select(formula => formula.Id), GradCamPlusPlus.Id, SmoothGradCamPlusPlus.Id, Cam.Id, ScoreCam.Id, NormGrad.Id, LiftCam.Id, RelevanceCam.Id, GuidedGradCam.Id, LayerActivation.Id, LayerConductance.Id,
        InternalInfluence.Id, ExcitationBackprop.Id,
    ];

    [Fact]
    public void The_report_states_the_files_facts()
    {
        using var bench = new Bench();
        using var document = JsonDocument.Parse(Command.Run("inspect", bench.ModelFile, "--json").Output);
        var report = document.RootElement;
        Assert.Equal(768 * 3, report.GetProperty("parameters").GetInt64());
        Assert.Equal(Bench.Classifier().Nodes.Length, report.GetProperty("nodes").GetInt32());
        Assert.Equal(["N", "3", "16", "16"], report.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(size => size.GetString()));
        Assert.Equal(["probability", "logit", "log-probability", "sigmoid", "output", "log-odds", "margin"], report.GetProperty("scores").EnumerateArray().Select(score => score.GetString()));
        Assert.Equal(3, report.GetProperty("labels").GetInt32());
        Assert.True(report.GetProperty("preprocessingDeclared").GetBoolean());
        Assert.StartsWith("free", report.GetProperty("batch").GetString(), StringComparison.Ordinal);
        Assert.Equal(["N", "768"], report.GetProperty("layers")[0].GetProperty("shape").EnumerateArray().Select(size => size.GetString()));
        Assert.All(report.GetProperty("methods").EnumerateArray().Where(method => !NeedMaps.Concat(NeedAttention).Contains(method.GetProperty("id").GetString())), method => Assert.False(method.TryGetProperty("obstacle", out _)));
        Assert.All(report.GetProperty("methods").EnumerateArray().Where(method => NeedMaps.Contains(method.GetProperty("id").GetString())), method => Assert.Contains("feature map", method.GetProperty("obstacle").GetString(), StringComparison.Ordinal));
        Assert.All(report.GetProperty("methods").EnumerateArray().Where(method => NeedAttention.Contains(method.GetProperty("id").GetString())), method => Assert.Contains("no attention", method.GetProperty("obstacle").GetString(), StringComparison.Ordinal));
        Assert.Equal(0, report.GetProperty("withoutGradient").GetArrayLength());
    }

    [Fact]
    public void A_method_that_does_not_apply_says_why()
    {
        using var bench = new Bench();
        OnnxWriter.Write(TinyModels.Doubled(), bench.File("doubled.onnx"));
        var result = Command.Run("inspect", bench.File("doubled.onnx"));
        Assert.Equal(0, result.Code);
        Assert.Contains(result.Lines, line => line.Contains("rise", StringComparison.Ordinal) && line.Contains("does not apply: needs a picture", StringComparison.Ordinal));
        Assert.Contains(result.Lines, line => line.Contains("occlusion", StringComparison.Ordinal) && line.EndsWith(" applies", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_cannot_be_explained_is_still_described()
    {
        var builder = new GraphBuilder("pixels");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 8, 8));
        string places = builder.Add("Reshape", [builder.Add("Relu", [x]), builder.Constant([0L, 3L, 64L])]);
        builder.OutputAs(places, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 64));
        using var bench = new Bench();
        OnnxWriter.Write(builder.Build(), bench.File("pixels.onnx"));
        var result = Command.Run("inspect", bench.File("pixels.onnx"));
        Assert.Equal(0, result.Code);
        Assert.Contains("1 Relu", result.Output, StringComparison.Ordinal);
        Assert.Contains("problem", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_writes_the_graph_as_text()
    {
        using var bench = new Bench();
        Assert.Equal(GraphPrinter.Print(OnnxReader.Read(bench.ModelFile)), Command.Run("inspect", bench.ModelFile, "--print").Output);
    }

    [Fact]
    public void Rules_lists_which_rule_covers_what()
    {
        using var bench = new Bench();
        OnnxWriter.Write(WhiteBox.SmallNets.Pooled(biases: true), bench.File("pooled.onnx"));
        var result = Command.Run("inspect", bench.File("pooled.onnx"), "--rules", "first:flat;Conv:zplus;dense:epsilon(0.5)");
        Assert.Equal(0, result.Code);
        int at = Array.FindIndex(result.Lines, line => line.TrimStart().StartsWith("rules ", StringComparison.Ordinal));
        Assert.EndsWith("first:flat;Conv:zplus;dense:epsilon(0.5): every operator on the way has a rule", result.Lines[at], StringComparison.Ordinal);
        Assert.Matches(@"^ +gradient on \d+ \(.*Flatten, GlobalAveragePool.*Relu\)$", result.Lines[at + 1]);
        Assert.Equal(["epsilon(0.5) on 1 (Gemm)", "flat on 1 (Conv)", "zplus on 1 (Conv)"], result.Lines[(at + 2)..(at + 5)].Select(line => line.Trim()));
        Assert.DoesNotContain("every operator on the way", Command.Run("inspect", bench.File("pooled.onnx")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_are_part_of_the_json()
    {
        using var bench = new Bench();
        OnnxWriter.Write(WhiteBox.SmallNets.Pooled(biases: true), bench.File("pooled.onnx"));
        using var document = JsonDocument.Parse(Command.Run("inspect", bench.File("pooled.onnx"), "--rules", "epsilon-plus", "--json").Output);
        var rules = document.RootElement.GetProperty("rules");
        Assert.Equal("epsilon-plus", rules.GetProperty("name").GetString());
        Assert.Equal(("zplus", 2), rules.GetProperty("uses").EnumerateArray().Select(use => (use.GetProperty("rule").GetString(), use.GetProperty("nodes").GetInt32())).Single(use => use.Item1 == "zplus"));
        Assert.Equal(0, rules.GetProperty("uncovered").GetArrayLength());
    }

    [Fact]
    public void Rules_name_the_operators_that_have_none()
    {
        using var bench = new Bench();
        OnnxWriter.Write(ExplainLayerTests.WithoutRule(), bench.File("log.onnx"));
        var result = Command.Run("inspect", bench.File("log.onnx"), "--rules", "epsilon");
        Assert.Equal(0, result.Code);
        Assert.Contains(result.Lines, line => line.EndsWith("epsilon: no rule for 1 Log; --set fallback=gradient gives them the derivative", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("epsilon-plsu", "Did you mean \"epsilon-plus\"?")]
    [InlineData("Conv:gama(1)", "\"gama(1)\" is no rule")]
    public void Rules_that_there_are_not_are_refused_with_what_there_is(string rules, string message)
    {
        using var bench = new Bench();
        var result = Command.Run("inspect", bench.ModelFile, "--rules", rules);
        Assert.Equal(1, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.EndsWith("Or gradient, or lrp-0.", result.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_lists_the_catalogue_and_one_methods_settings()
    {
        var all = Command.Run("methods");
        Assert.All(Catalogue.All, method => Assert.Contains(method.Source, all.Output, StringComparison.Ordinal));
        using var document = JsonDocument.Parse(Command.Run("methods", "rise", "--json").Output);
        var settings = document.RootElement[0].GetProperty("settings").EnumerateArray().ToDictionary(setting => setting.GetProperty("name").GetString()!, setting => setting.GetProperty("default").GetString());
        Assert.Equal(("512", "0.5"), (settings["masks"], settings["keep-probability"]));
    }
}

using System.Text.Json;
using Unmask.Tests.Support;
using Unmask.Tests.Training;

namespace Unmask.Tests.Cli;

/// <summary><c>unmask train gad</c>, what <c>explain</c> does with its folder, and <c>unmask gad</c>.</summary>
[Trait("Category", "Slow")]
public sealed class GadTests
{
    [Fact]
    public void Support_models_are_trained_explain_pictures_and_are_measured()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 4), model = Trained(folder, data);
        string[] common = ["train", "gad", "-m", model, "--data", data, "--classes", "across,down", "--epochs", "2", "--lr", "0.002", "--batch", "4"], train = [.. common, "--alpha", "1,2:3"];
        var trained = Command.Run([.. train, "-o", folder.File("gad")]);
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        Assert.Contains("support-2.onnx: α 2:3 · RMSE 1.803 before", trained.Output, StringComparison.Ordinal);
        Assert.Contains("--resume", Command.Run([.. train, "-o", folder.File("gad")]).Error, StringComparison.Ordinal);
        Assert.Equal(0, Command.Run([.. train, "-o", folder.File("gad"), "--resume", "--quiet"]).Code);
        var explained = Command.Run("explain", Path.Combine(data, "down", "1.png"), "-m", model, "--method", "gad", "--set", $"supports={folder.File("gad")}", "--set", "base=input-x-gradient", "--set", "importance=max:0.1", "-o", folder.File("maps"));
        Assert.Equal((0, ""), (explained.Code, explained.Error));
        using var map = JsonDocument.Parse(File.ReadAllText(folder.File("maps/1.gad.json")));
        Assert.Equal("input-x-gradient", map.RootElement.GetProperty("options").GetProperty("base").GetString());
        Assert.Equal(0, Command.Run([.. common, "--alpha", "0,0", "-o", folder.File("unmoved")]).Code);
        string[] measure = ["gad", data, "--supports", folder.File("gad"), "--control", folder.File("unmoved"), "--base", "gradient", "--base", "integrated-gradients:steps=2", "--items", "4", "--least", "1", "-o", folder.File("report")];
        var measured = Command.Run([.. measure, "--json"]);
        Assert.Equal((0, ""), (measured.Code, measured.Error));
        using var report = JsonDocument.Parse(measured.Output);
        Assert.Equal(2 * 2 * 4, report.RootElement[0].GetProperty("rows").GetArrayLength());
        Assert.Equal(["gad.json", "gad.least.png", "gad.md", "gad.tsv", "gallery.png"], Directory.GetFiles(folder.File("report")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(measured.Output, Command.Run([.. measure, "--json", "--resume"]).Output);
        Assert.Contains("of the same network", Command.Run("gad", data, "--supports", folder.File("gad"), "--control", OtherSupports(folder, data), "-o", folder.File("report")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data FOLDER", "train", "gad")]
    [InlineData("--classes A,B", "train", "gad", "--data", ".")]
    [InlineData("--alpha takes", "train", "gad", "--data", ".", "--classes", "cat,dog", "--alpha", "2,-1")]
    [InlineData("--alpha takes", "train", "gad", "--data", ".", "--classes", "cat,dog", "--alpha", "1:2:3")]
    [InlineData("--train takes", "train", "gad", "--data", ".", "--classes", "cat,dog", "--train", "some")]
    [InlineData("needs DATA", "gad")]
    [InlineData("--supports DIR", "gad", ".")]
    [InlineData("--base", "gad", ".", "--supports", "x", "--base", "gad")]
    [InlineData("--importance", "gad", ".", "--supports", "x", "--importance", "most")]
    [InlineData("--set supports=FOLDER", "explain", "--method", "gad", "-o", "none")]
    public void Wrong_usage_says_what_is_wanted(string said, params string[] arguments)
    {
        var result = Command.Run(arguments);
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_the_data_does_not_show_are_named()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 2);
        var result = Command.Run("train", "gad", "--data", data, "--classes", "cat,dog", "-o", folder.File("out"));
        Assert.Equal(1, result.Code);
        Assert.Contains("Its classes are across, down", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    private static string Trained(TemporaryFolder folder, string data)
    {
        Assert.Equal(0, Command.Run("train", "classifier", "--data", data, "-o", folder.File("first"), "--size", "16", "--width", "4", "--batch", "4", "--epochs", "2").Code);
        return folder.File("first/model.onnx");
    }

    private static string OtherSupports(TemporaryFolder folder, string data)
    {
        Assert.Equal(0, Command.Run("train", "gad", "--data", data, "--classes", "cat=across,dog=down", "--alpha", "1", "--epochs", "1", "--train", "head", "-o", folder.File("other")).Code);
        return folder.File("other");
    }
}

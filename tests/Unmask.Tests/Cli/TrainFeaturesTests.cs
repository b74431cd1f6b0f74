using System.Text.Json;
using Unmask.Tests.Support;
using Unmask.Tests.Training;

namespace Unmask.Tests.Cli;

/// <summary><c>unmask train features</c>, and what <c>explain</c> does with its file.</summary>
public sealed class TrainFeaturesTests
{
    [Fact]
    public void It_writes_features_that_explain_takes()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 6), file = folder.File("out/features.json");
        var result = Command.Run("train", "features", "--data", data, "-o", folder.File("out"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(["across", "down"], document.RootElement.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("label").GetString()));
        Assert.Equal(ClassFeatures.Read(file).ToJson(), ClassFeatures.FromJson(System.Text.Encoding.UTF8.GetBytes(result.Output)).ToJson());
        var explained = Command.Run("explain", Path.Combine(data, "down", "1.png"), "--method", "visual-feedback", "--set", $"features={file}", "--set", "class=down", "--set", "most=2", "-o", folder.File("maps"));
        Assert.Equal((0, ""), (explained.Code, explained.Error));
        using var map = JsonDocument.Parse(File.ReadAllText(folder.File("maps/1.visual-feedback.json")));
        Assert.Equal("pixels", map.RootElement.GetProperty("kind").GetString());
        Assert.Equal(file, map.RootElement.GetProperty("options").GetProperty("features").GetString());
        Assert.All(map.RootElement.GetProperty("features").EnumerateArray(), use => Assert.True(use.GetProperty("weight").GetDouble() > 0));
        Assert.InRange(map.RootElement.GetProperty("features").GetArrayLength(), 1, 2);
    }

    [Fact]
    public void What_people_read_names_classes_and_their_strongest_features()
    {
        using var folder = new TemporaryFolder();
        var result = Command.Run("train", "features", "--data", Stripes.Write(folder, 3), "-o", folder.File("out"), "--bound", "4", "--non-negative");
        Assert.Equal(0, result.Code);
        Assert.Contains("‖w‖₁ ≤ 4", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  across: 3 pictures, ", result.Lines[1], StringComparison.Ordinal);
        Assert.True(ClassFeatures.Read(folder.File("out/features.json")) is { Bound: 4, NonNegative: true });
    }

    [Theory]
    [InlineData("--bound", "0")]
    [InlineData("--classes", "mine")]
    [InlineData("--fewest", "0")]
    public void Wrong_values_are_wrong_usage(string option, string value)
    {
        var result = Command.Run("train", "features", "--data", ".", option, value);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("--data FOLDER", Command.Run("train", "features").Error, StringComparison.Ordinal);
        Assert.Contains("does not say what its", Command.Run("train", "features", "--data", Path.Combine(Stripes.Write(folder, 2), "across"), "-o", folder.File("out")).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
        var unset = Command.Run("explain", "--method", "visual-feedback", "-o", folder.File("out"));
        Assert.Equal(2, unset.Code);
        Assert.Contains("--set features=FILE.json", unset.Error, StringComparison.Ordinal);
        Assert.Contains("no file", Command.Run("explain", "--method", "visual-feedback", "--set", $"features={folder.File("none.json")}", "-o", folder.File("out")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_it_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 20);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Equal(130, Command.Run(stop.Token, "train", "features", "--data", data, "-o", folder.File("out")).Code);
        Assert.False(Directory.Exists(folder.File("out")));
    }
}

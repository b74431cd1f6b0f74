using Unmask.Tests.Support;
using Unmask.Tests.Training;

namespace Unmask.Tests.Cli;

/// <summary><c>unmask train classifier -m MODEL.onnx</c>.</summary>
public sealed class FineTuneTests
{
    [Theory]
    [InlineData("head", "the last layer is trained, 34 numbers in 2 tensors; the rest makes 16 features of each picture, once")]
    [InlineData("last-block", "is trained")]
    [InlineData("all", "all of it is trained")]
    public void A_part_of_a_model_is_trained_for_other_classes_and_explained(string part, string said)
    {
        using var folder = new TemporaryFolder();
        string model = Trained(folder), data = Stripes.Write(folder, 6, "other");
        Directory.Move(Path.Combine(data, "down"), Path.Combine(data, "upright"));
        string[] command = ["train", "classifier", "--data", data, "-m", model, "--train", part, "--batch", "4", "--epochs", "2", "-o", folder.File("tuned")];
        var result = Command.Run(command);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("with a new last layer", result.Output, StringComparison.Ordinal);
        Assert.Contains(said, result.Output, StringComparison.Ordinal);
        byte[] first = File.ReadAllBytes(folder.File("tuned/model.onnx"));
        var explained = Command.Run("explain", Path.Combine(data, "upright", "1.png"), "-m", folder.File("tuned/model.onnx"), "--method", "grad-cam", "-o", folder.File("maps"));
        Assert.Equal((0, ""), (explained.Code, explained.Error));
        Assert.Contains("upright", explained.Output, StringComparison.Ordinal);
        Assert.Contains("--resume", Command.Run(command).Error, StringComparison.Ordinal);
        Assert.Equal(0, Command.Run([.. command, "--resume"]).Code);
        Assert.Equal(first, File.ReadAllBytes(folder.File("tuned/model.onnx")));
    }

    [Fact]
    public void A_model_of_the_same_classes_keeps_its_last_layer()
    {
        using var folder = new TemporaryFolder();
        string model = Trained(folder);
        var result = Command.Run("train", "classifier", "--data", folder.File("stripes"), "-m", model, "--resize", "stretch", "--epochs", "1", "-o", folder.File("tuned"));
        Assert.Equal(0, result.Code);
        Assert.Contains("where the model's own way would be to stretch them", result.Error, StringComparison.Ordinal);
        Assert.Contains("with its own last layer, since its labels are these classes", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name it with -m", "--train", "head")]
    [InlineData("name it with -m", "--preprocessing", "tf")]
    [InlineData("--train", "-m", "MODEL", "--train", "tail")]
    [InlineData("--width is of a new network", "-m", "MODEL", "--width", "8")]
    [InlineData("missing.onnx", "-m", "missing.onnx")]
    public void Options_that_do_not_go_together_are_wrong_usage(string said, params string[] options)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("m.onnx"), "");
        var result = Command.Run(["train", "classifier", "--data", folder.Path, .. options.Select(option => option == "MODEL" ? folder.File("m.onnx") : option)]);
        Assert.NotEqual(0, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        using var folder = new TemporaryFolder();
        string model = Trained(folder);
        File.WriteAllText(folder.File("labels.txt"), "a\nb\nc\n");
        var result = Command.Run("train", "classifier", "--data", folder.File("stripes"), "-m", model, "--labels", folder.File("labels.txt"), "-o", folder.File("tuned"));
        Assert.Equal(1, result.Code);
        Assert.Contains("There are 3 labels for the 2 outputs", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A model of stripes across and down.</summary>
    private static string Trained(TemporaryFolder folder)
    {
        string data = Stripes.Write(folder, 6);
        Assert.Equal(0, Command.Run("train", "classifier", "--data", data, "-o", folder.File("first"), "--size", "16", "--width", "4", "--batch", "4", "--epochs", "1").Code);
        return folder.File("first/model.onnx");
    }
}

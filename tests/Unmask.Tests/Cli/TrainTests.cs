using Unmask.Tests.Support;
using Unmask.Tests.Training;

namespace Unmask.Tests.Cli;

/// <summary><c>unmask train classifier</c>.</summary>
public sealed class TrainTests
{
    private static readonly string[] Small = ["--size", "16", "--width", "4", "--batch", "8", "--epochs", "2"];

    [Fact]
    public void It_writes_a_model_that_explain_takes()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 12), target = folder.File("out");
        var result = Train(data, target, "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        using var document = System.Text.Json.JsonDocument.Parse(result.Output);
        Assert.Equal(2, document.RootElement.GetProperty("epochs").GetArrayLength());
        Assert.Equal(2, File.ReadAllLines(Path.Combine(target, "metrics.jsonl")).Length);
        var explained = Command.Run("explain", Path.Combine(data, "down", "1.png"), "-m", Path.Combine(target, "model.onnx"), "--method", "gradient", "-o", folder.File("maps"));
        Assert.Equal(0, explained.Code);
        Assert.Contains("down", explained.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_ended_goes_on_to_the_same_model()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 12);
        Assert.Equal(0, Train(data, folder.File("whole")).Code);
        using var stop = new CancellationTokenSource();
        using var output = new CancelsAfterFirstEpoch(stop);
        var ended = Command.Run(output, stop.Token, ["train", "classifier", "--data", data, "-o", folder.File("ended"), .. Small]);
        Assert.Equal(130, ended.Code);
        Assert.Contains("with --resume goes on", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("ended/model.onnx")));
        Assert.Contains("--resume", Refused(data, folder.File("ended")), StringComparison.Ordinal);
        Assert.Equal(0, Train(data, folder.File("ended"), "--resume").Code);
        Assert.Equal(File.ReadAllBytes(folder.File("whole/model.onnx")), File.ReadAllBytes(folder.File("ended/model.onnx")));
    }

    [Fact]
    public void Data_that_cannot_be_learnt_from_is_refused_with_a_reason()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 2);
        Directory.Delete(Path.Combine(data, "down"), recursive: true);
        Assert.Contains("one class, \"across\"", Refused(data, folder.File("out")), StringComparison.Ordinal);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Contains("holds no pictures", Refused(folder.File("empty"), folder.File("out")), StringComparison.Ordinal);
        Assert.Contains("does not say what its 2 pictures show", Refused(Path.Combine(data, "across"), folder.File("out")), StringComparison.Ordinal);
        Assert.Contains("no checkpoint", Refused(Stripes.Write(folder, 3, "good"), folder.File("out"), "--resume"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Fact]
    public void The_test_is_told_and_kept_in_the_file_and_bad_pictures_are_counted()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 20);
        File.WriteAllText(Path.Combine(data, "down", "bad.jpg"), "no picture");
        Directory.CreateDirectory(Path.Combine(data, "nothing"));
        var result = Train(data, folder.File("out"), "--test", "0.25", "--json", "--names", Names(folder));
        Assert.Equal(0, result.Code);
        Assert.Contains("The folder nothing holds no pictures", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 picture of", result.Error, StringComparison.Ordinal);
        using var document = System.Text.Json.JsonDocument.Parse(result.Output);
        var test = document.RootElement.GetProperty("test");
        Assert.Equal(10, test.GetProperty("pictures").GetInt32() + test.GetProperty("left_out").GetInt32());
        Assert.InRange(test.GetProperty("accuracy").GetDouble(), test.GetProperty("low").GetDouble(), test.GetProperty("high").GetDouble());
        using var model = Model.Load(folder.File("out/model.onnx"));
        Assert.Equal("horizontal", model.Labels[0]);
        Assert.Contains("test pictures never trained on", model.Graph!.Metadata["unmask.accuracy"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_begins_with_the_weights_of_another_and_is_folded()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 12);
        Assert.Equal(0, Train(data, folder.File("first")).Code);
        var result = Command.Run("train", "classifier", "--data", data, "--size", "32", "--width", "4", "--batch", "8", "--epochs", "1", "--reduction", "2", "--start", folder.File("first/model.onnx"), "--fold", "-o", folder.File("second"));
        Assert.Equal(0, result.Code);
        Assert.Contains("tensors begin as those of", result.Output, StringComparison.Ordinal);
        using var model = Model.Load(folder.File("second/model.onnx"));
        Assert.DoesNotContain(model.Graph!.Nodes, node => node.Is("BatchNormalization"));
        var refused = Command.Run("train", "classifier", "--data", data, "--size", "16", "--width", "8", "--start", folder.File("second/model.onnx"), "-o", folder.File("third"));
        Assert.Equal(1, refused.Code);
        Assert.Contains("saved without --fold", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--test", "0.95")]
    [InlineData("--reduction", "3")]
    [InlineData("--lr", "0")]
    [InlineData("--validation", "1")]
    [InlineData("--epochs", "none")]
    public void Wrong_numbers_are_wrong_usage(string option, string value)
    {
        using var folder = new TemporaryFolder();
        var result = Command.Run("train", "classifier", "--data", folder.Path, option, value);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_alone_says_what_can_be_trained()
    {
        var result = Command.Run("train");
        Assert.Equal(2, result.Code);
        Assert.Contains("unmask train classifier --data FOLDER", result.Error, StringComparison.Ordinal);
    }

    private static string Names(TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("labels.txt"), "horizontal\nvertical\n");
        return folder.File("labels.txt");
    }

    private static string Refused(string data, string target, params string[] more)
    {
        var result = Train(data, target, more);
        Assert.Equal(1, result.Code);
        return result.Error;
    }

    private static CommandResult Train(string data, string target, params string[] more) => Command.Run(["train", "classifier", "--data", data, "-o", target, .. Small, .. more]);

    private sealed class CancelsAfterFirstEpoch(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith("epoch 1", StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}

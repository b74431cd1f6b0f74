using System.Text.Json;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Cli;

/// <summary><c>unmask train classifier</c> on texts.</summary>
public sealed class TrainTextTests
{
    private static readonly string[] Small = ["--epochs", "2", "--features", "8", "--filters", "4", "--batch", "8"];

    [Fact]
    public void It_writes_a_model_with_its_words_and_says_how_often_it_is_right()
    {
        using var folder = new TemporaryFolder();
        var result = Train(Write(folder), folder.File("out"), "--test", "0.25", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(2, document.RootElement.GetProperty("epochs").GetArrayLength());
        Assert.Equal((10, 4), (document.RootElement.GetProperty("test").GetProperty("items").GetInt32(), document.RootElement.GetProperty("validation").GetProperty("items").GetInt32()));
        Assert.Equal(
            document.RootElement.GetProperty("epochs")[1].GetProperty("validation_accuracy").GetDouble(), document.RootElement.GetProperty("validation").GetProperty("accuracy").GetDouble(), 1e-6);
        var network = OnnxReader.Read(folder.File("out/model.onnx"));
        Assert.Equal("tokens", Assert.Single(network.Inputs).Name);
        Assert.Equal("minus\nplus", network.Metadata["unmask.labels"]);
        Assert.Equal(File.ReadAllText(folder.File("out/vocabulary.txt")), TextTokenizer.Of(network)!.Vocabulary.ToText());
    }

    [Fact]
    public void What_was_ended_goes_on_to_the_same_model()
    {
        using var folder = new TemporaryFolder();
        string data = Write(folder);
        var whole = Train(data, folder.File("whole"));
        Assert.Equal(0, whole.Code);
        Assert.StartsWith("validation: ", whole.Lines[3], StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        using var output = new CancelsAfterFirstEpoch(stop);
        var ended = Command.Run(output, stop.Token, ["train", "classifier", "--data", data, "-o", folder.File("ended"), .. Small]);
        Assert.Equal(130, ended.Code);
        Assert.Contains("with --resume goes on", ended.Error, StringComparison.Ordinal);
        Assert.Equal(1, Train(data, folder.File("ended")).Code);
        Assert.Contains("dropout 0.4, word dropout 0.3, 9 weights", Train(data, folder.File("ended"), "--resume", "--dropout", "0.4").Error, StringComparison.Ordinal);
        Assert.Equal(0, Train(data, folder.File("ended"), "--resume").Code);
        Assert.Equal(File.ReadAllBytes(folder.File("whole/model.onnx")), File.ReadAllBytes(folder.File("ended/model.onnx")));
    }

    [Fact]
    public void Lines_left_out_are_listed_and_counted()
    {
        using var folder = new TemporaryFolder();
        string data = Write(folder);
        File.AppendAllText(data, string.Concat(Enumerable.Repeat("plus\n", 12)));
        var result = Train(data, folder.File("out"), "--quiet");
        Assert.Equal(0, result.Code);
        Assert.Equal(["model.onnx", "vocabulary.txt", "metrics.jsonl", "checkpoint.npz"], result.Lines.Select(Path.GetFileName));
        string[] complaints = result.Error.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, complaints.Length);
        Assert.Contains("line 41: it has 1 cells, the first line 2.", complaints[0], StringComparison.Ordinal);
        Assert.Contains("12 of 52 texts cannot be used", complaints[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--size is for pictures", "--size", "32")]
    [InlineData(2, "--length takes a whole number", "--length", "4")]
    [InlineData(2, "--dropout takes a number from 0 to below 1", "--dropout", "1")]
    [InlineData(2, "--columns takes two columns", "--columns", "a")]
    [InlineData(1, "no column \"a\"", "--columns", "a,b")]
    [InlineData(1, "There is no file or folder nowhere.tsv", "--test", "nowhere.tsv")]
    public void Wrong_options_are_refused_with_a_reason(int code, string message, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var result = Train(Write(folder), folder.File("out"), options);
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Fact]
    public void Options_for_texts_are_refused_for_pictures()
    {
        using var folder = new TemporaryFolder();
        var result = Command.Run("train", "classifier", "--data", folder.Path, "--vocabulary", "100");
        Assert.Equal(2, result.Code);
        Assert.Contains("--vocabulary is for texts", result.Error, StringComparison.Ordinal);
    }

    private static string Write(TemporaryFolder folder)
    {
        string path = folder.File("data.tsv");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? $"plus\ta good film {i % 7} .\n" : $"minus\ta bad film {i % 5} .\n")));
        return path;
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

using System.Text.Json;
using Unmask.Maskers;
using Unmask.Tests.Support;
using Unmask.Tests.Training;
using Unmask.Training;

namespace Unmask.Tests.Cli;

/// <summary><c>unmask train masker</c>, and what <c>explain</c> does with its file.</summary>
[Trait("Category", "Slow")]
public sealed class TrainMaskerTests
{
    [Fact]
    public void It_writes_a_masker_that_explain_takes_and_goes_on_where_it_ended()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 6), masker = folder.File("out/masker.onnx");
        string[] command = ["train", "masker", "--data", data, "--augment", "none", "--epochs", "1", "--batch", "4", "-o", folder.File("out")];
        var result = Command.Run(command);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("the classifier's own answers · recipe phang-fix: ", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains(result.Lines, line => line.StartsWith("epoch 1 of 1 · loss ", StringComparison.Ordinal) && line.Contains("% as wished", StringComparison.Ordinal));
        byte[] first = File.ReadAllBytes(masker);
        Assert.Contains("holds a training already", Command.Run(command).Error, StringComparison.Ordinal);
        Assert.Equal(0, Command.Run([.. command, "--resume", "--quiet"]).Code);
        Assert.Equal(first, File.ReadAllBytes(masker));

        var explained = Command.Run("explain", "--method", "masker", "--masker", masker, "-t", "0", "-t", "1", "-o", folder.File("maps"));
        Assert.Equal((0, ""), (explained.Code, explained.Error));
        string[] maps = Directory.GetFiles(folder.File("maps"), "*.json");
        Assert.Equal(2, maps.Length);
        using var map = JsonDocument.Parse(File.ReadAllText(maps[0]));
        Assert.Equal(masker, map.RootElement.GetProperty("options").GetProperty("masker").GetString());
        Assert.Contains("the same for every target", string.Concat(map.RootElement.GetProperty("notes").EnumerateArray().Select(note => note.GetString())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_joint_recipe_writes_the_classifier_that_the_masker_belongs_to()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 4);
        var result = Command.Run("train", "masker", "--recipe", "phang-ca", "--data", data, "--epochs", "1", "--batch", "4", "--validation", "0", "-o", folder.File("out"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(["masker.onnx", "classifier.onnx", "metrics.jsonl", "checkpoint.npz"], document.RootElement.GetProperty("files").EnumerateArray().Select(file => Path.GetFileName(file.GetString())));
        Assert.Equal(0, Command.Run("explain", "-m", folder.File("out/classifier.onnx"), "--method", "masker", "--masker", folder.File("out/masker.onnx"), "-o", folder.File("maps")).Code);
        var other = Command.Run("explain", "--method", "masker", "--masker", folder.File("out/masker.onnx"), "-o", folder.File("maps2"));
        Assert.Equal(1, other.Code);
        Assert.Contains("other weights", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void So_many_of_each_class_are_chosen_of_what_the_data_says()
    {
        using var folder = new TemporaryFolder();
        var training = MaskerTraining.Of(Unmask.Graphs.OnnxReader.Read(Demo.ModelFile()), MaskerRecipe.PhangFix with { ExamplesPerClass = 2 });
        using var photos = PhotoSet.Open(Stripes.Write(folder, 5));
        var pictures = MaskerPictures.Of(photos, training, validation: 0);
        Assert.Equal([2, 2], pictures.Training.GroupBy(picture => picture.Photo.Label).Select(group => group.Count()));
        Assert.All(pictures.Training, picture => Assert.Equal(-1, picture.Class));
        Assert.Contains("--labels own", Assert.Throws<UnmaskException>(() => MaskerPictures.Of(photos, training, ClassSource.Data)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--recipe", "phang-fox", "phang-fix")]
    [InlineData("--labels", "mine", "own")]
    [InlineData("--epochs", "0", "--epochs")]
    [InlineData("--examples-per-class", "0", "--examples-per-class")]
    [InlineData("--infill", "fog", "no in-fill")]
    [InlineData("--validation", "1", "--validation")]
    public void Wrong_values_are_wrong_usage(string option, string value, string told)
    {
        var result = Command.Run("train", "masker", "--data", ".", option, value);
        Assert.Equal(2, result.Code);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_told()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 2);
        Assert.Equal(2, Command.Run("train", "masker").Code);
        Assert.Contains("stage9", Command.Run("train", "masker", "--data", data, "--taps", "stage9", "-o", folder.File("out")).Error, StringComparison.Ordinal);
        Assert.Contains("needs a masker", Command.Run("explain", "--method", "masker", "-o", folder.File("out2")).Error, StringComparison.Ordinal);
        var other = Command.Run("explain", "--method", "rise", "--masker", "x.onnx", "-o", folder.File("out3"));
        Assert.Equal(2, other.Code);
        Assert.Contains("--method masker does", other.Error, StringComparison.Ordinal);
        Assert.Contains("no checkpoint", Command.Run("train", "masker", "--data", data, "--augment", "none", "-o", folder.File("out4"), "--resume").Error, StringComparison.Ordinal);
    }
}

using System.IO.Compression;
using Unmask.Imaging;
using Unmask.Tests.Cli;
using Unmask.Tests.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Reports;

public sealed class ReportTests
{
    [Theory]
    [InlineData("tabby, tabby cat", "tabby-tabby-cat")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("con: \"a*b\"", "con-a-b")]
    [InlineData("Ångström 10 µm", "Ångström-10-µm")]
    [InlineData("...", "unnamed")]
    public void File_names_are_safe_everywhere(string text, string expected) => Assert.Equal(expected, FileNames.Safe(text));

    [Fact]
    public void File_names_are_never_given_twice_even_in_another_case()
    {
        var names = new FileNames();
        Assert.Equal(["x", "X-2", "x-2-2", "x-3"], new[] { "x", "X", "x-2", "x" }.Select(names.Unique));
    }

    [Fact]
    public void Numbers_in_names_count_as_numbers() => Assert.Equal(
        ["1.png", "a2.png", "A3.png", "a010.png", "a10.png", "a10b.png", "b.png"],
        new[] { "b.png", "a10b.png", "a10.png", "A3.png", "a010.png", "1.png", "a2.png" }.Order(NaturalOrder.Comparer));

    [Fact]
    public void A_document_reads_as_it_was_written()
    {
        using var model = Model.FromGraph(Bench.Classifier());
        var explanation = new Occlusion(model).Explain(TestPictures.Smooth(30, 20), Target.Contrast(1, 2));
        var document = ExplanationDocument.Of(model, explanation);
        byte[] json = document.ToJson();
        Assert.Equal(json, ExplanationDocument.FromJson(json).ToJson());
        Assert.Contains("dog − sea lion", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_of_another_form_is_refused() =>
        Assert.Throws<UnmaskException>(() => ExplanationDocument.FromJson("""{"schema": "unmask.explanation/99"}"""u8));

    [Fact]
    public void The_archive_holds_attributions_input_and_document()
    {
        using var folder = new TemporaryFolder();
        using var model = Model.FromGraph(Bench.Classifier());
        var explanation = new Occlusion(model).Explain(TestPictures.Smooth(30, 20));
        var document = ExplanationDocument.Of(model, explanation);
        ExplanationFiles.Write(folder.File("a"), [explanation], document, [ExplanationFormat.Npz]);
        using var archive = ZipFile.OpenRead(folder.File("a.npz"));
        foreach (var entry in archive.Entries)
        {
            entry.ExtractToFile(folder.File(entry.Name));
        }

        Assert.Equal(explanation.ToArray(), Npy.ReadFloats(folder.File("attributions.npy")).Values);
        Assert.Equal(explanation.Input.Values.ToArray(), Npy.ReadFloats(folder.File("input.npy")).Values);
        Assert.Equal(document.ToJson(), Npy.Read(folder.File("document.npy")).Bytes.ToArray());
    }

    [Fact]
    public void The_map_lies_on_the_picture_where_the_model_looked()
    {
        using var model = Model.FromGraph(Bench.Classifier(), new() { Preprocessing = Preprocessing.Unit with { ResizeTo = 16 } });
        var explanation = new Occlusion(model).Explain(TestPictures.Smooth(64, 32));
        var map = explanation.ToHeatmap();
        Assert.Equal(new Region(16, 0, 32, 32), map.Options.Placement);
        Assert.Equal(explanation.ToMap().Cast<float>(), map.Values.ToArray());
        Assert.True(map.Options.Signed);
    }

    [Theory]
    [InlineData("2", 2, null)]
    [InlineData("dog", 1, null)]
    [InlineData("tabby", 0, null)]
    [InlineData("tabby, tabby cat", 0, null)]
    [InlineData("tabby, tabby cat-vs-2", 0, 2)]
    [InlineData("0-vs-dog", 0, 1)]
    [InlineData("a-vs-b", 3, null)]
    public void Targets_are_understood(string text, int index, int? against)
    {
        var prediction = new Prediction([1, 2, 3, 0], null, new Labels(["tabby, tabby cat", "dog", "sea lion", "a-vs-b"]));
        var target = TargetText.Parse(text, prediction).Resolve(prediction);
        Assert.Equal((index, against), (target.Index, target.Against));
    }
}

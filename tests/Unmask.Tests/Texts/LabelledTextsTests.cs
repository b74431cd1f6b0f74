using System.IO.Compression;
using System.Text;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Texts;

/// <summary>What is read of files of labelled texts, and how it is parted.</summary>
public sealed class LabelledTextsTests : IDisposable
{
    private static readonly TextSplit All = new() { Validation = 0 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_are_found_by_their_names()
    {
        string[] expected = ["neg: bad \"film\"", "pos: good, film"];
        Assert.Equal(expected, Read(Write("a.tsv", "id\tLabel\ttext\n1\tpos\tgood, film\n2\tneg\tbad \"film\"\n")));
        Assert.Equal(expected, Read(Write("a.csv", "review,other,sentiment\n\"good, film\",x,pos\r\n\"bad \"\"film\"\"\",\"\",neg")));
        Assert.Equal(expected, Read(Write("a.jsonl", "{\"text\": \"good, film\", \"label\": \"pos\", \"n\": 1}\n\n{\"class\": \"neg\", \"text\": \"bad \\\"film\\\"\"}\n")));
        Assert.Equal(expected, Read(Write("a.csv", "w,x\n\"good, film\",pos\n\"bad \"\"film\"\"\",neg\n"), All with { Columns = ("x", "W") }));
        Assert.Equal(expected, Read(Write("b.tsv", "pos\tn\tgood, film\nneg\tn\tbad \"film\"\n"), All with { Columns = ("1", "3") }));
        Assert.Equal(["1: x\ny", "2: z"], Read(Write("c.csv", "label,text\n1,\"x\ny\"\n2,z\n")));
    }

    [Fact]
    public void Of_two_columns_without_names_the_longer_is_the_text()
    {
        Assert.Equal(["0: a long text", "1: another text"], Read(Write("a.tsv", "1\tanother text\n0\ta long text\n")));
        Assert.Equal(["0: a long text", "1: another text"], Read(Write("b.tsv", "another text\t1\na long text\t0\n")));
    }

    [Fact]
    public void An_archive_is_read_as_it_comes()
    {
        using (var zip = new GZipStream(File.Create(_folder.File("a.tsv.gz")), CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes("1\tgut\n0\tübel\n"));
        }

        Assert.Equal(["0: übel", "1: gut"], Read(_folder.File("a.tsv.gz")));
        Assert.Contains("is damaged", Refused(Write("b.tsv.gz", "no archive")), StringComparison.Ordinal);
        byte[] whole = File.ReadAllBytes(_folder.File("a.tsv.gz"));
        File.WriteAllBytes(_folder.File("c.tsv.gz"), [.. whole[..10], 255, .. whole[12..]]);
        Assert.Contains("is damaged", Refused(_folder.File("c.tsv.gz")), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_cannot_be_used_are_named_and_left_out()
    {
        string path = Write("a.tsv", "label\ttext\n1\tgood\n1\n0\t \n\tx\n0\tbad\n0\tbad\textra\n");
        Assert.Equal(
            [$"{path}, line 3: it has 1 cells, the first line 2", $"{path}, line 4: it has no text", $"{path}, line 5: it has no label", $"{path}, line 7: it has 3 cells, the first line 2"],
            LabelledTexts.Read(path, All).Failures.Select(failure => $"{failure.Place}: {failure.Reason}"));
        string lines = Write("a.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\"\n[1]\n{\"text\": \"b\"}\n{\"text\": \"b\", \"label\": 2}\n");
        Assert.Equal(["2: it is no JSON object", "3: it is no JSON object", "4: it has no property label; it has text"], LabelledTexts.Read(lines, All).Failures.Select(failure => $"{failure.Place[^1]}: {failure.Reason}"));
    }

    [Fact]
    public void What_cannot_be_learnt_from_is_refused_with_a_reason()
    {
        Assert.Contains("holds no texts", Refused(Write("a.tsv", "")), StringComparison.Ordinal);
        Assert.Contains("which of its 3 columns is the label", Refused(Write("b.tsv", "1\tx\ty\n")), StringComparison.Ordinal);
        Assert.Contains("one label, \"1\"", Refused(Write("c.tsv", "label\ttext\n1\tx\n1\ty\n")), StringComparison.Ordinal);
        Assert.Contains("hardly a column of classes", Refused(Write("d.tsv", "label\ttext\n1\tx\n2\ty\n3\tz\n")), StringComparison.Ordinal);
        Assert.Contains("no column \"x\"", Refused(Write("e.tsv", "a\tb\n1\t2\n"), new() { Columns = ("x", "b") }), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => LabelledTexts.Read(_folder.File("nothing.tsv")));
    }

    [Fact]
    public void Folders_tell_classes_and_parts()
    {
        foreach (string file in (string[])["train/pos/1.txt", "train/pos/2.txt", "train/neg/1.txt", "test/pos/3.txt", "val/neg/2.txt", "readme.txt"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
            File.WriteAllText(_folder.File(file), $"text of {file}");
        }

        Assert.True(LabelledTexts.IsAt(_folder.Path));
        var texts = LabelledTexts.Read(_folder.Path);
        Assert.Equal(["neg", "pos"], texts.Classes.ToArray());
        Assert.Equal((3, 1, 1), (texts.Training.Length, texts.Validation.Length, texts.Test.Length));
        Assert.Equal("text of test/pos/3.txt", texts.Test[0].Text);
        ZipFile.CreateFromDirectory(_folder.File("train"), _folder.File("train.zip"));
        Assert.Equal(["neg: text of train/neg/1.txt", "pos: text of train/pos/1.txt", "pos: text of train/pos/2.txt"], Read(_folder.File("train.zip")));
        File.WriteAllBytes(_folder.File("picture.png"), []);
        Assert.False(LabelledTexts.IsAt(_folder.Path));
    }

    [Fact]
    public void Parts_are_drawn_from_each_class_by_the_seed_and_the_test_first()
    {
        string path = Write("a.tsv", string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i < 20 ? 1 : 0)}\ttext {i}\n")));
        var texts = LabelledTexts.Read(path, new() { Validation = 0.1, Test = 0.2 });
        Assert.Equal([8, 4], texts.Test.CountBy(text => text.Class).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Equal([3, 2], texts.Validation.CountBy(text => text.Class).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Equal(60, texts.Training.Concat(texts.Validation).Concat(texts.Test).Distinct().Count());
        Assert.Equal(texts.Test.AsEnumerable(), LabelledTexts.Read(path, new() { Validation = 0.4, Test = 0.2 }).Test);
        Assert.NotEqual(texts.Test.AsEnumerable(), LabelledTexts.Read(path, new() { Test = 0.2, Seed = 1 }).Test);
        var other = LabelledTexts.Read(path, new() { Test = 0.2, TestPath = Write("b.tsv", "1\tnew text\n") });
        Assert.Equal(new LabelledText("new text", 1), Assert.Single(other.Test));
        Assert.Equal(60, other.Training.Length + other.Validation.Length);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    private static string[] Read(string path, TextSplit? split = null)
    {
        Assert.True(LabelledTexts.IsAt(path));
        var texts = LabelledTexts.Read(path, split ?? All);
        Assert.Empty(texts.Failures);
        return [.. texts.Training.Select(text => $"{texts.Classes[text.Class]}: {text.Text}").Order(StringComparer.Ordinal)];
    }

    private static string Refused(string path, TextSplit? split = null) => Assert.Throws<UnmaskException>(() => LabelledTexts.Read(path, split ?? All)).Message;
}

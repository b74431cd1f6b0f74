using System.Globalization;
using System.Text.Json;
using Unmask.Imaging;
using Unmask.Tests.Imaging;

namespace Unmask.Tests.Cli;

[Trait("Category", "Slow")]
public sealed class EvaluateTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Writes_every_form_of_the_report_with_reference_rows()
    {
        Photos(3);
        var result = Evaluate();
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["evaluation.csv", "evaluation.curves.png", "evaluation.html", "evaluation.journal.jsonl", "evaluation.json", "evaluation.md"], _bench.Results);
        Assert.All(["rise", "occlusion", "random (reference)", "center (reference)", "edge (reference)", "deletion ↓", "insertion ↑"], name => Assert.Contains(name, result.Output, StringComparison.Ordinal));
        // 3 items × 5 methods × 2 metrics.
        Assert.Equal(30, Csv().Count);
        Assert.DoesNotContain("http", File.ReadAllText(Path.Combine(_bench.Out, "evaluation.html")).Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_bench.Out, "evaluation.json")));
        Assert.Equal(3, json.RootElement.GetProperty("items").GetInt32());
        Assert.Contains("top class", json.RootElement.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_is_json_alone_or_names_alone()
    {
        Photos(2);
        using var json = JsonDocument.Parse(Evaluate("--json").Output);
        Assert.Equal(20, json.RootElement.GetProperty("values").GetArrayLength());
        Assert.Equal(["evaluation.csv", "evaluation.json", "evaluation.md", "evaluation.html", "evaluation.curves.png"], Evaluate("--quiet").Lines.Select(Path.GetFileName));
    }

    [Fact]
    public void A_killed_run_goes_on_and_ends_like_an_undisturbed_one()
    {
        Photos(4);
        Evaluate("--runs", "2");
        var undisturbed = Csv();
        string markdown = WithoutSeconds("evaluation.md"), journal = Path.Combine(_bench.Out, "evaluation.journal.jsonl");
        // What a kill leaves: some lines, the last of them half written, and no report.
        byte[] whole = File.ReadAllBytes(journal);
        int half = (whole.Length / 2) + 5;
        File.WriteAllBytes(journal, whole[..half]);
        _bench.Results.Where(name => name != "evaluation.journal.jsonl").ToList().ForEach(name => File.Delete(Path.Combine(_bench.Out, name)));
        Assert.Equal(0, Evaluate("--runs", "2", "--resume").Code);
        Assert.Equal(undisturbed, Csv());
        Assert.Equal(markdown, WithoutSeconds("evaluation.md"));
        // What was known was not computed again: the old lines stand, the rest follows.
        byte[] resumed = File.ReadAllBytes(journal);
        int kept = whole.AsSpan(0, half).LastIndexOf((byte)'\n') + 1;
        Assert.True(kept > 100);
        Assert.Equal(whole[..kept], resumed[..kept]);
    }

    [Fact]
    public void Without_resume_an_older_run_is_forgotten()
    {
        Photos(2);
        Evaluate();
        string journal = Path.Combine(_bench.Out, "evaluation.journal.jsonl");
        File.WriteAllText(journal, "this is no journal\n");
        Assert.Equal(0, Evaluate().Code);
        File.WriteAllText(journal, "this is no journal\n");
        var refused = Evaluate("--resume");
        Assert.Equal(1, refused.Code);
        Assert.Contains("evaluation.journal.jsonl", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_do_not_depend_on_batches_or_threads()
    {
        Photos(3);
        Evaluate("--batch-size", "1", "--threads", "1");
        var one = Csv();
        Evaluate("--batch-size", "7", "--threads", "2");
        var other = Csv();
        Assert.Equal(one.Select(row => row.Key), other.Select(row => row.Key));
        Assert.All(one.Zip(other), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-5));
    }

    [Fact]
    public void Labels_choose_the_targets()
    {
        Photos(1, "dog");
        Photos(1, "sea_lion");
        Photos(1, "giraffe");
        var result = Evaluate();
        Assert.Equal(0, result.Code);
        Assert.Contains("names of their folders", result.Output, StringComparison.Ordinal);
        Assert.Contains("giraffe (1)", result.Output, StringComparison.Ordinal);
        string csv = File.ReadAllText(Path.Combine(_bench.Out, "evaluation.csv"));
        Assert.Contains("dog", csv, StringComparison.Ordinal);
        Assert.Contains("sea lion", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("tabby", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void Located_objects_are_items_and_places_are_measured()
    {
        Located();
        var result = Evaluate("--metrics", "pointing-game,mass");
        Assert.Equal(0, result.Code);
        // A cat and a dog on one photo; 5 methods, 2 metrics.
        Assert.Equal(20, Csv().Count);
        var centre = Csv().Where(row => row.Key.Contains("center", StringComparison.Ordinal) && row.Key.Contains("pointing-game", StringComparison.Ordinal)).ToList();
        // The dog stands in the middle; the cat in a corner, more than 15 pixels away.
        Assert.Equal([0, 1], centre.OrderBy(row => row.Value).Select(row => row.Value));
        Assert.Contains("tabby", File.ReadAllText(Path.Combine(_bench.Out, "evaluation.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_about_regions_bring_the_centred_box_along()
    {
        Located();
        var result = Evaluate("--metrics", "localization-error,pxap,saliency-metric", "--set", "localization-error.rule=mean");
        Assert.Equal(0, result.Code);
        // A cat and a dog on one photo; 6 methods, 3 metrics.
        Assert.Equal(36, Csv().Count);
        var box = Csv().Where(row => row.Key.Contains("center-box", StringComparison.Ordinal) && row.Key.Contains("localization-error", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, box.Count);
        Assert.Contains("rule=mean", File.ReadAllText(Path.Combine(_bench.Out, "evaluation.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_is_the_same_each_time()
    {
        Photos(9);
        Evaluate("--items", "3");
        string[] first = Items();
        Assert.Equal(3, first.Length);
        Evaluate("--items", "3");
        Assert.Equal(first, Items());
        Evaluate("--items", "3", "--seed", "5");
        Assert.NotEqual(first, Items());
    }

    [Fact]
    public void A_damaged_picture_is_listed_and_left_out()
    {
        Photos(2);
        _bench.Bytes("data/broken.jpg", "no picture"u8.ToArray());
        var result = Evaluate();
        Assert.Equal(1, result.Code);
        Assert.Contains("1 failed and is left out", result.Output, StringComparison.Ordinal);
        Assert.Contains("broken", result.Output, StringComparison.Ordinal);
        Assert.Equal(20, Csv().Count);
    }

    [Theory]
    [InlineData("Did you mean \"deletion\"?", "--metrics", "deletoin")]
    [InlineData("Did you mean \"occlusion\"?", "--methods", "oclusion")]
    [InlineData("two rows called", "--methods", "rise,rise")]
    [InlineData("Did you mean rise?", "--set", "ris.masks=3")]
    [InlineData("none of the methods has such a setting. Did you mean masks?", "--set", "mask=3")]
    [InlineData("masks cannot be 0", "--set", "rise.masks=0")]
    [InlineData("not among the metrics", "--set", "pointing-game.tolerance=3")]
    [InlineData("must know where objects are", "--metrics", "pointing-game")]
    [InlineData("does not say what its photos show", "--target", "label")]
    [InlineData("there is no such row", "--against", "nobody")]
    [InlineData("--min-probability takes a number from 0 to 1", "--min-probability", "2")]
    [InlineData("--runs takes a whole number", "--runs", "0")]
    public void Mistakes_are_answered_with_what_is_possible(string said, params string[] arguments)
    {
        Photos(1);
        var result = Command.Run(["evaluate", _bench.File("data"), "-m", _bench.ModelFile, "-o", _bench.Out, .. arguments]);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.Code);
        Assert.False(Directory.Exists(_bench.Out));
    }

    [Fact]
    public void Data_without_pictures_or_without_known_classes_are_refused()
    {
        Directory.CreateDirectory(_bench.File("data"));
        Refuses("holds no pictures");
        Refuses("neither a folder", data: _bench.ModelFile);
        Photos(1, "giraffe");
        Photos(1, "zebra");
        Refuses("has no class for them: giraffe (1), zebra (1)");
        File.WriteAllText(_bench.File("map.txt"), "giraffe: dog\nzebra: 7\n");
        Refuses("map.txt, line 2", "--class-map", _bench.File("map.txt"));
        File.WriteAllText(_bench.File("map.txt"), "giraffe: dog\nzebra: 0-2\n");
        Assert.Equal(0, Evaluate("--class-map", _bench.File("map.txt")).Code);
    }

    private void Refuses(string said, string? option = null, string? value = null, string? data = null)
    {
        var result = Command.Run(["evaluate", data ?? _bench.File("data"), "-m", _bench.ModelFile, "-o", _bench.Out, .. option is null ? Array.Empty<string>() : [option, value!]]);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Code);
        Assert.False(Directory.Exists(_bench.Out));
    }

    private CommandResult Evaluate(params string[] arguments) => Command.Run([
        "evaluate", _bench.File("data"), "-m", _bench.ModelFile, "-o", _bench.Out, "--methods", "rise,occlusion", "--set", "rise.masks=30", "--set", "occlusion.window=4", .. arguments]);

    private void Photos(int count, string folder = "")
    {
        for (int i = 0; i < count; i++)
        {
            _bench.Picture(Path.Combine("data", folder, $"p{i}.png"), 20 + i, 20);
        }
    }

    /// <summary>A photo of 80 × 80 with a dog in the middle and a cat in the corner, as boxes.</summary>
    private void Located()
    {
        Directory.CreateDirectory(_bench.File("data/images"));
        Directory.CreateDirectory(_bench.File("data/boxes"));
        TestPictures.Irregular(80, 80).Save(_bench.File("data/images/p.png"));
        File.WriteAllText(_bench.File("data/names2.txt"), "tabby cat\ndog\n");
        File.WriteAllText(_bench.File("data/boxes/p.txt"), "0 0.0625 0.0625 0.125 0.125\n1 0.5 0.5 0.25 0.25\n");
    }

    /// <summary>The rows of the table: everything before the value, and the value.</summary>
    private List<KeyValuePair<string, double>> Csv()
    {
        string[] lines = File.ReadAllLines(Path.Combine(_bench.Out, "evaluation.csv"));
        int column = Array.IndexOf(lines[0].Split(','), "value");
        return [.. lines.Skip(1).Select(line => line.Replace("\"tabby, tabby cat\"", "tabby", StringComparison.Ordinal).Split(',')).Select(cells =>
            KeyValuePair.Create(string.Join(',', cells[..column]), double.Parse(cells[column], CultureInfo.InvariantCulture)))];
    }

    private string[] Items() => [.. Csv().Select(row => row.Key.Split(',')[0]).Distinct()];

    /// <summary>The report's verdicts: the lines without time.</summary>
    private string WithoutSeconds(string name) => string.Join('\n', File.ReadAllLines(Path.Combine(_bench.Out, name)).Where(line => line.StartsWith('*')));
}

using System.Text.Json;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Tests.Cli;

public sealed class CompareTests
{
    [Fact]
    public void One_sheet_one_table_one_document()
    {
        using var bench = new Bench();
        var result = Compare(bench, bench.Picture("a.png"), bench.Picture("b.png"), "--methods", "rise,fine=rise,occlusion", "--set", "masks=20", "--set", "fine.cells=8");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["compare.curves.png", "compare.json", "compare.png"], bench.Results);
        Assert.Contains("Means over 2 inputs", result.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(bench.Out, "compare.json")));
        var rows = json.RootElement.GetProperty("inputs")[1].GetProperty("rows");
        Assert.Equal(["rise", "fine", "occlusion"], rows.EnumerateArray().Select(row => row.GetProperty("row").GetString()));
        Assert.Equal(["7", "8"], rows.EnumerateArray().Take(2).Select(row => row.GetProperty("explanation").GetProperty("options").GetProperty("cells").GetString()));
        // The value below a map is the area of the curve that was measured on it.
        var metric = rows[0].GetProperty("metrics")[0];
        Assert.Equal("deletion", metric.GetProperty("metric").GetString());
        Assert.Equal(metric.GetProperty("curve").GetProperty("area").GetDouble(), metric.GetProperty("value").GetDouble(), 1e-9);
        // A photo and three maps in a row, two rows.
        var sheet = Image.Load(Path.Combine(bench.Out, "compare.png"));
        Assert.True(sheet.Width > sheet.Height);
    }

    [Fact]
    public void Standard_output_is_json_alone_or_names_alone()
    {
        using var bench = new Bench();
        using var json = JsonDocument.Parse(Compare(bench, bench.Picture("a.png"), "--methods", "occlusion", "--json").Output);
        Assert.Equal(0, json.RootElement.GetProperty("failed").GetInt32());
        Assert.Equal(["compare.png", "compare.json", "compare.curves.png"], Compare(bench, bench.Picture("a.png"), "--methods", "occlusion", "--quiet").Lines.Select(Path.GetFileName));
    }

    [Fact]
    public void A_damaged_picture_is_reported_and_the_others_go_on()
    {
        using var bench = new Bench();
        var result = Compare(bench, bench.Picture("a.png"), bench.Bytes("b.jpg", "no picture"u8.ToArray()), "--methods", "occlusion");
        Assert.Equal(1, result.Code);
        Assert.Contains("b.jpg", result.Error, StringComparison.Ordinal);
        Assert.Contains("compare.png", bench.Results);
    }

    [Theory]
    [InlineData("which a single picture does not say", "--metrics", "pointing-game")]
    [InlineData("Did you mean \"insertion\"?", "--metrics", "insertoin")]
    [InlineData("Closest: tabby", "--target", "taby")]
    public void Mistakes_are_answered_with_what_is_possible(string said, params string[] arguments)
    {
        using var bench = new Bench();
        var result = Compare(bench, [bench.Picture("a.png"), "--methods", "occlusion", .. arguments]);
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Out));
    }

    [Fact]
    public void Tensors_are_refused()
    {
        using var bench = new Bench();
        var result = Compare(bench, bench.Tensor("x.npy", 1, 3, 16, 16));
        Assert.Equal(2, result.Code);
        Assert.Contains("unmask explain", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_draws_the_curves_of_a_map()
    {
        using var bench = new Bench();
        Assert.Equal(0, bench.Explain(bench.Picture("a.png"), "--method", "occlusion", "--curves", "--format", "png").Code);
        Assert.Equal(["a.occlusion.curves.png", "a.occlusion.png"], bench.Results);
    }

    [Fact]
    public void Every_metric_is_listed_with_its_settings()
    {
        var all = Command.Run("metrics");
        Assert.All(MetricCatalogue.All, metric => Assert.Contains(metric.Id, all.Output, StringComparison.Ordinal));
        Assert.Contains("tolerance", Command.Run("metrics", "pointing-game").Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Command.Run("metrics", "--json").Output);
        Assert.Equal(MetricCatalogue.All.Length, json.RootElement.GetArrayLength());
        Assert.Contains("Did you mean \"deletion\"?", Command.Run("metrics", "deletio").Error, StringComparison.Ordinal);
    }

    private static CommandResult Compare(Bench bench, params string[] arguments) => Command.Run(["compare", "-m", bench.ModelFile, "-o", bench.Out, .. arguments]);
}

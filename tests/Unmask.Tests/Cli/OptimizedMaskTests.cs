using System.Text.Json;

namespace Unmask.Tests.Cli;

/// <summary>Optimised masks by their ids on the command line.</summary>
public sealed class OptimizedMaskTests
{
    [Theory]
    [InlineData("meaningful-perturbation", "steps=5", "", 5)]
    [InlineData("extremal-perturbation", "steps=5", "area=0.1,0.3", 5)]
    [InlineData("i-gos", "steps=2", "path-points=3", 2)]
    [InlineData("i-gos-plus-plus", "steps=2", "path-points=3", 2)]
    public void Facts_of_the_masks_are_in_the_document(string method, string steps, string more, int most)
    {
        using var bench = new Bench();
        string[] settings = ["--set", steps, .. more.Length > 0 ? new[] { "--set", more } : []];
        var result = bench.Explain([bench.Picture("p.png"), "--method", method, "--json", "--seed", "3", .. settings]);
        Assert.Equal(("", 0), (result.Error, result.Code));
        Assert.Equal([$"p.{method}.json", $"p.{method}.npy", $"p.{method}.png"], bench.Results);
        using var printed = JsonDocument.Parse(result.Output);
        var facts = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, bench.Results[0]))).Optimized!.Value;
        Assert.Equal(more.StartsWith("area", StringComparison.Ordinal) ? ["area 0.1", "area 0.3"] : [""], facts.Select(mask => mask.Variant));
        Assert.All(facts, mask =>
        {
            Assert.InRange(mask.Steps, 1, most);
            Assert.Equal(mask.Steps, mask.History.Length);
            Assert.InRange(mask.Kept, 0, 1);
            Assert.NotEmpty(mask.StopReason);
            Assert.All(mask.Scores, score => Assert.True(double.IsFinite(score)));
            Assert.Equal(method == "extremal-perturbation", mask.Extremal.HasValue);
        });
        Assert.Contains("\"optimized\"", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paper", "0.05,0.1,0.2,0.4,0.6,0.8", "0")]
    [InlineData("code", "0.1", "0")]
    [InlineData("pointing", "0.025,0.05,0.1,0.2", "0.09")]
    [InlineData("pointing-coco", "0.018,0.025,0.05,0.1", "0.09")]
    public void Presets_of_extremal_perturbation_are_known(string preset, string areas, string smoothing)
    {
        using var bench = new Bench();
        Assert.Equal(0, bench.Explain(bench.Picture("p.png"), "--method", "extremal-perturbation", "--set", $"preset={preset}", "--set", "steps=1", "--format", "json").Code);
        var options = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, bench.Results[0]))).Options;
        Assert.Equal((preset, areas, smoothing, "1"), (options["preset"], options["area"], options["smoothing"], options["steps"]));
    }
}

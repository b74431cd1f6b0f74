using System.Collections.Immutable;
using Unmask.Metrics;

namespace Unmask.Tests.Gad;

/// <summary>GAD measured over pictures, its tables, verdicts and sheets.</summary>
public sealed class GadEvaluationTests(GadBench bench) : IClassFixture<GadBench>
{
    private static readonly ImmutableArray<string> Methods = ["gradient", "guided-backprop"];

    private readonly GadVariant[] _variants = [new("gad", bench.Supports), new("unmoved", bench.Unmoved)];

    [Fact]
    public void Every_picture_class_method_and_variant_is_measured_and_counted()
    {
        using var model = bench.Load();
        var evaluation = new GadEvaluation { Methods = Methods, Threads = 2 };
        var measured = evaluation.Run(model, _variants, Items(6));
        Assert.Equal(6 * 2 * 2 * 4, measured.Length);
        foreach (var one in measured.Where(one => one.Variant == "gad"))
        {
            // As many pixels of the original's, drawn at random.
            Assert.Equal(one.KeptShare, measured.Single(other => other.Variant == "random:gad" && (other.Item, other.Class, other.Method) == (one.Item, one.Class, one.Method)).KeptShare);
            Assert.InRange(one.KeptShare ?? 2, 0, 1);
            Assert.InRange(one.RetainedComplexity ?? 2, 0, 1);
        }

        var report = GadReport.Of("stripes", _variants, ["unmoved"], evaluation, measured);
        Assert.Equal(2 * 2 * 4, report.Rows.Length);
        Assert.All(report.Rows, row => Assert.Equal(6, row.Smaller + row.NotSmaller + row.Degenerate));
        var row = report.Row(1, "gradient", "gad");
        Assert.Equal(measured.Where(one => one is { Class: 1, Method: "gradient", Variant: "gad" }).Average(one => one.Sensitivity) ?? -1, row.Sensitivity?.Mean ?? 0, 1e-9);
        Assert.Equal(["unmoved", "random:gad"], report.Verdicts[0].Differences.Select(difference => difference.Control));
        Assert.Contains("| across | gradient | gad |", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("\"sentence\"", System.Text.Encoding.UTF8.GetString(report.ToJson()), StringComparison.Ordinal);
    }

    [Fact]
    public void One_measurement_is_what_its_parts_give()
    {
        using var model = bench.Load();
        var item = Items(1)[0];
        var one = new GadEvaluation { Methods = ["gradient"], Hull = HullPixels.Retained, Occlusion = Infill.Grey }.Run(model, _variants, [item])[0];
        var input = item.Input(model);
        var original = new InputGradient(model).Explain(input, Target.Class(one.Class));
        float[] refined = new Unmask.Gad(model, new() { Supports = bench.Supports }).Explain(input, Target.Class(one.Class)).ToArray();
        float[] thresholded = new GadMaps(original, []).Thresholded(PixelImportance.TopHalf);
        var regions = RegionComplexity.Of(thresholded, refined, 16, HullPixels.Retained);
        Assert.Equal((regions.Ratio, regions.Outcome), (one.Complexity, one.Outcome));
        Assert.Equal(RegionSensitivity.Of(model, input, one.Class, regions.Refined.Mask, Infill.Grey), one.Sensitivity);
        Assert.Equal(model.Evaluate(input, Score.Logit)[one.Class], one.Logit, 1e-6);
    }

    [Fact]
    public void A_run_that_was_killed_goes_on_and_another_run_is_refused()
    {
        using var model = bench.Load();
        string journal = bench.File("regions.tsv");
        var evaluation = new GadEvaluation { Methods = ["gradient"], JournalFile = journal, Threads = 1 };
        var whole = evaluation.Run(model, _variants, Items(4));
        string[] lines = File.ReadAllLines(journal);
        Assert.Equal(2 + whole.Length, lines.Length);
        // Two pictures whole, half of a third, and its last line half written.
        File.WriteAllText(journal, string.Join('\n', lines[..(2 + 16 + 3)]) + "\n" + lines[^1][..20]);
        var looked = new List<string>();
        var items = Items(4).ConvertAll(item => item with { Input = prepared => Noted(item, prepared, looked) });
        Assert.Equal(whole.AsEnumerable(), evaluation.Run(model, _variants, items));
        Assert.Equal(items.Skip(2).Select(item => item.Id), looked);
        Assert.Equal(lines, File.ReadAllLines(journal));
        Assert.Contains("another run", Assert.Throws<UnmaskException>(() => (evaluation with { Importance = PixelImportance.Top(0.4) }).Run(model, _variants, items)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_of_other_classes_is_refused()
    {
        using var model = bench.Load();
        var rest = bench.Train("rest", [GadDistance.Of(0)], Unmask.Training.TrainedPart.Head, choice: new(new(1, null)));
        Assert.Contains("other classes", Assert.Throws<ArgumentException>(() => new GadEvaluation { Methods = ["gradient"] }.Run(model, [_variants[0], new("rest", rest)], Items(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gain_counts_only_beyond_every_control()
    {
        using var model = bench.Load();
        var measured = Measured(gad: 0.5, random: 0.9, unmoved: 0.5, sensitivity: 2);
        var verdict = GadReport.Of("made up", _variants, ["unmoved"], new() { Methods = ["gradient"] }, measured).Verdicts[0];
        Assert.False(verdict.IsSimpler);
        Assert.Equal("gradient: regions are no simpler than those of unmoved; they matter more, pixel by pixel, than the supplementary region and those of unmoved and random:gad. GAD gains sensitivity only.", verdict.Sentence);
        verdict = GadReport.Of("made up", _variants, ["unmoved"], new() { Methods = ["gradient"] }, Measured(gad: 0.5, random: 0.9, unmoved: 0.8, sensitivity: 1)).Verdicts[0];
        Assert.True(verdict.IsSimpler);
        Assert.Equal("gradient: regions are simpler than those of unmoved and random:gad; they do not matter more, pixel by pixel, than the supplementary region and those of unmoved and random:gad. GAD gains simplicity only.", verdict.Sentence);
    }

    [Fact]
    public void Random_pixels_alone_settle_nothing()
    {
        var measured = Measured(gad: 0.5, random: 0.9, unmoved: 0.8, sensitivity: 2);
        var verdict = GadReport.Of("made up", _variants[..1], [], new() { Methods = ["gradient"] }, measured).Verdicts[0];
        Assert.EndsWith("Without a control of α = 0 this is no verdict.", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_least_activated_pictures_are_those_of_the_class_with_its_lowest_logits()
    {
        using var model = bench.Load();
        var items = Items(8);
        var evaluation = new GadEvaluation { Methods = ["gradient"] };
        var measured = evaluation.Run(model, _variants, items);
        var least = GadSheets.Least(new(0, 1), items, measured, 2);
        Assert.Equal(4, least.Count);
        Assert.All(least.Take(2), one => Assert.Equal(ClassSide.First, one.Item.Side));
        Assert.Equal(items.Where(item => item.Side == ClassSide.Second).Min(item => model.Evaluate(item.Input(model), Score.Logit)[1]), least[2].Logit, 1e-6);
        var sheet = new GadSheets(evaluation).LeastActivated(model, bench.Supports, items, measured, 2);
        Assert.Equal((4, 1), (sheet?.Cells.Count, sheet?.Columns));
        var gallery = new GadSheets(evaluation).Gallery([(model, bench.Supports)], items[..2]);
        Assert.Equal((6, 3), (gallery.Cells.Count, gallery.Columns));
        // Blue before, red after, on grey: nothing else is coloured.
        Assert.Contains(Pixels(gallery.Cells[0].Picture), pixel => pixel.B > pixel.R + 60);
        Assert.DoesNotContain(Pixels(gallery.Cells[0].Picture), pixel => pixel.R > pixel.B + 2);
        Assert.Contains(Pixels(gallery.Cells[1].Picture), pixel => pixel.R > pixel.B + 60);
        Assert.DoesNotContain(Pixels(gallery.Cells[1].Picture), pixel => pixel.B > pixel.R + 20);
        Assert.Contains(Pixels(gallery.Cells[2].Picture), pixel => pixel == new Unmask.Imaging.Rgb(40, 200, 60));
    }

    private static IEnumerable<Unmask.Imaging.Rgb> Pixels(Unmask.Imaging.Image picture) => Enumerable.Range(0, picture.Width * picture.Height).Select(at => picture[at % picture.Width, at / picture.Width]);

    private static ModelInput Noted(GadItem item, Model model, List<string> looked)
    {
        looked.Add(item.Id);
        return item.Input(model);
    }

    /// <summary>Sixteen pictures on which every value is the given one, but for a little.</summary>
    private static ImmutableArray<GadMeasurement> Measured(double gad, double random, double unmoved, double sensitivity) =>
    [
        .. Enumerable.Range(0, 16).SelectMany(item => ((string, double)[])[("gad", gad), ("random:gad", random), ("unmoved", unmoved), ("random:unmoved", 1)]).Select((pair, at) => new GadMeasurement
        {
            Item = $"{at / 4}",
            Side = ClassSide.First,
            Class = 0,
            Method = "gradient",
            Variant = pair.Item1,
            Outcome = RegionOutcome.Smaller,
            Complexity = pair.Item2 + (0.001 * (at / 4 % 3)),
            Sensitivity = pair.Item1 == "gad" ? sensitivity : 1,
            SupplementarySensitivity = 1,
            Logit = 0,
        }),
    ];

    private static List<GadItem> Items(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new GadItem($"{i}", i % 2 == 0 ? ClassSide.First : ClassSide.Second, model => model.Prepare(Training.Stripes.Draw(200 + i))))];
}

using System.Text.Json;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Evaluations;

public sealed class EvaluationTests
{
    private const int Side = 8;
    private static readonly float[] Weights = [.. LinearModels.Values(Side * Side, 1).Select(value => MathF.Round(value * 32) / 32)];
    private static readonly IMetric[] Metrics =
    [
        new Deletion(new() { Schedule = Schedule.PerStep(8), Infill = Infill.Zero, Score = Score.Logit }),
        new Insertion(new() { Schedule = Schedule.PerStep(8), Infill = Infill.Zero, Score = Score.Logit }),
        new PointingGame(new() { Tolerance = 0 }),
        new RelevanceMass(),
    ];

    [Fact]
    public void The_true_contributions_beat_noise_and_the_report_says_so()
    {
        using var model = Linear();
        var report = Run(model, Items(12), [Oracle(model), Row(model, "random"), Row(model, "center")]);
        var deletion = report.Differences.Single(row => row is { Method: "oracle", Against: "random", Metric: "deletion" });
        Assert.Equal("better", deletion.Verdict);
        Assert.True(deletion.Difference.High < 0);
        Assert.Contains("oracle is better than random", deletion.Sentence, StringComparison.Ordinal);
        Assert.Equal("better", report.Differences.Single(row => row is { Method: "oracle", Against: "center", Metric: "insertion" }).Verdict);
        Assert.Equal(12, report.Summaries.Single(row => row is { Method: "oracle", Metric: "deletion" }).Mean!.Value.Count);
        Assert.Equal("oracle", report.ComparedWith);
        // On a linear model every order's two areas add up to whole + empty.
        foreach (var item in report.Values.GroupBy(value => (value.Item, value.Method)))
        {
            var curve = item.Single(value => value.Metric == "deletion").Curve!;
            Assert.Equal(curve.Scores[0] + curve.Scores[^1], item.Where(value => value.Curve is not null).Sum(value => value.Value!.Value), 4);
        }
    }

    [Fact]
    public void Means_over_groups_count_each_group_alike()
    {
        using var model = Linear();
        var items = Items(10).Select((item, i) => item with { Group = i == 0 ? "A" : "B", Truth = () => Mask(i == 0) }).ToList();
        var left = new EvaluationMethod("left", new Fixed(model, _ => [.. Enumerable.Range(0, Side * Side).Select(i => i == 0 ? 1f : 0)]));
        var report = new Unmask.Metrics.Evaluation(model).Run(items, [left], [new PointingGame(new() { Tolerance = 0 })]);
        var summary = Assert.Single(report.Summaries);
        // 1 of 1 and 0 of 9: 50 %, not 10 %.
        Assert.Equal(0.5, summary.MacroMean);
        Assert.Equal(0.1, summary.Mean!.Value.Mean, 12);
        Assert.Equal(2, summary.Groups);
    }

    [Fact]
    public void What_is_undefined_is_counted_and_never_a_number()
    {
        using var model = Linear();
        var items = Items(6).Select((item, i) => i < 2 ? item with { Truth = null } : item).ToList();
        var summary = Run(model, items, [Row(model, "center")]).Summaries.Single(row => row.Metric == "mass");
        Assert.Equal(2, summary.Undefined);
        Assert.Equal(4, summary.Mean!.Value.Count);
    }

    [Fact]
    public void What_fails_is_listed_and_the_rest_goes_on()
    {
        using var model = Linear();
        var items = Items(3).ToList();
        items.Insert(1, new EvaluationItem("broken", _ => throw new ImageFormatException("no picture")));
        var moody = new EvaluationMethod("moody", new Fixed(model, input => input.Values[0] > 0 ? throw new InvalidOperationException("not today") : new float[Side * Side]));
        var report = Run(model, items, [Oracle(model), moody]);
        Assert.Equal(4, report.Items);
        Assert.Contains(report.Failures, failure => failure is { Item: "broken", Method: null, Problem: "no picture" });
        int positive = items.Where(item => item.Id != "broken").Count(item => item.Input(model).Values[0] > 0);
        Assert.Equal(positive, report.Failures.Count(failure => failure is { Method: "moody", Problem: "not today" }));
        Assert.InRange(positive, 1, 2);
        Assert.Equal(3, report.Values.Count(value => value is { Method: "oracle", Metric: "deletion" }));
    }

    [Fact]
    public void A_run_that_was_ended_goes_on_and_ends_in_the_same_report()
    {
        using var folder = new TemporaryFolder();
        using var model = Linear();
        string path = folder.File("journal.jsonl");
        var items = Items(6);
        int explained = 0;
        var counted = Oracle(model, () => explained++);
        EvaluationMethod[] methods = [counted, Row(model, "random")];
        var whole = Run(model, items, methods, new() { Runs = 3 });
        Assert.Equal(6, explained);

        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Run(
            model, items, methods, new() { Runs = 3, JournalFile = path }, new Immediately(step => { if (step.Done == 13) { source.Cancel(); } }), source.Token));
        string[] kept = File.ReadAllLines(path);
        Assert.Equal(3 * ((4 * 4) + 1), kept.Length);

        // A kill in the middle of a write leaves half a line.
        File.AppendAllText(path, kept[0][..40]);
        explained = 0;
        var resumed = Run(model, items, methods, new() { Runs = 3, JournalFile = path });
        Assert.Equal(3, explained);
        Assert.Equal(WithoutTime(whole), WithoutTime(resumed));

        explained = 0;
        var again = Run(model, items, methods, new() { Runs = 3, JournalFile = path });
        Assert.Equal(0, explained);
        Assert.Equal(WithoutTime(whole), WithoutTime(again));
    }

    [Fact]
    public void Two_runs_cannot_share_a_journal()
    {
        using var folder = new TemporaryFolder();
        using var first = new Journal(folder.File("journal.jsonl"));
        foreach (bool keep in (bool[])[true, false])
        {
            Assert.Contains("two runs cannot share one", Assert.ThrowsAny<UnmaskException>(() => new Journal(folder.File("journal.jsonl"), keep)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_journal_that_begins_anew_forgets_what_it_held()
    {
        using var folder = new TemporaryFolder();
        using (var file = new JournalFile(folder.File("journal.txt"), keep: true))
        {
            file.Append("one\ntwo\nhalf"u8);
        }

        using (var file = new JournalFile(folder.File("journal.txt"), keep: true))
        {
            Assert.Equal(["one", "two"], file.Lines.Select(line => System.Text.Encoding.UTF8.GetString(line.Span)));
            file.Cut(1);
            file.Append("three\n"u8);
        }

        Assert.Equal("one\nthree\n", File.ReadAllText(folder.File("journal.txt")));
        using var anew = new JournalFile(folder.File("journal.txt"), keep: false);
        Assert.Empty(anew.Lines);
    }

    [Fact]
    public void A_journal_knows_other_options_inputs_and_metrics_from_its_own()
    {
        using var folder = new TemporaryFolder();
        using var model = Linear();
        string path = folder.File("journal.jsonl");
        int explained = 0;
        var oracle = Oracle(model, () => explained++);
        Run(model, Items(2), [oracle], new() { JournalFile = path });
        Assert.Equal(2, explained);
        Run(model, Items(2), [oracle with { OptionsKey = "other" }], new() { JournalFile = path });
        Assert.Equal(4, explained);
        Run(model, [.. Items(2, seed: 50)], [oracle], new() { JournalFile = path });
        Assert.Equal(6, explained);
        new Unmask.Metrics.Evaluation(model, new() { JournalFile = path }).Run(Items(2), [oracle], [new Deletion(new() { Score = Score.Logit, Schedule = Schedule.PerStep(4) })]);
        Assert.Equal(8, explained);
        Run(model, Items(2), [oracle], new() { JournalFile = path });
        Assert.Equal(8, explained);
        File.WriteAllText(path, "hello\n");
        var problem = Assert.ThrowsAny<UnmaskException>(() => Run(model, Items(2), [oracle], new() { JournalFile = path }));
        Assert.Contains("line 1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_depends_on_neither_batch_size_nor_threads()
    {
        var reports = new[] { (1, 1), (3, 2), (16, 4) }.Select(setting =>
        {
            using var model = Linear(new() { Throughput = new() { BatchSize = setting.Item1, Threads = setting.Item2 } });
            return WithoutTime(Run(model, Items(5), [Oracle(model), Row(model, "random"), Row(model, "edge")], new() { Runs = 2 }));
        }).ToList();
        Assert.Equal(reports[0], reports[1]);
        Assert.Equal(reports[0], reports[2]);
    }

    [Fact]
    public void Runs_with_other_seeds_say_how_far_they_differ()
    {
        using var model = Linear();
        var report = Run(model, Items(5), [Oracle(model), Row(model, "random")], new() { Runs = 4 });
        Assert.All(report.RunDeviations, row => Assert.Equal(("random", 4), (row.Method, row.Runs)));
        var deletion = report.RunDeviations.Single(row => row.Metric == "deletion");
        double[][] items = [.. report.Values.Where(value => value is { Method: "random", Metric: "deletion" }).GroupBy(value => value.Item).Select(item => item.Select(value => value.Value!.Value).ToArray())];
        double expected = Math.Sqrt(items.Average(item => item.Sum(value => Math.Pow(value - item.Average(), 2)) / 3));
        Assert.Equal(expected, deletion.StandardDeviation!.Value, 12);
        Assert.InRange(deletion.Correlation!.Value, -0.1, 0.1);
        Assert.Equal(4, report.Values.Where(value => value.Method == "random").Select(value => value.Seed).Distinct().Count());
    }

    [Fact]
    public void Reports_are_written_in_four_forms()
    {
        using var model = Linear();
        var items = Items(4).Select((item, i) => item with { Id = i == 0 ? "a,\"<b>" : item.Id }).ToList();
        var report = Run(model, items, [Oracle(model), Row(model, "random")], new() { Runs = 2 });
        string[] lines = report.ToCsv().TrimEnd('\n').Split('\n');
        Assert.Equal(1 + (4 * 3 * 4), lines.Length);
        Assert.StartsWith("\"a,\"\"<b>\",", lines[1], StringComparison.Ordinal);
        string markdown = report.ToMarkdown();
        Assert.All(["## Means", "## Differences on the same items", "## Runs with other seeds", "## Settings", "| oracle |", "deletion ↓"], part => Assert.Contains(part, markdown, StringComparison.Ordinal));
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(4 * 3 * 4, json.RootElement.GetProperty("values").GetArrayLength());
        Assert.Equal("lower", json.RootElement.GetProperty("metrics")[0].GetProperty("better").GetString());
        string page = report.ToHtml();
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<svg").Length - 1);
        Assert.Equal(4, page.Split("<polyline").Length - 1);
    }

    [Fact]
    public void Bad_questions_are_refused_before_any_work()
    {
        using var model = Linear();
        Assert.Throws<ArgumentException>(() => Run(model, [], [Oracle(model)]));
        Assert.Contains("\"oracle\"", Assert.Throws<ArgumentException>(() => Run(model, Items(1), [Oracle(model), Oracle(model)])).Message, StringComparison.Ordinal);
        Assert.Contains("oracle", Assert.Throws<UnmaskException>(() => Run(model, Items(1), [Oracle(model)], new() { CompareWith = "rise" })).Message, StringComparison.Ordinal);
        Assert.Contains("insertion", Assert.Throws<UnmaskException>(() => MetricCatalogue.Find("insertoin")).Message, StringComparison.Ordinal);
    }

    private static EvaluationReport Run(
        Model model, IReadOnlyList<EvaluationItem> items, EvaluationMethod[] methods, EvaluationOptions? options = null, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new Unmask.Metrics.Evaluation(model, (options ?? new()) with { Resamples = 500 }).Run(items, methods, Metrics, progress, cancel);

    private static Model Linear(ModelOptions? options = null) => LinearModels.Load([Weights], [0.5f], 1, Side, Side, options);

    private static List<EvaluationItem> Items(int count, ulong seed = 20) => [.. Enumerable.Range(0, count).Select(i => new EvaluationItem(
        $"item {i}",
        model => model.Prepare(TensorData.Adopt(LinearModels.Values(Side * Side, seed + (ulong)i), 1, 1, Side, Side))[0]) { Truth = () => Mask(i % 2 == 0) })];

    private static GroundTruth Mask(bool left) => GroundTruth.FromBoxes(Side, Side, new Region(left ? 0 : Side / 2, 0, Side / 2, Side));

    private static EvaluationMethod Row(Model model, string id) => EvaluationMethod.FromCatalogue(model, id);

    private static EvaluationMethod Oracle(Model model, Action? called = null) => new("oracle", new Fixed(model, input =>
    {
        called?.Invoke();
        return [.. Weights.Zip(input.Values.ToArray(), (w, x) => w * x)];
    }));

    private static string WithoutTime(EvaluationReport report) =>
        System.Text.Encoding.UTF8.GetString((report with { Methods = [.. report.Methods.Select(method => method with { Seconds = 0 })] }).ToJson());

    /// <summary>An explainer whose map the test writes.</summary>
    private sealed class Fixed(Model model, Func<ModelInput, float[]> map) : IExplainer
    {
        public string Method => "fixed";

        public Model Model => model;

        public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        [
            new CenterMap(model).Explain(input, targets[0], null, cancel) with { Attributions = System.Numerics.Tensors.Tensor.Create(map(input), [Side, Side]) },
        ];
    }

    private sealed class Immediately(Action<Step> action) : IProgress<Step>
    {
        public void Report(Step value) => action(value);
    }
}

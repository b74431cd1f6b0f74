using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Metrics;

namespace Unmask.Cli.Evaluating;

/// <summary>Does what a request asks: chooses items, measures every method on them, writes the report.</summary>
internal sealed class EvaluateRun(EvaluateRequest request, EvaluateView view, ExplainProgress progress, CancellationToken cancel)
{
    private const string Stem = "evaluation";

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        var metrics = request.Methods.MetricsOr(photos.HasTruth ? ["deletion", "insertion", "pointing-game"] : ["deletion", "insertion"]);
        ThrowIfDataLacks(photos, metrics);
        using var model = request.ModelFile is { } file ? Model.Load(file, request.ModelOptions) : Demo.LoadModel(request.ModelOptions);
        Timing.Mark("model loaded");
        var methods = request.Methods.MethodsFor(model, request.References, metrics);
        ThrowUnlessRow(methods);
        using var folder = OutputFolder.Open(request.Folder);
        string journal = FileOf(".journal.jsonl");
        PhotoItems? items = null;
        EvaluationReport? report = null;
        progress.Run(0, 1, steps => items = PhotoItems.Choose(model, photos, request.Selection, steps, cancel));
        view.Begin(model, photos, items!);
        var evaluation = new Evaluation(model, new() { Runs = request.Runs, CompareWith = request.Against, JournalFile = journal, KeepJournal = request.Resume, Seed = request.Seed });
        progress.Run(0, 1, steps => report = evaluation.Run(items!.Items, methods, metrics, steps, cancel));
        report = report! with { Failures = [.. items!.Failures, .. report.Failures], Notes = [.. items.Notes, .. model.Notes] };
        view.End(report, items, Write(report));
        Timing.Mark("done");
        return report.Failures.IsEmpty ? ExitCodes.Done : ExitCodes.Failed;
    }

    private void ThrowIfDataLacks(PhotoSet photos, IReadOnlyList<IMetric> metrics)
    {
        if (!photos.HasTruth && metrics.FirstOrDefault(metric => metric.NeedsTruth) is { } needy)
        {
            throw new UsageException($"{needy.Id} must know where objects are, and {request.Data} does not say: it needs a folder boxes, labels, polygons or semantic beside images. "
                + "Leave the metric out, or give data with located objects.");
        }

        if (request.LabelsWanted && !photos.HasTruth && photos.LabelSource is null)
        {
            throw new UsageException($"--target label: {request.Data} does not say what its photos show (no labels.tsv, no names like 386_elephant.jpg, no folder a class, no located objects). Use --target top.");
        }
    }

    private void ThrowUnlessRow(IReadOnlyList<EvaluationMethod> methods)
    {
        if (request.Against is { } row && methods.All(method => method.Name != row))
        {
            throw new UsageException($"--against {row}: there is no such row. There are: {string.Join(", ", methods.Select(method => method.Name))}.");
        }
    }

    private List<string> Write(EvaluationReport report)
    {
        List<string> files = [FileOf(".csv"), FileOf(".json"), FileOf(".md"), FileOf(".html")];
        AtomicFile.WriteText(files[0], report.ToCsv());
        AtomicFile.Write(files[1], stream => stream.Write(report.ToJson()));
        AtomicFile.WriteText(files[2], report.ToMarkdown());
        AtomicFile.WriteText(files[3], report.ToHtml());
        if (MeanCurves.Of(report) is { } sheet)
        {
            files.Add(FileOf(".curves.png"));
            sheet.Save(files[^1]);
        }

        return files;
    }

    private string FileOf(string extension) => Path.Combine(request.Folder, Stem + extension);
}

using Unmask.Cli.Evaluating;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Cli.Comparing;

/// <summary>Does what a request asks: every method explains every picture, every metric measures every map, one sheet shows all.</summary>
internal sealed class CompareRun(CompareRequest request, CompareView view, ExplainProgress progress, CancellationToken cancel)
{
    private const string Stem = "compare";

    private readonly List<ComparedInput> _compared = [];
    private readonly List<SheetRow> _sheet = [];

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        var inputs = ExplainInput.Find(request.Inputs);
        if (inputs.FirstOrDefault(input => input.IsTensor) is { } tensor)
        {
            throw new UsageException($"{tensor.Name}: compare shows pictures; a tensor is explained with `unmask explain`.");
        }

        var metrics = request.Methods.MetricsOr("deletion", "insertion");
        if (metrics.FirstOrDefault(metric => metric.NeedsTruth) is { } needy)
        {
            throw new UsageException($"{needy.Id} must know where objects are, which a single picture does not say. Use `unmask evaluate` on data with located objects.");
        }

        using var folder = OutputFolder.Open(request.Folder);
        using var model = request.ModelFile is { } file ? Model.Load(file, request.ModelOptions) : Demo.LoadModel(request.ModelOptions);
        var methods = request.Methods.MethodsFor(model, withReferences: false, metrics);
        foreach (var (index, input) in inputs.Index())
        {
            cancel.ThrowIfCancellationRequested();
            progress.Run(index, inputs.Count, report => Compare(model, input, methods, metrics, report));
        }

        int failed = _compared.Count(input => input.Error is not null);
        view.End(metrics, _compared, failed == inputs.Count ? [] : Write(metrics, model));
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>Compares on one input. A file that cannot be read is reported, and the others go on.</summary>
    private void Compare(Model model, ExplainInput input, IReadOnlyList<EvaluationMethod> methods, IReadOnlyList<IMetric> metrics, IProgress<Step>? report)
    {
        Image picture;
        try
        {
            picture = input.File is { } file ? Image.Load(file) : Demo.LoadPhoto();
        }
        catch (Exception problem) when (problem is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            string reason = Failure.MessageOf(problem);
            _compared.Add(new(input.Name, null, [], reason));
            progress.After(() => view.Failed(input.Name, reason));
            return;
        }

        var prepared = model.Prepare(picture, request.Feeds);
        var prediction = model.Predict(prepared, cancel);
        var target = TargetList.ForPicture([request.Target], prediction)[0];
        Explanation[] maps = [.. methods.Select(method => method.Explainer.Explain(prepared, target, report, cancel))];
        var subject = new MetricSubject(model, prepared, maps[0].Target);
        var values = metrics.Select(metric => metric.Measure(subject, [.. maps.Select(map => map.ToMeasuredMap())], report, cancel)).ToList();
        var rows = maps.Select((map, row) => new ComparedMethod(
            methods[row].Name,
            ExplanationDocument.Of(model, map, Identity, input.File),
            [.. metrics.Select((metric, column) => ComparedMetric.Of(metric, values[column][row]))])).ToList();
        var compared = new ComparedInput(input.Name, rows[0].Explanation.Target, rows, null);
        _compared.Add(compared);
        _sheet.Add(SheetRow.Of(input, picture, compared, maps));
        progress.After(() => view.Compared(metrics, compared));
    }

    private List<string> Write(IReadOnlyList<IMetric> metrics, Model model)
    {
        List<string> files = [Path.Combine(request.Folder, Stem + ".png"), Path.Combine(request.Folder, Stem + ".json")];
        CompareSheet.Of(_sheet, metrics, model.Name).Save(files[0]);
        AtomicFile.WriteText(files[1], CompareJson.Write(_compared));
        if (CompareSheet.CurvesOf(_sheet, _sheet[0].Cells.Count - 1, model.Name) is { } curves)
        {
            files.Add(Path.Combine(request.Folder, Stem + ".curves.png"));
            curves.Save(files[^1]);
        }

        return files;
    }

    /// <summary>Hashing waits until the first result is there.</summary>
    private ModelIdentity Identity => field ??= request.ModelFile is { } file ? ModelIdentity.OfFile(file) : ModelIdentity.OfBytes(Demo.ModelName, Demo.ModelFile().Span);
}

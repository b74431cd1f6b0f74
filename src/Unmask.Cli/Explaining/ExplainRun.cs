using Unmask.Cli.Views;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Cli.Explaining;

/// <summary>Does what a request asks: loads the model once, explains one input after the other, writes each result as soon as it is there.</summary>
internal sealed class ExplainRun(ExplainRequest request, ExplainView view, ExplainProgress progress, CancellationToken cancel)
{
    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        var inputs = ExplainInput.Find(request.Inputs);
        using var folder = OutputFolder.Open(request.Folder);
        using var model = request.ModelFile is { } file ? Model.Load(file, request.ModelOptions) : Demo.LoadModel(request.ModelOptions);
        Timing.Mark("model loaded");
        var explainer = Explainer(model);
        view.Begin(model, request.Method);
        int failed = 0;
        foreach (var (index, input) in inputs.Index())
        {
            cancel.ThrowIfCancellationRequested();
            progress.Run(index, inputs.Count, report => failed += Explain(input, explainer, report) ? 0 : 1);
        }

        view.End(inputs.Count, failed);
        Timing.Mark("done");
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private IExplainer Explainer(Model model)
    {
        try
        {
            return request.Method.Create(model, request.Settings);
        }
        catch (UnmaskException problem)
        {
            throw new UsageException(problem.Message, problem);
        }
    }

    /// <summary>Explains one input. A file that cannot be read is reported, and the others go on.</summary>
    private bool Explain(ExplainInput input, IExplainer explainer, IProgress<Step>? report)
    {
        if (input.IsTensor)
        {
            return ReadOrReport(input, () => Npy.Read(input.File!)) is { } tensor && ExplainItems(input, explainer, explainer.Model.Prepare(tensor, request.Feeds), report);
        }

        return ReadOrReport(input, () => input.File is { } file ? Image.Load(file) : Demo.LoadPhoto()) is { } picture
            && ExplainPicture(input, explainer, explainer.Model.Prepare(picture, request.Feeds), report);
    }

    private T? ReadOrReport<T>(ExplainInput input, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is ImageFormatException or UnmaskException or IOException or UnauthorizedAccessException)
        {
            progress.After(() => view.Failed(input, Failure.MessageOf(problem)));
            return null;
        }
    }

    private bool ExplainPicture(ExplainInput input, IExplainer explainer, ModelInput prepared, IProgress<Step>? report)
    {
        var prediction = Predict(explainer.Model, prepared);
        var targets = TargetList.ForPicture(request.Targets, prediction);
        var explanations = explainer.Explain(prepared, targets, report, cancel);
        var names = new ResultNames(request, input);
        var results = explanations.Select(explanation => new ExplainedTarget(
            ExplanationDocument.Of(explainer.Model, explanation, Identity, input.File), [])).ToList();
        for (int i = 0; i < results.Count; i++)
        {
            string path = names.For(explanations[i].Target.Label, explanations.Count);
            results[i] = results[i] with { Files = ExplanationFiles.Write(path, [explanations[i]], results[i].Document, request.Formats ?? [ExplanationFormat.Png, ExplanationFormat.Npy, ExplanationFormat.Json]) };
            results[i] = request.Curves ? results[i] with { Files = [.. results[i].Files, WriteCurves(path, explainer.Model, explanations[i])] } : results[i];
        }

        progress.After(() => view.Explained(input, [PredictedClass.Top(prediction, request.Top)], results));
        return true;
    }

    /// <summary>Asks the model what the map's order does to its score.</summary>
    private string WriteCurves(string path, Model model, Explanation explanation)
    {
        string file = path + ".curves.png";
        explanation.ToCurveFigure(new Deletion().Measure(model, explanation, null, cancel), new Insertion().Measure(model, explanation, null, cancel)).Save(file);
        return file;
    }

    private bool ExplainItems(ExplainInput input, IExplainer explainer, IReadOnlyList<ModelInput> items, IProgress<Step>? report)
    {
        var texts = TargetList.ForItems(request.Targets, items.Count, explainer.Model.Labels);
        var predictions = new List<IReadOnlyList<PredictedClass>>();
        var byTarget = texts.Select(_ => new List<Explanation>()).ToList();
        for (int item = 0; item < items.Count; item++)
        {
            var prediction = Predict(explainer.Model, items[item]);
            predictions.Add(PredictedClass.Top(prediction, request.Top));
            var explanations = explainer.Explain(items[item], [.. texts.Select(target => TargetText.Parse(target[item], prediction))], report, cancel);
            for (int target = 0; target < byTarget.Count; target++)
            {
                byTarget[target].Add(explanations[target]);
            }
        }

        var names = new ResultNames(request, input);
        var results = byTarget.Select((explanations, target) => Write(names.For(request.Targets[target], byTarget.Count), explainer.Model, explanations, input)).ToList();
        progress.After(() => view.Explained(input, predictions, results));
        return true;
    }

    private ExplainedTarget Write(string path, Model model, List<Explanation> explanations, ExplainInput input)
    {
        var document = ExplanationDocument.OfItems(model, explanations, Identity, input.File);
        return new(document, ExplanationFiles.Write(path, explanations, document, request.Formats ?? [ExplanationFormat.Npy, ExplanationFormat.Json]));
    }

    private Prediction Predict(Model model, ModelInput input)
    {
        Timing.Mark("input prepared");
        var prediction = model.Predict(input, cancel);
        Timing.Mark("first passes done");
        return prediction;
    }

    /// <summary>Hashing waits until the first result is written, so that it does not delay the start.</summary>
    private ModelIdentity Identity => field ??= request.ModelFile is { } file ? ModelIdentity.OfFile(file) : ModelIdentity.OfBytes(Demo.ModelName, Demo.ModelFile().Span);
}

/// <summary>The paths of an input's results, without extension.</summary>
internal sealed class ResultNames(ExplainRequest request, ExplainInput input)
{
    private readonly FileNames _names = new();

    /// <summary><c>DIR/STEM.METHOD</c>, with the target's label where there are several.</summary>
    public string For(string label, int targets) => Path.Combine(
        request.Folder, _names.Unique(targets == 1 ? $"{input.Stem}.{request.Method.Id}" : $"{input.Stem}.{request.Method.Id}.{FileNames.Safe(label)}"));
}

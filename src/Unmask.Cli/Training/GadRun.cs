using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>Does what a request asks: reads model and pictures, trains the support models.</summary>
internal sealed class GadRun(GadRequest request, GadTrainingView view, ExplainProgress progress, CancellationToken cancel)
{
    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        var graph = request.ModelFile is { } file ? OnnxReader.Read(file) : OnnxReader.Read(Demo.ModelFile());
        var network = GadNetwork.Of(graph, request.Part, request.ModelOptions);
        var choice = GadChoice.Parse(request.Classes, network.Labels);
        var drawn = choice.Draw(photos, network.Labels, request.Items, request.Training.Recipe.Seed);
        var tuning = network.Tuning;
        var preprocessing = tuning.Preprocessing ?? throw new UnmaskException($"The model's input {tuning.Input} is not a picture.");
        using var folder = OutputFolder.Open(request.Folder);
        PictureTrainingSet? read = null;
        progress.Run(0, 1, steps => read = PictureTrainingSet.Load(drawn, ModelPictures.SizeFor(tuning.Input, preprocessing), Augmentation.None, request.CacheBytes, steps, cancel));
        using var items = read!;
        view.Begin(photos, network, items.Failures);
        var failed = items.Failures.Select(failure => failure.File).ToHashSet(StringComparer.Ordinal);
        var pictures = new GadPictures(new ModelPictures(items, tuning.Input, preprocessing), [.. drawn.Where(picture => !failed.Contains(picture.Photo.File)).Select(picture => choice.SideOf(picture.Photo, network.Labels))], choice);
        view.End(Train(tuning, pictures));
        return ExitCodes.Done;
    }

    private GadSupports Train(FineTuning tuning, GadPictures pictures)
    {
        var training = request.Training with { SupportEnded = support => progress.After(() => view.Trained(support)) };
        GadSupports? supports = null;
        try
        {
            progress.Run(0, 1, steps => supports = training.Train(tuning, pictures, Identity(), request.Folder, steps, cancel));
            return supports!;
        }
        catch (OperationCanceledException)
        {
            view.Ended(request.Folder);
            throw;
        }
    }

    private ModelIdentity Identity() => request.ModelFile is { } file ? ModelIdentity.OfFile(file) : ModelIdentity.OfBytes(Demo.ModelName, Demo.ModelFile().Span);
}

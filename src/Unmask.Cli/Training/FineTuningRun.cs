using System.Collections.Immutable;
using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>Trains an existing model on pictures: reads both, trains the part that is asked for, writes the whole model.</summary>
internal sealed class FineTuningRun(ClassifierRequest request, FineTuningRequest tuned, ClassifierView view, ExplainProgress progress, CancellationToken cancel)
{
    private readonly int _threads = request.Threads ?? Environment.ProcessorCount;

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        var pictures = LabelledPictures.Of(photos, request.Shares);
        using var folder = OutputFolder.Open(request.Folder);
        TrainingFolder.ThrowIfTaken(request.Folder, request.Resume);
        var tuning = FineTuning.Of(OnnxReader.Read(tuned.ModelFile), pictures.Classes, tuned.Part, tuned.Options, tuned.Recipe.Seed);
        var preprocessing = tuning.Preprocessing ?? throw new UnmaskException($"The model's input {tuning.Input} is not a picture: it cannot be trained on pictures.");
        int size = ModelPictures.SizeFor(tuning.Input, preprocessing);
        using var items = Load(pictures.Training, size, request.Training.Augmentation);
        using var validation = Load(pictures.Validation, size, Augmentation.None);
        view.Noted(pictures.Notes);
        view.Begin(photos, [.. items.Failures, .. validation.Failures], string.Create(
            CultureInfo.InvariantCulture, $"{pictures.Classes.Length} classes · {items.Count:N0} pictures to learn from, {validation.Count:N0} for validation, {pictures.Test.Length:N0} for the test · {size} × {size} pixels"));
        bool once = RunsOnce(tuning, items.Count + validation.Count);
        view.Tuned(Path.GetFileName(tuned.ModelFile), tuning, once);
        TrainingSet all = new ModelPictures(items, tuning.Input, preprocessing), tried = new ModelPictures(validation, tuning.Input, preprocessing);
        var result = once
            ? tuning.Whole(Train(new Trainer(tuning.Tail, tuned.Recipe) { Weights = tuning.Weights, Threads = _threads, Folder = request.Folder, Resume = request.Resume, EpochEnded = Shown }, FeaturesOf(tuning, all), FeaturesOf(tuning, tried)))
            : Train(new Trainer(tuning.Network, tuned.Recipe) { Weights = tuning.Weights, Threads = _threads, Folder = request.Folder, Resume = request.Resume, EpochEnded = Shown }, all, tried);
        string model = Path.Combine(request.Folder, "model.onnx");
        var test = FinalTest.Of(result.Network, pictures, _threads, progress, cancel);
        var trained = ClassifierTraining.WithRecord(result.Network, $"{items.Count} pictures of {pictures.Classes.Length} classes, beginning with {Path.GetFileName(tuned.ModelFile)}", test);
        AtomicFile.Write(model, stream => stream.Write(OnnxWriter.ToBytes(trained)));
        view.End(result, test, [model, Path.Combine(request.Folder, Trainer.MetricsFile), Path.Combine(request.Folder, Trainer.CheckpointFile)]);
        return ExitCodes.Done;
    }

    private PictureTrainingSet Load(ImmutableArray<LabelledPicture> pictures, int size, Augmentation augmentation)
    {
        PictureTrainingSet? items = null;
        progress.Run(0, 1, steps => items = PictureTrainingSet.Load(pictures, size, augmentation, request.CacheBytes, steps, cancel));
        return items!;
    }

    /// <summary>Whether the part that stays is run once over the pictures, which is many times faster; only a head is small enough that pictures need not vary.</summary>
    private bool RunsOnce(FineTuning tuning, int count) =>
        tuned.Part == TrainedPart.Head && tuning.FeatureCount is { } floats && floats * count * sizeof(float) <= Math.Min(request.CacheBytes, int.MaxValue);

    private TrainingSet FeaturesOf(FineTuning tuning, TrainingSet items)
    {
        if (items.Count == 0)
        {
            return items;
        }

        TrainingSet? features = null;
        progress.Run(0, 1, steps => features = tuning.FeaturesOf(items, _threads, steps, cancel));
        return features!;
    }

    private TrainingResult Train(Trainer trainer, TrainingSet items, TrainingSet validation)
    {
        TrainingResult? result = null;
        try
        {
            progress.Run(0, 1, steps => result = trainer.Run(items, validation.Count > 0 ? validation : null, steps is null ? null : new TrainingSteps(steps), cancel));
            return result!;
        }
        catch (OperationCanceledException)
        {
            view.Ended(request.Folder);
            throw;
        }
    }

    private void Shown(EpochMetrics epoch) => progress.After(() => view.Epoch(epoch, tuned.Recipe.Epochs));
}

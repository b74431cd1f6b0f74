using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>Does what a request asks: reads the pictures, trains, writes the model.</summary>
internal sealed class ClassifierRun(ClassifierRequest request, ClassifierView view, ExplainProgress progress, CancellationToken cancel)
{
    // Pictures smaller than this on their shorter side are taken as they are on CIFAR-10: 32 pixels.
    private const int LargeSize = 64;
    private const int SmallSize = 32;

    private readonly string _model = Path.Combine(request.Folder, "model.onnx");

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        var pictures = LabelledPictures.Of(photos, request.Share, request.Recipe.Seed);
        using var folder = OutputFolder.Open(request.Folder);
        TrainingFolder.ThrowIfTaken(request.Folder, request.Resume);
        var training = new ClassifierTraining { Size = request.Size ?? SizeFor(pictures), Width = request.Width, Recipe = request.Recipe };
        PictureTrainingSet? items = null, validation = null;
        progress.Run(0, 1, steps => items = PictureTrainingSet.Load(pictures.Training, training.Size, request.CacheBytes, steps, cancel));
        progress.Run(0, 1, steps => validation = PictureTrainingSet.Load(pictures.Validation, training.Size, request.CacheBytes, steps, cancel));
        view.Begin(photos, [.. items!.Failures, .. validation!.Failures], string.Create(
            CultureInfo.InvariantCulture, $"{pictures.Classes.Length} classes · {items.Count:N0} pictures to learn from, {validation.Count:N0} for validation · {training.Size} × {training.Size} pixels"));
        var result = Train(training, pictures, items, validation);
        AtomicFile.Write(_model, stream => stream.Write(OnnxWriter.ToBytes(result.Network)));
        view.End(result, [_model, Path.Combine(request.Folder, Trainer.MetricsFile), Path.Combine(request.Folder, Trainer.CheckpointFile)]);
        return ExitCodes.Done;
    }

    private TrainingResult Train(ClassifierTraining training, LabelledPictures pictures, PictureTrainingSet items, PictureTrainingSet validation)
    {
        var trainer = new Trainer(training.NetworkFor(pictures.Classes), training.Recipe)
        {
            Threads = request.Threads ?? Environment.ProcessorCount,
            Folder = request.Folder,
            Resume = request.Resume,
            EpochEnded = epoch => progress.After(() => view.Epoch(epoch, training.Recipe.Epochs)),
        };
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

    private static int SizeFor(LabelledPictures pictures)
    {
        var first = pictures.Training[0].Photo.Load();
        return Math.Min(first.Width, first.Height) < LargeSize ? SmallSize : LargeSize;
    }
}

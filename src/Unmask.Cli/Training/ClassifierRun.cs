using System.Collections.Immutable;
using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Imaging;
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
        var pictures = LabelledPictures.Of(photos, request.Shares);
        string[] labels = LabelsOf(pictures);
        using var folder = OutputFolder.Open(request.Folder);
        TrainingFolder.ThrowIfTaken(request.Folder, request.Resume);
        var training = request.Training with { Size = request.Size ?? SizeFor(pictures) };
        var network = Start(training.NetworkFor(labels));
        using var items = Load(pictures.Training, training.Size, training.Augmentation);
        using var validation = Load(pictures.Validation, training.Size, Augmentation.None);
        view.Noted(pictures.Notes);
        view.Begin(photos, [.. items.Failures, .. validation.Failures], string.Create(
            CultureInfo.InvariantCulture, $"{pictures.Classes.Length} classes · {items.Count:N0} pictures to learn from, {validation.Count:N0} for validation, {pictures.Test.Length:N0} for the test · {training.Size} × {training.Size} pixels"));
        var result = Train(training, network, items, validation);
        var trained = request.Fold ? FoldBatchNormalization.Run(result.Network) : result.Network;
        var test = FinalTest.Of(trained, pictures, Threads, progress, cancel);
        trained = ClassifierTraining.WithRecord(trained, TrainedOn(items, pictures), test);
        AtomicFile.Write(_model, stream => stream.Write(OnnxWriter.ToBytes(trained)));
        view.End(result, test, [_model, Path.Combine(request.Folder, Trainer.MetricsFile), Path.Combine(request.Folder, Trainer.CheckpointFile)]);
        return ExitCodes.Done;
    }

    private string[] LabelsOf(LabelledPictures pictures)
    {
        if (request.Names is not { } file)
        {
            return [.. pictures.Classes];
        }

        var labels = Labels.FromFile(file);
        return labels.Count == pictures.Classes.Length
            ? [.. Enumerable.Range(0, labels.Count).Select(i => labels[i])]
            : throw new UnmaskException($"The file {file} holds {labels.Count} names, and the data has {pictures.Classes.Length} classes: {string.Join(", ", pictures.Classes)}.");
    }

    private Graph Start(Graph network)
    {
        if (request.Start is not { } path)
        {
            return network;
        }

        var (started, taken) = ClassifierTraining.StartFrom(network, OnnxReader.Read(path));
        view.Started(path, taken, network.Constants.Count);
        return started;
    }

    private PictureTrainingSet Load(ImmutableArray<LabelledPicture> pictures, int size, Augmentation augmentation)
    {
        PictureTrainingSet? items = null;
        progress.Run(0, 1, steps => items = PictureTrainingSet.Load(pictures, size, augmentation, request.CacheBytes, steps, cancel));
        return items!;
    }

    private string TrainedOn(PictureTrainingSet items, LabelledPictures pictures) => string.Create(
        CultureInfo.InvariantCulture, $"{items.Count} pictures of {pictures.Classes.Length} classes{(request.Start is { } start ? $", beginning with the weights of {Path.GetFileName(start)}" : "")}");

    private int Threads => request.Threads ?? Environment.ProcessorCount;

    private TrainingResult Train(ClassifierTraining training, Graph network, PictureTrainingSet items, PictureTrainingSet validation)
    {
        var trainer = new Trainer(network, training.Recipe)
        {
            Threads = Threads,
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

    /// <summary>By the first picture that can be read.</summary>
    private static int SizeFor(LabelledPictures pictures)
    {
        foreach (var picture in pictures.Training)
        {
            try
            {
                var first = picture.Photo.Load();
                return Math.Min(first.Width, first.Height) < LargeSize ? SmallSize : LargeSize;
            }
            catch (Exception problem) when (problem is ImageFormatException or UnmaskException or IOException or UnauthorizedAccessException)
            {
                // It is named when all are read.
            }
        }

        return LargeSize;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Maskers;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train masker</c> is asked for.</summary>
internal sealed record MaskerRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>The classifier; <c>null</c>: the demonstration network.</summary>
    public string? ModelFile { get; init; }

    /// <summary>How it is read.</summary>
    public required ModelOptions ModelOptions { get; init; }

    /// <summary>What is learnt.</summary>
    public required MaskerRecipe Recipe { get; init; }

    /// <summary>What of the classifier is read; empty: as the recipe chooses.</summary>
    public ImmutableArray<string> Taps { get; init; } = [];

    /// <summary>What says the class of a picture; <c>null</c>: the data where it does, else the classifier.</summary>
    public ClassSource? Labels { get; init; }

    /// <summary>The share of pictures kept for validation.</summary>
    public required double Share { get; init; }

    /// <summary>Bytes of decoded pictures, and of taps, that are kept.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Parts of a batch at the same time; <c>null</c>: all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on with the training in the folder.</summary>
    public bool Resume { get; init; }
}

/// <summary>Does what a request asks: reads classifier and pictures, trains, writes the masker.</summary>
internal sealed class MaskerTrainingRun(MaskerRequest request, ClassifierView view, ExplainProgress progress, CancellationToken cancel)
{
    /// <summary>The name of the masker's file.</summary>
    public const string FileName = "masker.onnx";

    private readonly string _masker = Path.Combine(request.Folder, FileName);
    private readonly string _classifier = Path.Combine(request.Folder, "classifier.onnx");

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        using var folder = OutputFolder.Open(request.Folder);
        TrainingFolder.ThrowIfTaken(request.Folder, request.Resume);
        TrainingFolder.ThrowIfTaken(Path.Combine(request.Folder, MaskerTraining.SelectorFolder), request.Resume);
        var classifier = request.ModelFile is { } file ? OnnxReader.Read(file) : OnnxReader.Read(Demo.ModelFile());
        var training = MaskerTraining.Of(classifier, request.Recipe, request.ModelOptions, request.Taps);
        var pictures = MaskerPictures.Of(photos, training, request.Labels, request.Share);
        using var items = Load(pictures.Training, training, request.Recipe.Augmentation);
        using var validation = Load(pictures.Validation, training, Augmentation.None);
        view.Noted(training.Notes);
        view.Begin(photos, [.. items.Failures, .. validation.Failures], Described(training, pictures, items.Count, validation.Count));
        var result = Train(training, items, validation);
        List<string> files = [_masker];
        AtomicFile.Write(_masker, stream => stream.Write(OnnxWriter.ToBytes(result.Masker)));
        if (result.Classifier is { } trained)
        {
            AtomicFile.Write(_classifier, stream => stream.Write(OnnxWriter.ToBytes(trained)));
            files.Add(_classifier);
        }

        view.End(result.Training, null, [.. files, Path.Combine(request.Folder, Trainer.MetricsFile), Path.Combine(request.Folder, Trainer.CheckpointFile)]);
        return ExitCodes.Done;
    }

    private static string Described(MaskerTraining training, MaskerPictures pictures, int learnt, int tried)
    {
        int all = pictures.Training.Length + pictures.Validation.Length;
        string classes = pictures.Known == 0 ? "the classifier's own answers" : pictures.Known >= all ? "the classes that the data says" : $"the classes that the data says of {pictures.Known}, the classifier's own answers of the others";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{learnt:N0} pictures to learn from, {tried:N0} for validation · {classes} · recipe {training.Recipe.Name}: {training.Parameters:N0} numbers on {string.Join(", ", training.Taps.Select(tap => $"{tap.Name} [{tap.Channels}, {tap.Height}, {tap.Width}]"))}");
    }

    private PictureTrainingSet Load(ImmutableArray<LabelledPicture> pictures, MaskerTraining training, Augmentation augmentation)
    {
        PictureTrainingSet? items = null;
        progress.Run(0, 1, steps => items = PictureTrainingSet.Load(pictures, training.PictureSize, augmentation, request.CacheBytes, steps, cancel));
        return items!;
    }

    private MaskerResult Train(MaskerTraining training, PictureTrainingSet items, PictureTrainingSet validation)
    {
        var options = new MaskerRun
        {
            Threads = request.Threads ?? Environment.ProcessorCount,
            CacheBytes = request.CacheBytes,
            Folder = request.Folder,
            Resume = request.Resume,
            EpochEnded = epoch => progress.After(() => view.Epoch(epoch, request.Recipe.Training.Epochs)),
            SelectorEpochEnded = epoch => progress.After(() => view.Epoch(epoch, request.Recipe.Selector.Epochs, "selector ")),
        };
        MaskerResult? result = null;
        try
        {
            progress.Run(0, 1, steps => result = training.Run(training.Items(items), validation.Count > 0 ? training.Items(validation) : null, options, steps, cancel));
            return result!;
        }
        catch (OperationCanceledException)
        {
            view.Ended(request.Folder);
            throw;
        }
    }
}

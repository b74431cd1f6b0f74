using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train inpainter</c> is asked for.</summary>
internal sealed record InpainterRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>The network, and how it is trained.</summary>
    public required InpainterTraining Training { get; init; }

    /// <summary>The share of pictures kept for validation.</summary>
    public required double Share { get; init; }

    /// <summary>Bytes of decoded pictures that are kept.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Parts of a batch at the same time; <c>null</c>: all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on with the training in the folder.</summary>
    public bool Resume { get; init; }
}

/// <summary>Does what a request asks: reads the pictures, trains, writes the model.</summary>
internal sealed class InpainterRun(InpainterRequest request, ClassifierView view, ExplainProgress progress, CancellationToken cancel)
{
    private readonly string _model = Path.Combine(request.Folder, "inpainter.onnx");

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        var training = request.Training;
        using var photos = PhotoSet.Open(request.Data);
        var (learnt, tried) = InpainterTraining.Part(photos.Photos, request.Share, training.Recipe.Seed);
        using var folder = OutputFolder.Open(request.Folder);
        TrainingFolder.ThrowIfTaken(request.Folder, request.Resume);
        PictureTrainingSet? items = null, validation = null;
        progress.Run(0, 1, steps => items = PictureTrainingSet.Load(learnt, training.Size, cacheBytes: request.CacheBytes, progress: steps, cancel: cancel));
        progress.Run(0, 1, steps => validation = PictureTrainingSet.Load(tried, training.Size, cacheBytes: request.CacheBytes, progress: steps, cancel: cancel));
        view.Begin(photos, [.. items!.Failures, .. validation!.Failures], string.Create(
            CultureInfo.InvariantCulture, $"{items.Count:N0} pictures to learn from, {validation.Count:N0} for validation · {training.Size} × {training.Size} pixels"));
        var result = Train(items, validation);
        AtomicFile.Write(_model, stream => stream.Write(OnnxWriter.ToBytes(result.Network)));
        view.End(result, null, [_model, Path.Combine(request.Folder, Trainer.MetricsFile), Path.Combine(request.Folder, Trainer.CheckpointFile)]);
        return ExitCodes.Done;
    }

    private TrainingResult Train(PictureTrainingSet items, PictureTrainingSet validation)
    {
        var training = request.Training;
        var trainer = new Trainer(training.Network(), training.Recipe)
        {
            Threads = request.Threads ?? Environment.ProcessorCount,
            Folder = request.Folder,
            Resume = request.Resume,
            EpochEnded = epoch => progress.After(() => view.Epoch(epoch, training.Recipe.Epochs)),
        };
        TrainingResult? result = null;
        try
        {
            progress.Run(0, 1, steps => result = trainer.Run(
                training.Hidden(items), validation.Count > 0 ? training.Hidden(validation) : null, steps is null ? null : new TrainingSteps(steps), cancel));
            return result!;
        }
        catch (OperationCanceledException)
        {
            view.Ended(request.Folder);
            throw;
        }
    }
}

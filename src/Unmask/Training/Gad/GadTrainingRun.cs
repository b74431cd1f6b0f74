using System.Collections.Immutable;
using System.Security.Cryptography;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>The training of one support model after the other.</summary>
internal sealed class GadTrainingRun
{
    private readonly GadTraining _training;
    private readonly FineTuning _tuning;
    private readonly GadPictures _pictures;
    private readonly OriginalLogits _logits;
    private readonly string _folder;
    private readonly IProgress<Step>? _progress;
    private readonly CancellationToken _cancel;
    private readonly bool _tailOnly;
    private readonly ImmutableArray<string> _weights;
    private TrainingSet? _inputs;

    public GadTrainingRun(GadTraining training, FineTuning tuning, GadPictures pictures, OriginalLogits logits, string folder, IProgress<Step>? progress, CancellationToken cancel)
    {
        (_training, _tuning, _pictures, _logits, _folder, _progress, _cancel) = (training, tuning, pictures, logits, folder, progress, cancel);
        _tailOnly = tuning.FeatureCount is { } floats && floats * pictures.Items.Count * sizeof(float) <= Math.Min(training.FeatureBytes, int.MaxValue);
        // A normalisation whose scale is trained would normalise by the batch.
        var normalizations = tuning.Network.Nodes.Where(node => node.OpType == "BatchNormalization").SelectMany(node => node.Inputs.Skip(1)).ToHashSet(StringComparer.Ordinal);
        _weights = [.. tuning.Weights.Where(name => !normalizations.Contains(name))];
    }

    /// <summary>Trains and saves one.</summary>
    public GadSupport Train(int number, ImmutableArray<GadDistance> distances)
    {
        var distance = distances[number];
        var set = new AlteredSet(Inputs, _logits, _pictures.Pair, distance);
        string place = PlaceOf(number);
        Directory.CreateDirectory(place);
        var trainer = new Trainer(_tailOnly ? _tuning.Tail : _tuning.Network, _training.Recipe with { Seed = _training.Recipe.Seed + (ulong)number })
        {
            Weights = _weights,
            Threads = _training.Threads,
            Folder = place,
            Resume = File.Exists(Path.Combine(place, Trainer.CheckpointFile)),
            EpochEnded = epoch => _training.EpochEnded?.Invoke(number, epoch),
        };
        var trained = trainer.Run(set, null, _progress is null ? null : new Steps(_progress, number, distances), _cancel);
        var whole = _tailOnly ? _tuning.Whole(trained) : trained;
        byte[] bytes = OnnxWriter.ToBytes(whole.Network);
        string file = $"support-{number + 1}.onnx";
        AtomicFile.Write(Path.Combine(_folder, file), stream => stream.Write(bytes), durable: true);
        double reached = set.Rmse(OriginalLogits.Run(_tailOnly ? trained.Network : whole.Network, Inputs, _logits.Sides, _training.Threads, _cancel));
        return new(file, Convert.ToHexStringLower(SHA256.HashData(bytes)), distance, set.Rmse(_logits), reached, GadTraining.IsReached(reached, distance));
    }

    /// <summary>A support model that is saved needs no checkpoint, which is three times as large.</summary>
    public void Forget(int number) => File.Delete(Path.Combine(PlaceOf(number), Trainer.CheckpointFile));

    /// <summary>The pictures, or what the part that stays makes of them.</summary>
    private TrainingSet Inputs => _inputs ??= _tailOnly ? _tuning.FeaturesOf(_pictures.Items, _training.Threads, null, _cancel) : _pictures.Items;

    private string PlaceOf(int number) => Path.Combine(_folder, $"support-{number + 1}");

    /// <summary>The steps of one support model among those of all.</summary>
    private sealed class Steps(IProgress<Step> progress, int number, ImmutableArray<GadDistance> distances) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new((number * value.Steps) + value.Step, distances.Length * value.Steps, string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"steps · α {distances[number]} · epoch {value.Epoch} of {value.Epochs} · loss {value.Loss:0.0000}")));
    }
}

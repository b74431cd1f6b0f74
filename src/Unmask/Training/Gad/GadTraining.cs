using System.Collections.Immutable;
using System.Globalization;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>What support models learn from: pictures as the network's input, unvaried.</summary>
/// <param name="Items">The pictures.</param>
/// <param name="Sides">Which class each shows.</param>
/// <param name="Choice">The classes that are pushed apart.</param>
public sealed record GadPictures(TrainingSet Items, ImmutableArray<ClassSide> Sides, GadChoice Choice)
{
    /// <summary>The classes as indices.</summary>
    public ClassPair Pair => Choice.Pair;
}

/// <summary>
/// Trains GAD's support models: for each distance a copy of the network, from its original weights, to the least squared difference from its own logits with two classes pushed apart by that distance. They are
/// to fit these pictures, not to generalise.
/// </summary>
/// <remarks>Source: «Gradient Artificial Distancing», step 2. Differs from it in: batch normalisations keep scale, shift and running statistics, since a model that was saved is in its inference form.</remarks>
public sealed record GadTraining
{
    /// <summary>The file of the original network's logits on all pictures, computed once.</summary>
    public const string LogitsFile = "logits.npy";

    // A support model counts as reached within this part of α.
    private const double ReachedPart = 0.25;

    /// <summary>The paper's distances: 2, 4, 6, 8 for both classes. (Its fifth, 0, is the original network.)</summary>
    public static ImmutableArray<GadDistance> PaperDistances { get; } = [GadDistance.Of(2), GadDistance.Of(4), GadDistance.Of(6), GadDistance.Of(8)];

    /// <summary>The distances, a support model each. Default: the paper's; <c>null</c>: chosen by <see cref="GadRange"/>.</summary>
    public ImmutableArray<GadDistance>? Distances { get; init; } = PaperDistances;

    /// <summary>How they are trained. Default: <see cref="RecipeOf"/>. Each shuffles by a seed of its own: the recipe's, plus its number.</summary>
    public TrainingRecipe Recipe { get; init; } = RecipeOf();

    /// <summary>Parts of a batch at the same time; the result does not depend on it. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes of memory for what the part that stays makes of all pictures, where only a last part is trained; more than that is computed again in every epoch. Default 1 GiB.</summary>
    public long FeatureBytes { get; init; } = 1L << 30;

    /// <summary>Whether to go on with what is in the folder. Default <c>false</c>: the folder must not hold a training.</summary>
    public bool Resume { get; init; }

    /// <summary>Told what each epoch of a support model (counted from 0) came to; <c>null</c> (default): nobody.</summary>
    public Action<int, EpochMetrics>? EpochEnded { get; init; }

    /// <summary>Told of each support model when it is trained and saved; <c>null</c> (default): nobody.</summary>
    public Action<GadSupport>? SupportEnded { get; init; }

    /// <summary>The paper's recipe: mean squared error, Adam at a constant rate of 4·10⁻⁵, 10 epochs.</summary>
    /// <param name="epochs">Passes over the pictures. Default 10.</param>
    /// <param name="rate">The learning rate. Default 4·10⁻⁵.</param>
    /// <param name="batch">Pictures of a step, which the paper does not say. Default 32.</param>
    /// <param name="seed">Seed of shuffling. Default 0.</param>
    public static TrainingRecipe RecipeOf(int epochs = 10, double rate = 4e-5, int batch = 32, ulong seed = 0) => new()
    {
        Objective = Objective.MeanSquaredError,
        Optimizer = new Adam(),
        LearningRate = new() { Peak = rate },
        BatchSize = batch,
        Epochs = epochs,
        Seed = seed,
    };

    /// <summary>Trains them into a folder: an ONNX file each, the original network, and the manifest.</summary>
    /// <param name="tuning">The network, and which part of it is trained.</param>
    /// <param name="pictures">What they learn from.</param>
    /// <param name="identity">Which file the network is.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="progress">Told after each step of the training.</param>
    /// <param name="cancel">Ends it; what is done stays, and <see cref="Resume"/> goes on.</param>
    /// <exception cref="ArgumentException">There are no pictures of one of the classes, or no distances.</exception>
    /// <exception cref="UnmaskException">The folder holds another training, cannot be written to, or the training fails.</exception>
    public GadSupports Train(FineTuning tuning, GadPictures pictures, ModelIdentity identity, string folder, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Sides.Length != pictures.Items.Count || !pictures.Sides.Contains(ClassSide.First) || !pictures.Sides.Contains(ClassSide.Second))
        {
            throw new ArgumentException($"There must be pictures of both classes, with a side for each of {pictures.Items.Count}.", nameof(pictures));
        }

        string path = Path.Combine(folder, GadSupports.ManifestFile);
        var there = File.Exists(path) ? GadManifest.Read(path) : null;
        // Before anything of it is written over.
        ThrowIfTaken(there is not null, folder);
        var logits = LogitsOf(tuning, pictures, folder, there is not null, cancel);
        var manifest = Begun(there, Plan(tuning, pictures, identity, logits), folder);
        AtomicFile.Write(Path.Combine(folder, GadSupports.OriginalFile), stream => stream.Write(OnnxWriter.ToBytes(tuning.Network)));
        manifest.Write(path);
        var run = new GadTrainingRun(this, tuning, pictures, logits, folder, progress, cancel);
        for (int next = manifest.Supports.Length; next < manifest.Distances.Length; next++)
        {
            manifest = manifest with { Supports = manifest.Supports.Add(run.Train(next, manifest.Distances)) };
            manifest.Write(path);
            run.Forget(next);
            SupportEnded?.Invoke(manifest.Supports[next]);
        }

        return GadSupports.Open(folder);
    }

    /// <summary>Whether a support model is near enough to its altered logits.</summary>
    internal static bool? IsReached(double rmse, GadDistance distance) => distance.Least == 0 ? null : rmse <= ReachedPart * distance.Least;

    private OriginalLogits LogitsOf(FineTuning tuning, GadPictures pictures, string folder, bool known, CancellationToken cancel)
    {
        string path = Path.Combine(folder, LogitsFile);
        if (known && File.Exists(path))
        {
            var (values, sizes) = Npy.ReadFloats(path);
            return sizes is [var items, var outputs] && items == pictures.Items.Count
                ? new(values, (int)outputs, pictures.Sides)
                : throw new UnmaskException($"{path} holds logits of other pictures than the {pictures.Items.Count} that are given. Train in another folder.");
        }

        var logits = OriginalLogits.Run(tuning.Network, pictures.Items, pictures.Sides, Threads, cancel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(pictures.Pair.First, pictures.Pair.Second ?? 0), logits.Outputs, nameof(pictures));
        if (!known)
        {
            Npy.Write(path, TensorData.Adopt(logits.Values, pictures.Items.Count, logits.Outputs));
        }

        return logits;
    }

    private GadManifest Plan(FineTuning tuning, GadPictures pictures, ModelIdentity identity, OriginalLogits logits)
    {
        var distances = Distances ?? GadRange.Of(logits.Values, logits.Outputs, pictures.Sides.AsSpan(), pictures.Pair);
        if (distances.IsEmpty)
        {
            throw new ArgumentException("There must be at least one distance.");
        }

        using var model = Model.FromGraph(tuning.Network);
        GadClass ClassOf(int? index, ClassSide side, string? name) => new(index is { } known ? model.Labels[known] : "the others", pictures.Sides.Count(each => each == side), index, name);
        return new()
        {
            Model = identity,
            Weights = WeightFingerprint.Of(model),
            Classes = [ClassOf(pictures.Pair.First, ClassSide.First, pictures.Choice.First), ClassOf(pictures.Pair.Second, ClassSide.Second, pictures.Choice.Second)],
            Distances = distances,
            Training = string.Join(
                '\n',
                $"{tuning.Part} of the weights, without batch normalisations",
                $"{Recipe.Optimizer}, learning rate {Recipe.LearningRate}",
                $"{Recipe.Epochs} epochs of batches of {Recipe.BatchSize} in {Recipe.Shards} shards, seed {Recipe.Seed}",
                $"{pictures.Items}, {string.Join(", ", pictures.Sides.CountBy(side => side).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}"),
        };
    }

    private void ThrowIfTaken(bool taken, string folder)
    {
        if (taken && !Resume)
        {
            throw new UnmaskException($"{folder} holds support models already ({GadSupports.ManifestFile}). Go on with their training by --resume, or choose another folder with -o.");
        }
    }

    private static GadManifest Begun(GadManifest? there, GadManifest planned, string folder)
    {
        if (there is null)
        {
            return planned;
        }

        string old = IdentityOf(there), asked = IdentityOf(planned);
        return old == asked ? planned with { Supports = there.Supports }
            : throw new UnmaskException($"{folder} belongs to another training: {TrainingIdentity.Differences(old, asked, "the folder")}. Ask for the same again, or choose another folder.");
    }

    /// <summary>What must be the same for a training to go on, line by line.</summary>
    private static string IdentityOf(GadManifest manifest) => string.Join(
        '\n',
        [$"weights {manifest.Weights}", .. manifest.Classes.Select(one => $"class {one.Index?.ToString(CultureInfo.InvariantCulture) ?? "-"} {one.Label}"), $"α {string.Join(", ", manifest.Distances)}", manifest.Training]);
}

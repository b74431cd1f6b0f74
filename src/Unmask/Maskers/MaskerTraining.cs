using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Maskers.Engine;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>Trains a masker for a classifier by a recipe.</summary>
/// <example><code>
/// var training = MaskerTraining.Of(OnnxReader.Read("model.onnx"), MaskerRecipe.PhangFix with { Training = MaskerRecipe.TrainingOf(epochs: 5) });
/// using var photos = PictureTrainingSet.Load(MaskerPictures.Of(PhotoSet.Open("photos"), training).Training, training.PictureSize);
/// var result = training.Run(training.Items(photos));
/// OnnxWriter.Write(result.Masker, "masker.onnx");
/// </code></example>
public sealed class MaskerTraining
{
    /// <summary>The name of the folder in <see cref="MaskerRun.Folder"/> where a selector that learns first keeps its checkpoint.</summary>
    public const string SelectorFolder = "selector";

    private readonly string _name;

    private MaskerTraining(FineTuning classifier, Graph network, string name, MaskerRecipe recipe, Labels? labels, ImmutableArray<Tap> taps)
    {
        var preprocessing = classifier.Preprocessing ?? throw new UnmaskException($"The model's input {classifier.Input} is not a picture: a masker needs one.");
        (Classifier, Input, Preprocessing, Recipe, Labels, Notes, _name) = (network, classifier.Input, preprocessing, recipe, labels, classifier.Notes, name);
        Layout = ModelPictures.LayoutOf(classifier.Input, preprocessing);
        Classes = (int)network.Outputs[0].Shape![1].Size!.Value;
        Taps = [.. taps.OrderByDescending(tap => tap.Height * tap.Width)];
        Masker = recipe.Network.Build(Taps, Layout.Spatial, Classes, recipe.Seed);
    }

    /// <summary>What is learnt, and how.</summary>
    public MaskerRecipe Recipe { get; }

    /// <summary>What of the classifier the masker reads, finest first.</summary>
    public ImmutableArray<Tap> Taps { get; }

    /// <summary>The classifier: at the working operator set, for any number of pictures, logits its only output.</summary>
    public Graph Classifier { get; }

    /// <summary>The classifier's input.</summary>
    public Value Input { get; }

    /// <summary>How pictures become that input: by a centre crop.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The classifier's classes.</summary>
    public int Classes { get; }

    /// <summary>Their names; <c>null</c>: not known.</summary>
    public Labels? Labels { get; }

    /// <summary>What should be known before the result is trusted, in whole sentences.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Height and width that pictures are wanted in, for <see cref="PictureTrainingSet.Load"/>.</summary>
    public int PictureSize => ModelPictures.SizeFor(Input, Preprocessing);

    /// <summary>Height and width of the mask.</summary>
    public (int Height, int Width) MaskSize => Masker.Outputs[0].Shape is { } shape ? ((int)shape[2].Size!.Value, (int)shape[3].Size!.Value) : default;

    /// <summary>Numbers that the masker consists of, running statistics not counted.</summary>
    public long Parameters => TrainableWeights.Of(Masker).Sum(name => Masker.Constants[name].Count);

    /// <summary>Bytes of a picture's taps: what is kept of each where pictures do not vary.</summary>
    public long BytesPerPicture => sizeof(float) * Taps.Sum(tap => (long)tap.Channels * tap.Height * tap.Width);

    /// <summary>Of the weights that the masker learns from, as they are given.</summary>
    internal string ClassifierHash => field ??= WeightFingerprint.Of(Classifier, [Classifier.Outputs[0].Name, .. Taps.Select(tap => tap.Name)]);

    /// <summary>The masker before its training.</summary>
    internal Graph Masker { get; }

    /// <summary>The axes of one item of <see cref="Input"/>.</summary>
    internal InputLayout Layout { get; }

    /// <summary>Prepares the training of a masker.</summary>
    /// <param name="classifier">The classifier; it stays as it is unless the recipe trains one beside the masker.</param>
    /// <param name="recipe">What is learnt.</param>
    /// <param name="options">The classifier's name, input, output, labels and preprocessing where its file does not say them; <c>null</c> (default): as the file says.</param>
    /// <param name="taps">The values that the masker reads, feature maps [N, channels, height, width]; empty or <c>null</c> (default): as the recipe's network chooses among the stages.</param>
    /// <exception cref="LayerNotFoundException">A tap is not in the classifier.</exception>
    /// <exception cref="UnmaskException">The model is no classifier of pictures, a tap holds no feature maps, or there are no stages to choose from.</exception>
    public static MaskerTraining Of(Graph classifier, MaskerRecipe recipe, ModelOptions? options = null, IReadOnlyList<string>? taps = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(recipe);
        options ??= new();
        ThrowIfContradictory(recipe);
        var tuning = FineTuning.Of(classifier, null, TrainedPart.All, options);
        if (tuning.Network.Outputs[0].Shape is not { Rank: 2 } shape || shape[1].Size is null or < 2)
        {
            throw new UnmaskException($"The model's output {tuning.Network.Outputs[0]} is not a score for each class of a picture, [N, classes]: there is no class that a masker could mask. Choose another output with --output.");
        }

        var network = Sized(tuning);
        ImmutableArray<Tap> chosen = taps is { Count: > 0 } ? [.. taps.Select(name => Tap.Of(network, name))] : Chosen(network, tuning, recipe);
        return new(tuning, network, options.Name ?? classifier.Name, recipe, options.Labels ?? ModelCard.Of(classifier).Labels, chosen);
    }

    /// <summary>Pictures as the classifier takes them.</summary>
    /// <param name="pictures">Of <see cref="PictureSize"/> pixels.</param>
    public TrainingSet Items(PictureTrainingSet pictures) => new ModelPictures(pictures, Input, Preprocessing);

    /// <summary>Trains.</summary>
    /// <param name="items">The classifier's input by its name, and as <c>target</c> Int64 [N] the class on each picture; below 0 it is the classifier's own answer. See <see cref="Items"/>.</param>
    /// <param name="validation">What the masker is tried on after each epoch; <c>null</c> (default): nothing.</param>
    /// <param name="options">Threads, memory, the folder of the checkpoint; <c>null</c>: the defaults.</param>
    /// <param name="progress">Told while the classifier looks at the pictures, then after each step.</param>
    /// <param name="cancel">Ends it; the checkpoint is written before.</param>
    /// <exception cref="UnmaskException">As <see cref="Trainer.Run"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public MaskerResult Run(TrainingSet items, TrainingSet? validation = null, MaskerRun? options = null, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        options ??= new();
        return Recipe.Pool == ClassifierPool.Fixed ? RunAlone(items, validation, options, progress, cancel) : RunBeside(items, validation, options, progress, cancel);
    }

    private MaskerResult RunAlone(TrainingSet items, TrainingSet? validation, MaskerRun options, IProgress<Step>? progress, CancellationToken cancel)
    {
        using var reader = new TapReader(Classifier, Input.Name, Taps);
        MaskerSet Set(TrainingSet pictures, Graph masker) => new(pictures, (values, stop) => reader.Read(values, [], stop), this, masker);
        using var selected = Set(items, Masker);
        using var selectedToTry = validation is null ? null : Set(validation, Masker);
        if (KeepsTaps(items.Count + (validation?.Count ?? 0), options))
        {
            selected.Keep(options.Threads, progress, cancel);
            selectedToTry?.Keep(options.Threads, progress, cancel);
        }

        var steps = progress is null ? null : new TrainingSteps(progress);
        var masker = WithSelector(selected, selectedToTry, options, steps, cancel);
        var graph = MaskerGraph.Build(masker, Classifier, Input.Name, Layout, Recipe);
        using var learnt = selected.With(masker);
        using var tried = selectedToTry?.With(masker);
        var result = TrainerOf(masker, graph, options, null).Run(learnt, tried, steps, cancel);
        return new(Finished(masker, result, Classifier, _name), null, result);
    }

    /// <summary>With a classifier that learns in the same steps.</summary>
    private MaskerResult RunBeside(TrainingSet items, TrainingSet? validation, MaskerRun options, IProgress<Step>? progress, CancellationToken cancel)
    {
        long[] learntLabels, triedLabels;
        using (var reader = new TapReader(Classifier, Input.Name, Taps))
        {
            // The given classifier's answers, also later: the one that learns must not be its own teacher.
            long[] LabelsOf(TrainingSet? pictures) => pictures is null ? [] : new MaskerSet(pictures, (values, stop) => reader.Read(values, [], stop), this, Masker).Labels(options.Threads, cancel);
            (learntLabels, triedLabels) = (LabelsOf(items), LabelsOf(validation));
        }

        using var beside = new JointClassifier(this, new(items, learntLabels), options.Threads);
        var graph = MaskerGraph.Build(Masker, beside.Fed, Input.Name, Layout, Recipe);
        beside.Renamed = graph.Fed;
        using var tried = validation is null ? null : beside.ToTry(new StepMemory(validation, triedLabels));
        var result = TrainerOf(Masker, graph, options, beside).Run(beside.Items, tried, progress is null ? null : new TrainingSteps(progress), cancel);
        var classifier = Classifier with { Constants = Classifier.Constants.SetItems(beside.Learnt) };
        return new(Finished(Masker, result, classifier, $"the classifier that learnt beside it, from {_name}"), Described(classifier), result);
    }

    private Trainer TrainerOf(Graph masker, TrainedMaskerGraph graph, MaskerRun options, JointClassifier? beside)
    {
        var selector = Recipe.Network.SelectorWeights(masker);
        return new(graph.Network, Recipe.Training with { Objective = graph.Objective })
        {
            Weights = [.. TrainableWeights.Of(masker).Except(selector)],
            Threads = options.Threads,
            Folder = options.Folder,
            // A selector may have been ended before the masker began.
            Resume = options.Resume && (selector.IsEmpty || File.Exists(Path.Combine(options.Folder ?? "", Trainer.CheckpointFile))),
            EpochEnded = options.EpochEnded,
            Partner = beside,
        };
    }

    /// <summary>The masker before its own training, with a selector that has learnt; as it was drawn where it has none.</summary>
    private Graph WithSelector(MaskerSet items, MaskerSet? validation, MaskerRun options, TrainingSteps? progress, CancellationToken cancel)
    {
        if (Recipe.Network.SelectorWeights(Masker) is not { IsEmpty: false } weights)
        {
            return Masker;
        }

        string? folder = options.Folder is { } given ? Directory.CreateDirectory(Path.Combine(given, SelectorFolder)).FullName : null;
        string tap = Taps[^1].Name;
        var trainer = new Trainer(SelectorSet.Network(Masker), Recipe.Selector with { Objective = Objective.CrossEntropy, Seed = Recipe.Seed })
        {
            Weights = weights,
            Threads = options.Threads,
            Folder = folder,
            Resume = options.Resume && File.Exists(Path.Combine(folder ?? "", Trainer.CheckpointFile)),
            EpochEnded = options.SelectorEpochEnded,
        };
        var result = trainer.Run(new SelectorSet(items, tap), validation is null ? null : new SelectorSet(validation, tap), progress, cancel);
        return Taken(Masker, result);
    }

    /// <summary>Whether the classifier looks at each picture once only.</summary>
    /// <param name="pictures">How many there are.</param>
    /// <param name="options">How much may be kept.</param>
    public bool KeepsTaps(int pictures, MaskerRun options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Recipe.Pool == ClassifierPool.Fixed && Recipe.Augmentation == Augmentation.None && pictures * BytesPerPicture <= Math.Min(options.CacheBytes, int.MaxValue);
    }

    /// <summary>The masker with its learnt weights, for use.</summary>
    private Graph Finished(Graph masker, TrainingResult result, Graph classifier, string name) => MaskerCard.WriteTo(Recipe.Network.ForUse(Taken(masker, result), Recipe.Law), this, classifier, name);

    /// <summary>A classifier that says how pictures are prepared and, where they are known, its classes' names.</summary>
    private Graph Described(Graph classifier)
    {
        var described = ModelCard.WriteTo(classifier, Labels is { } labels ? [.. Enumerable.Range(0, Classes).Select(index => labels[index])] : [], Preprocessing);
        return Labels is null ? described with { Metadata = described.Metadata.Remove("unmask.labels") } : described;
    }

    /// <summary>A graph with what a training made of its constants.</summary>
    private static Graph Taken(Graph graph, TrainingResult result) =>
        graph with { Constants = graph.Constants.SetItems(result.Network.Constants.Where(pair => graph.Constants.ContainsKey(pair.Key))) };

    /// <summary>The network with the sizes of all inner values for the pictures that it is given.</summary>
    private static Graph Sized(FineTuning tuning)
    {
        if (tuning.Preprocessing is not { } preprocessing)
        {
            return tuning.Network;
        }

        var layout = ModelPictures.LayoutOf(tuning.Input, preprocessing);
        var shape = new Shape([tuning.Input.Shape![0], .. layout.Sizes.Select(size => (Dimension)size)]);
        return ShapeInference.Run(tuning.Network, new Dictionary<string, Shape>(StringComparer.Ordinal) { [tuning.Input.Name] = shape });
    }

    private static ImmutableArray<Tap> Chosen(Graph network, FineTuning tuning, MaskerRecipe recipe)
    {
        var stages = Tap.StagesOf(network);
        return stages.IsEmpty
            ? throw new UnmaskException("The model has no feature maps [N, channels, height, width] of known sizes before its last layer that a masker could read. Name values with --taps, or take a method that needs none: rise, occlusion, extremal-perturbation.")
            : recipe.Network.Choose(stages, ModelPictures.LayoutOf(tuning.Input, tuning.Preprocessing!).Spatial);
    }

    private static void ThrowIfContradictory(MaskerRecipe recipe)
    {
        if (recipe.FakeShare > 0 && !recipe.Network.IsClassConditional)
        {
            throw new ArgumentException("Fake classes (FakeShare) are for networks that are asked about a class; this recipe's makes one mask for all classes.", nameof(recipe));
        }

        if (recipe.Pool != ClassifierPool.Fixed && recipe.Network is UNetNetwork)
        {
            throw new ArgumentException("A network with a selector of classes is for a classifier that stays as it is; take a decoder to train one beside the masker.", nameof(recipe));
        }
    }
}

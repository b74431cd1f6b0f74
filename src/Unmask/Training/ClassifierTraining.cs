using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Trains a small residual network on labelled pictures, and puts what a user of the network needs into its file: the names of the classes and the preprocessing.</summary>
public sealed record ClassifierTraining
{
    private const int LargeSize = 64;

    /// <summary>Height and width of the network's input in pixels, at least 16. Default 64.</summary>
    public int Size { get; init => field = Require.AtLeast(value, 16); } = LargeSize;

    /// <summary>Channels of the network's first stage, at least 1; each stage has twice as many as the one before. Default 32.</summary>
    public int Width { get; init => field = Require.Positive(value); } = 32;

    /// <summary>Residual blocks of each stage, at least 1. Default 1.</summary>
    public int Blocks { get; init => field = Require.Positive(value); } = 1;

    /// <summary>Stages, at least 1; each but the first halves height and width. Default <c>null</c>: 4 from 64 pixels on, else 3.</summary>
    public int? Stages { get; init => field = value is { } stages ? Require.Positive(stages) : null; }

    /// <summary>How much the picture is reduced before the first stage: 1, 2 or 4 times. Default <c>null</c>: 4 from 64 pixels on, else 1.</summary>
    public int? Reduction
    {
        get;
        init => field = value is null or 1 or 2 or 4 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1, 2 or 4.");
    }

    /// <summary>The most channels that a stage has, at least 1; <c>null</c> (default): they double with every stage.</summary>
    public int? Widest { get; init => field = value is { } channels ? Require.Positive(channels) : null; }

    /// <summary>How pictures vary while they are learnt from. Default: mirrored half of the time and shifted by up to an eighth.</summary>
    public Augmentation Augmentation { get; init; } = new();

    /// <summary>How it is trained. Default: <see cref="RecipeOf"/> 20 epochs.</summary>
    public TrainingRecipe Recipe { get; init; } = RecipeOf(20);

    /// <summary>The usual recipe: cross-entropy smoothed by 0.05, SGD with Nesterov's momentum 0.9, a rate that rises for 5 % of the steps to its peak and falls along a cosine, weight decay 5·10⁻⁴, clipping at 5.</summary>
    /// <param name="epochs">Passes over the data.</param>
    /// <param name="peak">The highest learning rate. Default 0.05.</param>
    /// <param name="batch">Pictures of a step. Default 64.</param>
    /// <param name="seed">Seed of shuffling and augmentation. Default 0.</param>
    public static TrainingRecipe RecipeOf(int epochs, double peak = 0.05, int batch = 64, ulong seed = 0) => new()
    {
        Objective = Objective.SmoothedCrossEntropy(0.05),
        Optimizer = new Sgd { Nesterov = true },
        LearningRate = new() { Peak = peak, Decay = RateDecay.Cosine, WarmUp = 0.05 },
        WeightDecay = 5e-4,
        ClipNorm = 5,
        BatchSize = batch,
        Epochs = epochs,
        Seed = seed,
    };

    /// <summary>The network before training, for these classes.</summary>
    /// <param name="classes">Their names, in the order of the outputs.</param>
    public Graph NetworkFor(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        bool large = Size >= LargeSize;
        var network = Networks.ResNet(Size, classes.Count, Width, Blocks, Stages ?? (large ? 4 : 3), Reduction ?? (large ? 4 : 1), Widest, Recipe.Seed);
        return ModelCard.WriteTo(network, classes, PictureTrainingSet.PreprocessingOf(Size));
    }

    /// <summary>A network that begins with the weights of an earlier one, where name and shape agree: the size of its input, its classes and the number of its stages may be others.</summary>
    /// <param name="network">From <see cref="NetworkFor"/>.</param>
    /// <param name="earlier">A trained network of the same kind.</param>
    /// <returns>The network, and how many of its tensors are the earlier one's.</returns>
    /// <exception cref="UnmaskException">No normalisation agrees: it is another network, or its normalisations are folded.</exception>
    public static (Graph Network, int Taken) StartFrom(Graph network, Graph earlier)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(earlier);
        bool Agrees(string name) => earlier.Constants.TryGetValue(name, out var there) && there.Type == network.Constants[name].Type && there.Dimensions.AsSpan().SequenceEqual(network.Constants[name].Dimensions.AsSpan());
        // A head for other classes that happens to have the shape is of no use; that of the same classes is.
        bool sameClasses = network.Metadata.GetValueOrDefault("unmask.labels") == earlier.Metadata.GetValueOrDefault("unmask.labels");
        string[] taken = [.. network.Constants.Keys.Where(name => (sameClasses || !name.StartsWith("head/", StringComparison.Ordinal)) && Agrees(name))];
        // A network of other layers may share the head; one whose normalisations are folded, the convolutions.
        return taken.Any(name => name.Contains("/norm.scale", StringComparison.Ordinal))
            ? (network with { Constants = network.Constants.SetItems(taken.Select(name => KeyValuePair.Create(name, earlier.Constants[name]))) }, taken.Length)
            : throw new UnmaskException($"The weights to start from are those of another network: of its {earlier.Constants.Count} tensors, {taken.Length} have the name and shape of one of the {network.Constants.Count} here, and no normalisation is among them. "
                + "Ask for the same width and blocks as there, and give a model that was saved without --fold.");
    }

    /// <summary>A trained network whose file also says what it learnt from (metadata <c>unmask.trained_on</c>), and how it did on pictures that it did not (<c>unmask.accuracy</c>).</summary>
    /// <param name="network">The network.</param>
    /// <param name="trainedOn">What it learnt from, in words.</param>
    /// <param name="test">How it did; <c>null</c>: it was not tried.</param>
    public static Graph WithRecord(Graph network, string trainedOn, ClassifierTest? test)
    {
        ArgumentNullException.ThrowIfNull(network);
        return ModelCard.WriteRecordTo(network, trainedOn, test?.ToString());
    }
}

using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Trains a small residual network on labelled pictures, and puts what a user of the network needs into its file: the names of the classes and the preprocessing.</summary>
public sealed record ClassifierTraining
{
    private const int LargeSize = 64;

    /// <summary>Height and width of the network's input in pixels, at least 16. Default 64.</summary>
    public int Size
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 16);
            field = value;
        }
    }

    = LargeSize;

    /// <summary>Channels of the network's first stage, at least 1. Default 32.</summary>
    public int Width
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = 32;

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
    public Graph NetworkFor(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        bool large = Size >= LargeSize;
        var network = Networks.ResNet(Size, classes.Count, Width, blocks: 1, stages: large ? 4 : 3, reduceFirst: large, Recipe.Seed);
        return ModelCard.WriteTo(network, classes, PictureTrainingSet.PreprocessingOf(Size));
    }
}

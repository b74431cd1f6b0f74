using System.Collections.Immutable;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>
/// A trained masker: a small network that reads the classifier's features and returns a mask at once, with what it learns by. As <see cref="PerturbationRecipe"/> is for one mask; each property is
/// a slot, and every method of this family a choice of them.
/// </summary>
public sealed partial record MaskerRecipe
{
    /// <summary>The recipe's name, for files and messages. Default <c>custom</c>.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>How the mask is made of the taps. Default <see cref="MaskerNetwork.Decoder"/> of the two coarsest stages.</summary>
    public MaskerNetwork Network { get; init; } = MaskerNetwork.Decoder();

    /// <summary>What is asked of the classifier. Default: the class shall be likely where what is marked is seen, and the classifier undecided where it is hidden.</summary>
    public ImmutableArray<MaskerSide> Sides
    {
        get;
        init => field = value.IsDefaultOrEmpty ? throw new ArgumentException("A masker needs a side at least: what the classifier is asked.", nameof(value)) : value;
    }

    = [MaskerSide.Preserves, MaskerSide.Confuses];

    /// <summary>What of the masks is made small besides; weights of the first step count. Default: nothing.</summary>
    public ImmutableArray<ObjectiveTerm> Terms { get; init; } = [];

    /// <summary>How a mask becomes the one that hides while learning. Default: itself. A random law draws once a step; of a hard one the trained masker's masks are hard.</summary>
    public RelaxedLaw Law
    {
        get;
        init => field = value is { Draws: 1, OfCells: false } ? value : throw new ArgumentException("A masker draws one mask a step, of the mask itself: RelaxedLaw.Concrete(draws: 1), Point or Binary.", nameof(value));
    }

    = RelaxedLaw.Point;

    /// <summary>How the mask is enlarged to the picture. Default <see cref="Upsampling.Nearest"/>.</summary>
    public Upsampling Upsampling { get; init; } = Upsampling.Nearest;

    /// <summary>How mask, picture and in-fill become what the classifier sees. Default: m ⊙ x + (1 − m) ⊙ x̂.</summary>
    public Composition Composition { get; init; } = Composition.Blend;

    /// <summary>What replaces what is not seen. Default zero, in the units of the classifier's input.</summary>
    public Infill Infill { get; init; } = Infill.Zero;

    /// <summary>Standard deviation of normal noise on the picture, in parts of the range from black to white; 0 or more. Default 0.</summary>
    public double PictureNoise { get; init => field = Require.NotNegative(value); }

    /// <summary>How often the masker is asked about a class that is not on the picture, where the best mask is empty; 0 to below 1. Default 0. Only for class-conditional networks.</summary>
    public double FakeShare { get; init => field = Require.NotNegativeBelow(value, 1); }

    /// <summary>How pictures vary while it learns. Default: not at all, so that the classifier need look at each picture once only.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>Pictures of each class that it learns from, at least 1; <c>null</c> (default): all.</summary>
    public int? ExamplesPerClass
    {
        get;
        init
        {
            if (value is { } count)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Which classifier answers. Default <see cref="ClassifierPool.Fixed"/>.</summary>
    public ClassifierPool Pool { get; init; } = ClassifierPool.Fixed;

    /// <summary>How a classifier that is not <see cref="ClassifierPool.Fixed"/> learns; its batches are the masker's, its objective is cross-entropy. Default: SGD at 0.001 with momentum 0.9 and weight decay 10⁻⁴; the rate falls as the masker's.</summary>
    public TrainingRecipe Classifier { get; init; } = new()
    {
        LearningRate = new() { Peak = 1e-3, Decay = RateDecay.Steps, Milestones = [1.0 / 3, 2.0 / 3] },
        WeightDecay = 1e-4,
    };

    /// <summary>How often a kept classifier answers instead of the current one (of <see cref="ClassifierPool.PhangAsReleased"/>: how often the current one does not learn from hidden pictures), 0 to 1. Default 0.5.</summary>
    public double HistoricShare { get; init => field = Require.Share(value); } = 0.5;

    /// <summary>Steps from one kept classifier to the next, at least 1. Default 100. Ignored but by <see cref="ClassifierPool.History"/>.</summary>
    public int SnapshotSteps { get; init => field = Require.Positive(value); } = 100;

    /// <summary>Classifiers that are kept at most, at least 1; beyond it one drawn at random gives way. Default 30. Each takes the memory of its weights, and a place in the checkpoint.</summary>
    public int PoolSize { get; init => field = Require.Positive(value); } = 30;

    /// <summary>How the masker learns; its objective is that of the slots above. Default: <see cref="TrainingOf"/> 60 epochs.</summary>
    public TrainingRecipe Training { get; init; } = TrainingOf(60);

    /// <summary>
    /// How the selector of a class-conditional network (<see cref="MaskerNetwork.UNet"/>) learns first, by itself, to tell classes on the picture from others, each asked about half of the time. Default:
    /// <see cref="TrainingOf"/> 60 epochs in batches of 128. Ignored by networks without a selector.
    /// </summary>
    public TrainingRecipe Selector { get; init; } = TrainingOf(60, batch: 128) with { Shards = 2 };

    /// <summary>Seed of weights, shuffling, variation and draws.</summary>
    public ulong Seed => Training.Seed;

    /// <summary>
    /// The usual way to learn: Adam at 0.001, which falls to a tenth after each third of the steps; weight decay 10⁻⁴, clipping at 10, batches of 72 in parts of four.
    /// </summary>
    /// <param name="epochs">Passes over the data.</param>
    /// <param name="rate">The learning rate. Default 0.001.</param>
    /// <param name="batch">Pictures of a step. Default 72.</param>
    /// <param name="seed">Default 0.</param>
    public static TrainingRecipe TrainingOf(int epochs, double rate = 1e-3, int batch = 72, ulong seed = 0) => new()
    {
        Optimizer = new Adam(),
        LearningRate = new() { Peak = rate, Decay = RateDecay.Steps, Milestones = [1.0 / 3, 2.0 / 3] },
        WeightDecay = 1e-4,
        ClipNorm = 10,
        BatchSize = batch,
        Shards = Math.Max(1, (batch + PicturesOfPart - 1) / PicturesOfPart),
        Epochs = epochs,
        Seed = seed,
    };

    // Each part holds the activations of its pictures, seen from all sides, in memory.
    private const int PicturesOfPart = 4;
}

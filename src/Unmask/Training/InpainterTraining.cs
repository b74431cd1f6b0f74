using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Trains a small network that paints what is hidden of a picture: for each pixel and channel the mean and the logarithm of the variance of a normal distribution. It is used by
/// the in-fill <c>inpainter:FILE</c>.
/// </summary>
/// <remarks>
/// The network is a U-Net (Ronneberger et al., MICCAI 2015) of five scales whose skips are added; it takes the picture with its holes filled harmonically, and the mask, and its
/// means are what it adds to that fill: it need only learn what the smoothest continuation lacks. What it learns is the likelihood of the hidden pixels
/// (<see cref="Objective.GaussianLikelihood"/>) under random masks.
/// </remarks>
public sealed record InpainterTraining
{
    private const int Scales = 5;
    private const float LogVarianceRange = 5;

    /// <summary>Height and width of the network's pictures in pixels: a multiple of 16, at least 16. Default 64. Larger pictures are resized to it and back.</summary>
    public int Size
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 16);
            field = value % 16 == 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A multiple of 16: the network halves it four times.");
        }
    }

    = 64;

    /// <summary>Channels of the network's finest scale, at least 1; coarser ones have up to eight times as many. Default 32.</summary>
    public int Width { get; init => field = Require.Positive(value); } = 32;

    /// <summary>How it is trained. Default: <see cref="RecipeOf"/> 40 epochs.</summary>
    public TrainingRecipe Recipe { get; init; } = RecipeOf(40);

    /// <summary>The usual recipe: Adam with decoupled decay 10⁻⁴, a rate that rises for 3 % of the steps to its peak and falls along a cosine, clipping at 5.</summary>
    /// <param name="epochs">Passes over the data.</param>
    /// <param name="peak">The highest learning rate. Default 0.002.</param>
    /// <param name="batch">Pictures of a step. Default 32.</param>
    /// <param name="seed">Seed of shuffling, augmentation and masks. Default 0.</param>
    public static TrainingRecipe RecipeOf(int epochs, double peak = 0.002, int batch = 32, ulong seed = 0) => new()
    {
        Objective = Objective.GaussianLikelihood,
        Optimizer = Adam.W,
        LearningRate = new() { Peak = peak, Decay = RateDecay.Cosine, WarmUp = 0.03 },
        WeightDecay = 1e-4,
        ClipNorm = 5,
        BatchSize = batch,
        Epochs = epochs,
        Seed = seed,
    };

    /// <summary>The network before training. Input <c>image</c> [N, 4, size, size]; output <c>painted</c> [N, 6, size, size]: means, then log-variances.</summary>
    public Graph Network()
    {
        var builder = new NetworkBuilder("inpainter", Recipe.Seed) { Prefix = "down1/" };
        var image = builder.Input("image", InpaintingSet.Channels, Size, Size);
        var x = Convolve(image, Width, 1, kernel: 5);
        List<Layer> finer = [x];
        for (int scale = 1; scale < Scales; scale++)
        {
            builder.Prefix = $"down{scale + 1}/";
            x = Convolve(Convolve(x, WidthAt(scale), 2), WidthAt(scale), 1);
            finer.Add(x);
        }

        for (int scale = Scales - 2; scale >= 0; scale--)
        {
            builder.Prefix = $"up{scale + 1}/";
            x = Convolve(x.ConvTranspose(WidthAt(scale)).Add(finer[scale]).BatchNorm().LeakyRelu(0.1f), WidthAt(scale), 1);
        }

        builder.Prefix = "head/";
        // Held within ±5, where its exponential can neither overflow nor explain a pixel away.
        var spread = x.Conv(3, 3, bias: true, weights: Initialization.Xavier).Tanh();
        spread = builder.Add("Mul", "range", [spread.Name, builder.Given("range.factor", TensorData.Vector([LogVarianceRange]))], spread.ItemShape.AsSpan());
        // From 0: before training it paints the harmonic fill itself.
        var correction = x.Conv(3, 3, bias: true, weights: Initialization.Zero);
        var painted = image.Slice(0, 0, 3).Add(correction).Concat(spread);
        return InpainterCard.WriteTo(builder.Build(painted, "painted"), PictureTrainingSet.PreprocessingOf(Size));
    }

    /// <summary>Pictures to learn from, and others to try the network on: a share drawn at random.</summary>
    /// <param name="photos">All of them; their classes are not used.</param>
    /// <param name="share">The part that is kept for validation, from 0 to below 1.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static (ImmutableArray<LabelledPicture> Training, ImmutableArray<LabelledPicture> Validation) Part(IReadOnlyList<Photo> photos, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        int tried = Math.Min((int)Math.Round(share * photos.Count), photos.Count - 1);
        int[] order = TrainingSeeds.Shuffled(photos.Count, Rng.At(seed, 0));
        LabelledPicture Picture(int index) => new(photos[index], 0);
        return ([.. order.Skip(Math.Max(0, tried)).Order().Select(Picture)], [.. order.Take(tried).Order().Select(Picture)]);
    }

    /// <summary>The pictures with random parts hidden, as the network learns them.</summary>
    /// <param name="pictures">Pictures of <see cref="Size"/> pixels.</param>
    public TrainingSet Hidden(PictureTrainingSet pictures) => new InpaintingSet(pictures, Size, Recipe.Seed);

    private int WidthAt(int scale) => Width * Math.Min(8, 1 << scale);

    private static Layer Convolve(Layer x, int channels, int stride, int kernel = 3) => x.Conv(channels, kernel, stride).BatchNorm().LeakyRelu(0.1f);
}

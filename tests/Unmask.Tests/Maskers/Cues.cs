using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Tests.Maskers;

/// <summary>
/// Pictures of two classes with two cues that say the same: a red or blue patch in the upper left, and stripes across or down in the lower right. A classifier that has learnt
/// from pictures whose stripes say nothing looks only at the patch; one that goes on to learn may use both.
/// </summary>
internal static class Cues
{
    public const int Side = 16;

    /// <summary>The rows and columns of the patch, and those of the stripes.</summary>
    public const int PatchEnd = 7, StripesStart = 9;

    /// <summary>A small network with drawn weights: two stages of feature maps.</summary>
    public static Graph Classifier()
    {
        var builder = new NetworkBuilder("cues", 5) { Prefix = "stage1/" };
        var x = builder.Input("image", 3, Side, Side).Conv(6, 3).BatchNorm().Relu().MaxPool(2);
        builder.Prefix = "stage2/";
        x = x.Conv(8, 3).BatchNorm().Relu().MaxPool(2);
        builder.Prefix = "head/";
        return builder.Build(x.GlobalAveragePool().Flatten().Linear(2), "logits");
    }

    /// <summary>The network after it has learnt from pictures whose stripes say nothing: it knows only the patch.</summary>
    public static Graph PatchClassifier() => new Trainer(Classifier(), new() { Optimizer = new Adam(), LearningRate = new() { Peak = 0.01 }, BatchSize = 32, Epochs = 12 })
        .Run(Items(256, first: 5000, redundant: false)).Network;

    /// <summary>Pictures with their classes, as a classifier's inputs.</summary>
    /// <param name="count">How many.</param>
    /// <param name="first">The number of the first; even ones are of class 0.</param>
    /// <param name="redundant">Whether the stripes say the class as well; else they are drawn for themselves.</param>
    public static ArrayTrainingSet Items(int count, int first = 0, bool redundant = true)
    {
        float[] values = new float[count * 3 * Side * Side];
        long[] classes = new long[count];
        for (int i = 0; i < count; i++)
        {
            classes[i] = (first + i) % 2;
            Draw(first + i, redundant, values.AsSpan(i * 3 * Side * Side, 3 * Side * Side));
        }

        return new(new Dictionary<string, TensorData> { ["image"] = TensorData.Adopt(values, count, 3, Side, Side), [Objective.TargetInput] = TensorData.Adopt(classes, count) });
    }

    private static void Draw(int item, bool redundant, Span<float> planes)
    {
        var random = Rng.At(17, item);
        bool second = item % 2 == 1, drawn = random.NextInt32(2) == 1, down = redundant ? second : drawn;
        for (int place = 0; place < Side * Side; place++)
        {
            var (row, column) = (place / Side, place % Side);
            float noise = (float)(random.NextDouble() - 0.5);
            bool patch = row < PatchEnd && column < PatchEnd, stripes = row >= StripesStart && column >= StripesStart;
            float stripe = stripes && (down ? column : row) % 2 == 0 ? 2 : 0;
            planes[place] = (0.4f * noise) + (patch && !second ? 2 : 0);
            planes[(Side * Side) + place] = (0.4f * noise) + stripe;
            planes[(2 * Side * Side) + place] = (0.4f * noise) + (patch && second ? 2 : 0);
        }
    }
}

using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.Training;
using Xunit.Abstractions;

namespace Unmask.Tests.Training;

/// <summary>The networks of <see cref="Networks"/> learn what they are made for.</summary>
[Trait("Category", "Slow")]
public sealed class BuiltNetworkTests(ITestOutputHelper output)
{
    private const int Side = 16;

    public static TheoryData<string> Classifiers => [.. Built.Keys];

    private static Dictionary<string, Func<int, Graph>> Built { get; } = new(StringComparer.Ordinal)
    {
        ["vgg"] = classes => Networks.Vgg(Stripes.Side, classes, [8, 16], seed: 1),
        ["vit"] = classes => Networks.VisionTransformer(Stripes.Side, classes, patch: 8, width: 32, blocks: 2, seed: 1),
    };

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Classifiers_learn_stripes(string name)
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 150));
        var pictures = LabelledPictures.Of(photos, new(0.2));
        var recipe = new TrainingRecipe { Optimizer = Adam.W, LearningRate = new() { Peak = 0.003, Decay = RateDecay.Cosine, WarmUp = 0.1 }, WeightDecay = 0.01, BatchSize = 16, Epochs = 20 };
        var result = new Trainer(Built[name](2), recipe).Run(PictureTrainingSet.Load(pictures.Training, Stripes.Side), PictureTrainingSet.Load(pictures.Validation, Stripes.Side));
        output.WriteLine(string.Join('\n', result.Epochs.Select(epoch => epoch.ToJson())));
        Assert.True(result.Epochs[^1].ValidationAccuracy > 0.9, $"{result.Epochs[^1].ValidationAccuracy:0.00} of pictures never learnt from are right");
    }

    [Fact]
    public void A_u_net_learns_to_mark_a_square_by_its_edges()
    {
        var recipe = new TrainingRecipe { Objective = Objective.MeanSquaredError, Optimizer = Adam.W, LearningRate = new() { Peak = 0.01, Decay = RateDecay.Cosine, WarmUp = 0.1 }, BatchSize = 16, Epochs = 15 };
        var result = new Trainer(Networks.UNet(Side, 1, width: 4, levels: 2, seed: 1), recipe).Run(Squares(0, 200), Squares(1000, 50));
        output.WriteLine(string.Join('\n', result.Epochs.Select(epoch => epoch.ToJson())));
        // A constant cannot do better than the variance of the marks.
        float[] marks = Squares(1000, 50).Read([.. Enumerable.Range(0, 50)], null)["target"].AsSpan<float>().ToArray();
        double mean = marks.Average(), variance = marks.Average(mark => (mark - mean) * (mark - mean));
        Assert.True(result.Epochs[^1].ValidationLoss < 0.1 * variance, $"{result.Epochs[^1].ValidationLoss} against {variance}");
    }

    /// <summary>A square of noise of another mean on noise, at any place, of any size from 4 to 8.</summary>
    private static ArrayTrainingSet Squares(int first, int count)
    {
        float[] pixels = new float[count * 3 * Side * Side], marks = new float[count * Side * Side];
        for (int item = 0; item < count; item++)
        {
            var random = Rng.At(6, first + item);
            int size = 4 + random.NextInt32(5), top = random.NextInt32(Side - size), left = random.NextInt32(Side - size);
            float level = random.NextInt32(2) == 0 ? -1 : 1;
            for (int i = 0; i < Side * Side; i++)
            {
                bool inside = i / Side >= top && i / Side < top + size && i % Side >= left && i % Side < left + size;
                marks[(item * Side * Side) + i] = inside ? 1 : 0;
                for (int channel = 0; channel < 3; channel++)
                {
                    pixels[(((item * 3) + channel) * Side * Side) + i] = (inside ? level : 0) + (0.3f * random.NextSingle());
                }
            }
        }

        return new(new Dictionary<string, TensorData> { ["image"] = TensorData.Adopt(pixels, count, 3, Side, Side), ["target"] = TensorData.Adopt(marks, count, 1, Side, Side) });
    }
}

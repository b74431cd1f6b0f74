using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Samples;

/// <summary>A network built and trained in C#, then explained: does a point lie inside of a circle?</summary>
internal static class TrainANetwork
{
    public static void Run(SampleFiles files)
    {
        _ = files;
        float[] points = new float[2 * 1000];
        long[] inside = new long[1000];
        for (int i = 0; i < inside.Length; i++)
        {
            var random = Rng.At(seed: 0, i);
            (points[2 * i], points[(2 * i) + 1]) = ((2 * random.NextSingle()) - 1, (2 * random.NextSingle()) - 1);
            inside[i] = (points[2 * i] * points[2 * i]) + (points[(2 * i) + 1] * points[(2 * i) + 1]) < 0.6 ? 1 : 0;
        }

        var items = new ArrayTrainingSet(new Dictionary<string, TensorData> { ["features"] = TensorData.Adopt(points, 1000, 2), ["target"] = TensorData.Adopt(inside, 1000) });
        var recipe = new TrainingRecipe { Optimizer = Adam.W, LearningRate = new() { Peak = 0.01, Decay = RateDecay.Cosine }, Epochs = 20 };
        var trained = new Trainer(Networks.Mlp(features: 2, hidden: [32], outputs: 2), recipe).Run(items);
        Console.WriteLine($"{trained.Epochs[^1].Accuracy:0.0%} of the points are right after {trained.Epoch} epochs");

        using var model = Model.FromGraph(trained.Network);
        var point = model.Prepare(TensorData.Adopt([0.7f, 0.1f], 1, 2))[0];
        var why = new IntegratedGradients(model).Explain(point, Target.Class(1));
        Console.WriteLine($"of a point at (0.7, 0.1), the coordinates say: {string.Join(", ", why.ToArray().Select(value => $"{value:0.00}"))}");
    }
}

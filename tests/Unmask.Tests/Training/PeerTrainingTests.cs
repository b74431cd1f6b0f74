using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>
/// Small trainings step by step beside PyTorch's: loss, the gradient of every weight, the weights after three steps of each optimiser, and running statistics.
/// <c>bench/peers/training_fixtures.py</c> wrote the files.
/// </summary>
public sealed class PeerTrainingTests
{
    private const int Steps = 3;

    // What PyTorch's running variances are multiples of: it divides by n − 1 there, while ONNX (and the normalisation itself) divides by n.
    private static readonly Dictionary<string, int> Elements = new(StringComparer.Ordinal)
    {
        ["stem.1.running_var"] = 8 * 12 * 12,
        ["first.1.running_var"] = 8 * 12 * 12,
        ["second.1.running_var"] = 8 * 6 * 6,
        ["shortcut.1.running_var"] = 8 * 6 * 6,
    };

    public static TheoryData<string> Networks => ["residual", "mlp", "text", "layernorm", "decoder"];

    public static TheoryData<string, string> Trainings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string network in Networks)
            {
                foreach (string optimizer in Optimizers.Keys)
                {
                    data.Add(network, optimizer);
                }
            }

            return data;
        }
    }

    private static Dictionary<string, TrainingRecipe> Optimizers { get; } = new(StringComparer.Ordinal)
    {
        ["momentum"] = new() { Optimizer = new Sgd(), LearningRate = new() { Peak = 0.05 } },
        ["nesterov"] = new() { Optimizer = new Sgd { Nesterov = true }, LearningRate = new() { Peak = 0.05 }, WeightDecay = 0.01 },
        ["adam"] = new() { Optimizer = new Adam(), LearningRate = new() { Peak = 0.01 }, WeightDecay = 0.01 },
        ["adamw"] = new() { Optimizer = Adam.W, LearningRate = new() { Peak = 0.01 }, WeightDecay = 0.1 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Loss_and_gradients_are_those_of_PyTorch(string name)
    {
        var (network, peer) = Read(name);
        string[] weights = [.. WeightsOf(peer)];
        using var program = new TrainingProgram(RaiseOpset.Run(network), ObjectiveOf(peer), weights);
        var result = program.NewResult();
        program.RunPart(Batch(peer), 1, result, default);
        Assert.Equal(peer["loss"].AsSpan<float>()[0], result.Loss, 1e-5);
        Assert.All(program.Weights.Places, place => AssertNear(place.Name, peer[$"gradient.{place.Name}"], result.Gradients.AsSpan(place.Start, place.Count), 2e-5));
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Three_steps_lead_where_they_lead_PyTorch(string name, string optimizer)
    {
        var (network, peer) = Read(name);
        var batch = Batch(peer);
        int count = (int)batch["x"].Dimensions[0];
        var recipe = Optimizers[optimizer] with { Objective = ObjectiveOf(peer), BatchSize = count, Epochs = Steps, Shards = 1 };
        var trained = new Trainer(network, recipe) { Weights = [.. WeightsOf(peer)] }.Run(new ArrayTrainingSet(batch)).Network.Constants;
        foreach (var (key, expected) in peer.Where(pair => pair.Key.StartsWith($"{optimizer}.", StringComparison.Ordinal)))
        {
            string weight = key[(optimizer.Length + 1)..];
            // Adam divides by the gradient's size: where that is next to nothing, rounding may show as part of a step. Not so in the mean.
            double single = recipe.Optimizer is Adam ? 0.1 * recipe.LearningRate.Peak : 0;
            AssertNear(weight, Elements.TryGetValue(weight, out int elements) ? ByCount(expected, network.Constants[weight], elements) : expected, trained[weight].AsSpan<float>(), 1e-4, single);
        }
    }

    /// <summary>A running variance as if PyTorch divided by n: what three steps added, times (n − 1)/n.</summary>
    private static TensorData ByCount(TensorData peer, TensorData start, int elements)
    {
        float kept = MathF.Pow(0.9f, Steps);
        return TensorData.Vector<float>([.. peer.AsSpan<float>().ToArray().Zip(start.AsSpan<float>().ToArray(), (there, first) => (kept * first) + ((there - (kept * first)) * (elements - 1) / elements))]);
    }

    /// <param name="tolerance">Of the largest number there.</param>
    /// <param name="single">How much single numbers may differ besides; the mean difference stays within the tolerance.</param>
    private static void AssertNear(string name, TensorData expected, ReadOnlySpan<float> actual, double tolerance, double single = 0)
    {
        var there = expected.AsSpan<float>();
        Assert.Equal(there.Length, actual.Length);
        double largest = 0, difference = 0, sum = 0;
        for (int i = 0; i < there.Length; i++)
        {
            double apart = Math.Abs(there[i] - actual[i]);
            (largest, difference, sum) = (Math.Max(largest, Math.Abs(there[i])), Math.Max(difference, apart), sum + apart);
        }

        Assert.True(difference <= (tolerance * largest) + single, $"{name}: the largest difference is {difference} of {largest}");
        Assert.True(sum <= tolerance * largest * there.Length, $"{name}: the mean difference is {sum / there.Length} of {largest}");
    }

    private static IEnumerable<string> WeightsOf(IReadOnlyDictionary<string, TensorData> peer) =>
        peer.Keys.Where(key => key.StartsWith("gradient.", StringComparison.Ordinal)).Select(key => key["gradient.".Length..]);

    private static Objective ObjectiveOf(IReadOnlyDictionary<string, TensorData> peer) =>
        peer["target"].Type == ElementType.Int64 ? Objective.CrossEntropy : Objective.MeanSquaredError;

    private static Dictionary<string, TensorData> Batch(IReadOnlyDictionary<string, TensorData> peer) => new(StringComparer.Ordinal) { ["x"] = peer["x"], ["target"] = peer["target"] };

    private static (Graph Network, IReadOnlyDictionary<string, TensorData> Peer) Read(string name)
    {
        string folder = Path.Combine(Shared.Repository(), "tests", "Golden", "Training");
        return (OnnxReader.Read(Path.Combine(folder, $"{name}.onnx")), Npz.Read(Path.Combine(folder, $"{name}.npz")));
    }
}

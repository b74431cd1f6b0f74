using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>What training comes to, and what it may not depend on.</summary>
public sealed class TrainerTests
{
    private static readonly TrainingRecipe Quick = new() { BatchSize = 16, Epochs = 3, LearningRate = new() { Peak = 0.05, Decay = RateDecay.Cosine, WarmUp = 0.1 }, WeightDecay = 1e-3, ClipNorm = 1, Seed = 4 };

    [Fact]
    public void A_linear_regression_converges_to_least_squares()
    {
        const int Count = 40;
        var x = Draw(1, Count, 2);
        var y = new float[Count];
        for (int i = 0; i < Count; i++)
        {
            y[i] = (3 * x[2 * i]) - x[(2 * i) + 1] + 0.5f + (0.3f * Draw(2, Count)[i]);
        }

        var recipe = new TrainingRecipe { Objective = Objective.MeanSquaredError, BatchSize = Count, Epochs = 400, LearningRate = new() { Peak = 0.1 }, Shards = 3 };
        var trained = new Trainer(Networks.Mlp(2, [], 1), recipe).Run(new ArrayTrainingSet(new Dictionary<string, TensorData> { ["features"] = TensorData.Adopt(x, Count, 2), ["target"] = TensorData.Adopt(y, Count, 1) }));
        float[] found = [.. trained.Network.Constants["linear.weight"].AsSpan<float>(), .. trained.Network.Constants["linear.bias"].AsSpan<float>()];
        double[] exact = LeastSquares(x, y);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(exact[i], found[i], 1e-4));
    }

    [Fact]
    public void Running_statistics_move_towards_the_mean_of_the_shards()
    {
        var builder = new NetworkBuilder("norm");
        var network = builder.Build(builder.Input("x", 1).BatchNorm().Linear(2));
        float[] x = [1, 3, 10, 14];
        var items = new ArrayTrainingSet(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(x, 4, 1), ["target"] = TensorData.Vector(0L, 1L, 0L, 1L) });
        var trained = new Trainer(network, new() { BatchSize = 4, Epochs = 1, StatisticsMomentum = 0.75 }).Run(items).Network;
        // Whatever the order, the mean of two halves' means is that of all; the variances depend on the order of this seed.
        int[] order = new TrainingSeeds(0).Order(4, 0);
        double Variance(float one, float other) => (one - other) * (one - other) / 4.0;
        double expected = (Variance(x[order[0]], x[order[1]]) + Variance(x[order[2]], x[order[3]])) / 2;
        Assert.Equal(0.25 * 7, trained.Constants["norm.mean"].AsSpan<float>()[0], 1e-5);
        Assert.Equal(0.75 + (0.25 * expected), trained.Constants["norm.variance"].AsSpan<float>()[0], 1e-4);
    }

    [Fact]
    public void The_result_does_not_depend_on_threads_but_on_shards()
    {
        var one = Train(Quick, trainer => trainer.Threads = 1);
        Assert.Equal(one, Train(Quick, trainer => trainer.Threads = 3));
        Assert.NotEqual(one, Train(Quick with { Shards = 3 }, trainer => trainer.Threads = 1));
        Assert.NotEqual(one, Train(Quick with { Seed = 5 }, trainer => trainer.Threads = 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(11)]
    public void A_training_that_was_ended_at_any_step_goes_on_to_the_same_weights(int step)
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd { Nesterov = true }, Adam.W])
        {
            using var folder = new TemporaryFolder();
            var recipe = Quick with { Optimizer = optimizer, Patience = 9 };
            var whole = Train(recipe, _ => { });
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => Train(recipe, trainer => trainer.Folder = folder.Path, new EndAt(step, source), source.Token));
            Assert.Equal(whole, Train(recipe, trainer => (trainer.Folder, trainer.Resume) = (folder.Path, true)));
            Assert.Equal(3, File.ReadAllLines(folder.File(Trainer.MetricsFile)).Length);
        }
    }

    [Fact]
    public void A_killed_training_goes_on_from_its_last_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var whole = Train(Quick, _ => { });
        // What kill -9 leaves: the checkpoint of step 6, since nothing is written on the way out of another exception.
        Assert.Throws<NotSupportedException>(() => Train(Quick, trainer => (trainer.Folder, trainer.CheckpointSteps) = (folder.Path, 3), new FailAt(8)));
        File.WriteAllText(folder.File(Trainer.CheckpointFile + ".part"), "half a checkpoint");
        File.AppendAllText(folder.File(Trainer.MetricsFile), "{\"epoch\": 2, \"st");
        Assert.Equal(whole, Train(Quick, trainer => (trainer.Folder, trainer.Resume) = (folder.Path, true)));
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused_with_the_difference()
    {
        using var folder = new TemporaryFolder();
        Train(Quick, trainer => trainer.Folder = folder.Path);
        var problem = Assert.Throws<UnmaskException>(() => Train(Quick with { BatchSize = 8 }, trainer => (trainer.Folder, trainer.Resume) = (folder.Path, true)));
        Assert.Contains("batch size 8 in 2 shards (the checkpoint: batch size 16 in 2 shards)", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed 1", "seed 2", "seed 2 (there: seed 1)")]
    [InlineData("the same", "the same", "it was written by another version")]
    public void What_differs_is_said(string there, string asked, string said) => Assert.Equal(said, TrainingIdentity.Differences($"network a\n{there}", $"network a\n{asked}", "there"));

    [Fact]
    public void Of_long_lines_the_words_that_differ_are_said()
    {
        static string Line(string mean) => $"data 270 pictures of 146 × 146 pixels, mirroring=0.5, shift=0.125, as input: Float32[batch, 3, 128, 128] by {mean} of bytes, in the order of their names";
        Assert.Equal("data … 128, 128] by 0.5 … (there: data … 128, 128] by 0.25 0.5 …)", TrainingIdentity.Differences(Line("0.25 0.5"), Line("0.5"), "there"));
    }

    [Fact]
    public void Training_ends_when_validation_has_not_improved_and_keeps_the_best_weights()
    {
        var recipe = Quick with { Epochs = 60, Patience = 2, LearningRate = new() { Peak = 0.5 }, ClipNorm = null };
        var validation = Items(99, 24);
        var result = new Trainer(Network(), recipe).Run(Items(1, 60), validation);
        var best = result.Epochs.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.Equal(best.Epoch, result.Epoch);
        Assert.Equal(best.Epoch + 2, result.Epochs.Length);
        Assert.True(result.Epochs.Length < 60, "random labels cannot be learnt for other items");
        Assert.Equal(best.ValidationAccuracy!.Value, Accuracy(result.Network, validation, 24), 1e-6);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_and_says_where()
    {
        using var folder = new TemporaryFolder();
        var recipe = Quick with { LearningRate = new() { Peak = 1e30 }, ClipNorm = null };
        var problem = Assert.Throws<UnmaskException>(() => Train(recipe, trainer => (trainer.Folder, trainer.CheckpointSteps) = (folder.Path, 1)));
        Assert.Contains("Try a lower learning rate", problem.Message, StringComparison.Ordinal);
        var checkpoint = Npz.Read(folder.File(Trainer.CheckpointFile));
        Assert.All(checkpoint["weights"].AsSpan<float>().ToArray(), weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void The_node_where_a_loss_first_is_no_number_is_named()
    {
        var builder = new NetworkBuilder("logarithm");
        var graph = builder.Build(builder.Input("x", 3).Linear(3)).ToBuilder();
        // Half of the outputs of a linear layer are negative.
        string logarithm = graph.Add("Log", ["output"], "logarithm");
        string square = graph.Add("Mul", [logarithm, logarithm], "square");
        graph.Output(square, ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        var network = graph.Build();
        network = network with { Outputs = network.Outputs[1..] };
        var items = new ArrayTrainingSet(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(Draw(3, 20, 3), 20, 3), ["target"] = TensorData.Adopt(Draw(4, 20, 3), 20, 3) });
        var problem = Assert.Throws<UnmaskException>(() => new Trainer(network, new() { Objective = Objective.MeanSquaredError }).Run(items));
        Assert.Contains("gave the loss NaN", problem.Message, StringComparison.Ordinal);
        Assert.Contains("is not finite is \"logarithm\" (Log", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_chosen_weights_change()
    {
        var network = Network();
        var result = new Trainer(network, Quick) { Weights = ["linear.weight", "linear.bias"] }.Run(Items(1, 60)).Network;
        Assert.NotEqual(network.Constants["linear.weight"].Bytes.ToArray(), result.Constants["linear.weight"].Bytes.ToArray());
        Assert.Equal(network.Constants["conv.weight"].Bytes.ToArray(), result.Constants["conv.weight"].Bytes.ToArray());
    }

    [Fact]
    public void The_head_of_an_existing_model_learns_other_classes()
    {
        var network = OnnxReader.Read(Demo.ModelFile());
        string[] head = [.. network.Nodes.Single(node => node.Is("Gemm")).Inputs.Skip(1)];
        var items = new ArrayTrainingSet(new Dictionary<string, TensorData>
        {
            [network.Inputs[0].Name] = TensorData.Adopt([.. Enumerable.Range(0, 8).SelectMany(i => Enumerable.Repeat(i % 2 == 0 ? -1f : 1.5f, 3 * 128 * 128))], 8, 3, 128, 128),
            ["target"] = TensorData.Vector(0L, 1L, 0L, 1L, 0L, 1L, 0L, 1L),
        });
        var result = new Trainer(network, new() { BatchSize = 8, Epochs = 10, LearningRate = new() { Peak = 0.05 } }) { Weights = [.. head] }.Run(items, items);
        Assert.Equal(1, result.Epochs[^1].ValidationAccuracy);
        Assert.Equal(head.Order(), result.Network.Constants.Where(pair => network.Constants.TryGetValue(pair.Key, out var old) && !old.Bytes.Span.SequenceEqual(pair.Value.Bytes.Span)).Select(pair => pair.Key).Order());
        Assert.Contains("not a constant", Assert.Throws<LayerNotFoundException>(() => new Trainer(network, new()) { Weights = ["nothing"] }.Run(items)).Message, StringComparison.Ordinal);
    }

    /// <summary>The bytes of the model that training gives.</summary>
    private static byte[] Train(TrainingRecipe recipe, Action<Settings> set, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        var settings = new Settings();
        set(settings);
        var trainer = new Trainer(Network(), recipe) { Threads = settings.Threads, Folder = settings.Folder, Resume = settings.Resume, CheckpointSteps = settings.CheckpointSteps };
        return OnnxWriter.ToBytes(trainer.Run(Items(1, 70), Items(2, 20), progress, cancel).Network);
    }

    private static Graph Network()
    {
        var builder = new NetworkBuilder("small", seed: 1);
        return builder.Build(builder.Input("x", 2, 5, 5).Conv(4, 3).BatchNorm().Relu().Conv(4, 3, 2).BatchNorm().Relu().GlobalAveragePool().Flatten().Linear(3));
    }

    private static ArrayTrainingSet Items(long seed, int count) => new(new Dictionary<string, TensorData>
    {
        ["x"] = TensorData.Adopt(Draw(seed, count, 2, 5, 5), count, 2, 5, 5),
        ["target"] = TensorData.Vector<long>([.. Enumerable.Range(0, count).Select(i => (long)Rng.At((ulong)seed, 1000 + i).NextInt32(3))]),
    });

    private static double Accuracy(Graph network, TrainingSet items, int count)
    {
        var read = items.Read([.. Enumerable.Range(0, count)], null);
        using var session = Session.FromGraph(network);
        float[] logits = session.Run(new Dictionary<string, TensorData> { ["x"] = read["x"] })[0].AsSpan<float>().ToArray();
        var labels = read["target"].AsSpan<long>().ToArray();
        return Enumerable.Range(0, count).Average(i => Array.IndexOf(logits[(3 * i)..(3 * i + 3)], logits[(3 * i)..(3 * i + 3)].Max()) == labels[i] ? 1.0 : 0);
    }

    private static float[] Draw(long item, params long[] shape) => InitialWeights.Draw(Initialization.Xavier, shape, (1, 1), Rng.At(7, item)).AsSpan<float>().ToArray();

    /// <summary>By the normal equations: two slopes and the offset.</summary>
    private static double[] LeastSquares(float[] x, float[] y)
    {
        double[,] a = new double[3, 4];
        for (int i = 0; i < y.Length; i++)
        {
            double[] row = [x[2 * i], x[(2 * i) + 1], 1, y[i]];
            for (int r = 0; r < 3; r++)
            {
                for (int c = 0; c < 4; c++)
                {
                    a[r, c] += row[r] * row[c];
                }
            }
        }

        for (int pivot = 0; pivot < 3; pivot++)
        {
            for (int r = 0; r < 3; r++)
            {
                double factor = r == pivot ? 0 : a[r, pivot] / a[pivot, pivot];
                for (int c = 0; c < 4; c++)
                {
                    a[r, c] -= factor * a[pivot, c];
                }
            }
        }

        return [a[0, 3] / a[0, 0], a[1, 3] / a[1, 1], a[2, 3] / a[2, 2]];
    }

    private sealed class Settings
    {
        public int Threads { get; set; } = 2;

        public string? Folder { get; set; }

        public bool Resume { get; set; }

        public int CheckpointSteps { get; set; } = 200;
    }

    private sealed class EndAt(long step, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
            {
                source.Cancel();
            }
        }
    }

    private sealed class FailAt(long step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
            {
                throw new NotSupportedException("killed");
            }
        }
    }
}

using System.Globalization;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>
/// What a training step costs, from the items in memory to the changed weights and running statistics. Another program that answers numbers of steps with its times
/// (<c>bench/peers/training_pytorch.py --serve</c>) takes turns with it: rounds of a few steps each.
/// </summary>
internal static class TrainingTime
{
    private const int Steps = 5;

    public static void Run(string path, string[] arguments)
    {
        int rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 8;
        var network = OnnxReader.Read(path);
        bool masker = network.Outputs.Length > 1;
        int batch = masker ? 8 : 64, warm = 3;
        using var peer = arguments.Length > 1 ? Peer.Start(arguments[1], arguments[2..]) : null;
        var turns = new Turns(warm, rounds, Steps, peer is null ? null : peer.Turn);
        var reports = new Reports(turns);
        var recipe = new TrainingRecipe
        {
            Objective = masker ? new KeptPart() : Objective.CrossEntropy,
            Optimizer = masker ? new Adam() : new Sgd(),
            BatchSize = batch,
            Epochs = (warm + (rounds * Steps) + 3) / 4,
        };
        var trainer = new Trainer(network, recipe);
        trainer = masker ? new(network, recipe) { Weights = [.. trainer.Weights.Where(name => !name.StartsWith("frozen", StringComparison.Ordinal))] } : trainer;
        trainer.Run(Items(network, 4 * batch), progress: reports);
        Console.WriteLine($"{Path.GetFileName(path)}, batches of {batch} in {recipe.Shards} shards, {trainer.Threads} threads, {trainer.Weights.Length} weights; last loss {reports.Loss.ToString("g6", CultureInfo.InvariantCulture)}");
        turns.Print();
    }

    private static ArrayTrainingSet Items(Graph network, int count)
    {
        var random = new Random(1);
        long[] sizes = [count, .. network.Inputs[0].Shape!.Skip(1).Select(axis => axis.Size!.Value)];
        float[] pictures = new float[sizes.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < pictures.Length; i++)
        {
            pictures[i] = (random.NextSingle() * 4) - 2;
        }

        int classes = (int)network.Outputs[0].Shape![1].Size!.Value;
        return new(new Dictionary<string, TensorData>
        {
            [network.Inputs[0].Name] = TensorData.Adopt(pictures, sizes),
            [Objective.TargetInput] = TensorData.Vector<long>([.. Enumerable.Range(0, count).Select(_ => random.NextInt64(classes))]),
        });
    }

    /// <summary>Cross-entropy of the masked picture, plus a tenth of the mask's mean.</summary>
    private sealed record KeptPart : Objective
    {
        public override ObjectiveValues Append(GraphBuilder graph, Value output)
        {
            var values = CrossEntropy.Append(graph, output);
            string area = graph.Add("ReduceMean", ["mask"], "objective/area", ("keepdims", 0L));
            string weighted = graph.Add("Mul", [area, graph.Constant(TensorData.Scalar(0.1f), "objective/weight")], "objective/weighted");
            return values with { Loss = graph.Add("Add", [values.Loss, weighted], "objective/sum-of-both") };
        }
    }

    /// <summary>The trainer's reports as turns.</summary>
    private sealed class Reports(Turns turns) : IProgress<TrainingProgress>
    {
        public double Loss { get; private set; }

        public void Report(TrainingProgress value)
        {
            Loss = value.Loss;
            turns.At(value.Step);
        }
    }
}

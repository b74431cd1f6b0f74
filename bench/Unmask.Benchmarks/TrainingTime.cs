using System.Diagnostics;
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
        var turns = new Turns(warm, rounds, peer);
        var recipe = new TrainingRecipe
        {
            Objective = masker ? new KeptPart() : Objective.CrossEntropy,
            Optimizer = masker ? new Adam() : new Sgd(),
            BatchSize = batch,
            Epochs = (warm + (rounds * Steps) + 3) / 4,
        };
        var trainer = new Trainer(network, recipe);
        trainer = masker ? new(network, recipe) { Weights = [.. trainer.Weights.Where(name => !name.StartsWith("frozen", StringComparison.Ordinal))] } : trainer;
        trainer.Run(Items(network, 4 * batch), progress: turns);
        Console.WriteLine($"{Path.GetFileName(path)}, batches of {batch} in {recipe.Shards} shards, {trainer.Threads} threads, {trainer.Weights.Length} weights; last loss {turns.Loss.ToString("g6", CultureInfo.InvariantCulture)}");
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

    /// <summary>Measures between the trainer's reports, and gives the other side its turn while the trainer waits.</summary>
    private sealed class Turns(int warm, int rounds, Peer? peer) : IProgress<TrainingProgress>
    {
        private readonly List<(double Wall, double Processor)> _ours = [], _theirs = [];
        private readonly List<long> _memory = [];
        private long _start;
        private TimeSpan _processor;

        public double Loss { get; private set; }

        public void Report(TrainingProgress value)
        {
            Loss = value.Loss;
            long since = value.Step - warm;
            if (since > 0 && since % Steps == 0 && _ours.Count < rounds)
            {
                _ours.Add((Stopwatch.GetElapsedTime(_start).TotalSeconds, (Environment.CpuUsage.TotalTime - _processor).TotalSeconds));
                _memory.Add(Environment.WorkingSet >> 20);
                if (peer is not null)
                {
                    _theirs.Add(peer.Turn(Steps));
                }
            }

            if (since % Steps == 0)
            {
                (_start, _processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            }
        }

        public void Print()
        {
            Print("Unmask", _ours);
            Console.WriteLine($"  resident memory after {warm + Steps} steps, half of them, all {warm + (rounds * Steps)}: {_memory[0]}, {_memory[rounds / 2]}, {_memory[^1]} MB");
            if (_theirs.Count > 0)
            {
                Print("peer", _theirs);
                double[] ratios = [.. _ours.Zip(_theirs, (our, their) => our.Wall / their.Wall).Order()];
                double[] work = [.. _ours.Zip(_theirs, (our, their) => our.Processor / their.Processor).Order()];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  ratio: fastest rounds {_ours.Min(each => each.Wall) / _theirs.Min(each => each.Wall):f2}, middle of the rounds' ratios {ratios[rounds / 2]:f2}; processor time {_ours.Min(each => each.Processor) / _theirs.Min(each => each.Processor):f2}, {work[rounds / 2]:f2}"));
            }
        }

        private static void Print(string side, List<(double Wall, double Processor)> spent)
        {
            string Times(Func<(double Wall, double Processor), double> kind) => string.Create(CultureInfo.InvariantCulture,
                $"{1000 * spent.Min(kind) / Steps:f1} ({1000 * spent.Select(kind).Order().ElementAt(spent.Count / 2) / Steps:f1})");
            Console.WriteLine($"  {side}: {Times(each => each.Wall)} ms a step; processor time {Times(each => each.Processor)}");
        }
    }

    /// <summary>The other program.</summary>
    private sealed class Peer(Process process) : IDisposable
    {
        public static Peer Start(string program, string[] arguments)
        {
            var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            var peer = new Peer(Process.Start(start)!);
            return peer.Answer() == "ready" ? peer : throw new InvalidOperationException($"{program} is not ready.");
        }

        public (double Wall, double Processor) Turn(int steps)
        {
            process.StandardInput.WriteLine(steps.ToString(CultureInfo.InvariantCulture));
            double[] seconds = [.. Answer().Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            return (seconds[0], seconds[1]);
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }

        private string Answer() => process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The other program ended.");
    }
}

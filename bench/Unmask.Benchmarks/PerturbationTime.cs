using System.Diagnostics;
using System.Globalization;
using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.Benchmarks;

/// <summary>
/// What a step of extremal perturbation costs with the published constants. Another program that answers numbers of steps with its times
/// (<c>bench/peers/extremal_pytorch.py --serve</c>) takes turns with it. Then four areas and four pictures that are optimised together take turns with one that is optimised alone.
/// </summary>
internal static class PerturbationTime
{
    private const int Steps = 5, Warm = 10, Class = 7;

    public static void Run(string path, string[] arguments)
    {
        int rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 8;
        using var model = Model.Load(path, new() { Preprocessing = Preprocessing.Named("imagenet"), OutputKind = OutputKind.Logits });
        ModelInput[] pictures = [.. Enumerable.Range(0, 4).Select(seed => Picture(model, seed))];
        Console.WriteLine($"{Path.GetFileName(path)}, {Environment.ProcessorCount} threads");
        using (var peer = arguments.Length > 1 ? Peer.Start(arguments[1], arguments[2..]) : null)
        {
            var turns = new Turns(Warm, rounds, Steps, peer is null ? null : peer.Turn);
            Explain(model, pictures[..1], [0.1], rounds, new Reports(turns.At));
            turns.Print();
        }

        Together("four areas", model, pictures[..1], [0.025, 0.05, 0.1, 0.2], rounds);
        Together("four pictures", model, pictures, [0.1], rounds);
    }

    private static void Together(string what, Model model, ModelInput[] pictures, double[] areas, int rounds)
    {
        using var alone = new HeldRun(reports => Explain(model, pictures[..1], [0.1], rounds, reports));
        var turns = new Turns(Warm, rounds, Steps, alone.Turn);
        Explain(model, pictures, areas, rounds, new Reports(turns.At));
        turns.Print(what, "one alone", 0.25);
    }

    private static void Explain(Model model, ModelInput[] pictures, double[] areas, int rounds, IProgress<Step> reports)
    {
        var options = new ExtremalPerturbationOptions { Area = [.. areas], Steps = Warm + (rounds * Steps) + 1, Score = Score.Logit };
        new OptimizedPerturbation(model, ExtremalPerturbation.Id, ExtremalPerturbation.Recipe(options)).ExplainAll(pictures, [Target.Class(Class)], reports);
    }

    private static ModelInput Picture(Model model, int seed)
    {
        var random = new Random(seed);
        int[] sizes = [.. model.Inputs[0].Shape!.Skip(1).Select(axis => (int)axis.Size!.Value)];
        float[] values = [.. Enumerable.Range(0, sizes.Aggregate(1, (product, size) => product * size)).Select(_ => (random.NextSingle() * 4) - 2)];
        return model.Prepare(TensorData.Adopt(values, [1, .. sizes.Select(size => (long)size)]))[0];
    }

    private sealed class Reports(Action<long> at) : IProgress<Step>
    {
        public void Report(Step value) => at(value.Done);
    }

    /// <summary>A run on a thread of its own that stands still but for its turns.</summary>
    private sealed class HeldRun : IProgress<Step>, IDisposable
    {
        private readonly SemaphoreSlim _go = new(0), _done = new(0);
        private readonly Thread _thread;
        private long _until = Warm;
        private bool _released;

        public HeldRun(Action<IProgress<Step>> run)
        {
            _thread = new(() => run(this));
            _thread.Start();
            _done.Wait();
        }

        public (double Wall, double Processor) Turn(int steps)
        {
            var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            _until += steps;
            _go.Release();
            _done.Wait();
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        }

        public void Report(Step value)
        {
            if (value.Done == _until && !_released)
            {
                _done.Release();
                _go.Wait();
            }
        }

        public void Dispose()
        {
            _released = true;
            _go.Release();
            _thread.Join();
            _go.Dispose();
            _done.Dispose();
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Unmask.Benchmarks;

/// <summary>Measures between the reports of a run that goes by steps, and gives the other side its turn while the run waits.</summary>
/// <param name="warm">Steps before the first that is measured.</param>
/// <param name="rounds">Rounds that are measured.</param>
/// <param name="steps">Steps of a round.</param>
/// <param name="other">The other side: takes that many steps and answers with their seconds and processor seconds; <c>null</c>: there is none.</param>
internal sealed class Turns(int warm, int rounds, int steps, Func<int, (double Wall, double Processor)>? other)
{
    private readonly List<(double Wall, double Processor)> _ours = [], _theirs = [];
    private readonly List<long> _memory = [];
    private long _start;
    private TimeSpan _processor;

    public void At(long step)
    {
        long since = step - warm;
        if (since > 0 && since % steps == 0 && _ours.Count < rounds)
        {
            _ours.Add((Stopwatch.GetElapsedTime(_start).TotalSeconds, (Environment.CpuUsage.TotalTime - _processor).TotalSeconds));
            _memory.Add(Environment.WorkingSet >> 20);
            if (other is not null)
            {
                _theirs.Add(other(steps));
            }
        }

        if (since % steps == 0)
        {
            (_start, _processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        }
    }

    /// <summary>Prints what was measured.</summary>
    /// <param name="ours">The name of this side.</param>
    /// <param name="theirs">The name of the other.</param>
    /// <param name="ourShare">What this side's times are multiplied by before they are compared, where its steps do the work of several of the other's.</param>
    public void Print(string ours = "Unmask", string theirs = "peer", double ourShare = 1)
    {
        Print(ours, _ours);
        Console.WriteLine($"  resident memory after {warm + steps} steps, half of them, all {warm + (rounds * steps)}: {_memory[0]}, {_memory[rounds / 2]}, {_memory[^1]} MB");
        if (_theirs.Count > 0)
        {
            Print(theirs, _theirs);
            double[] ratios = [.. _ours.Zip(_theirs, (our, their) => ourShare * our.Wall / their.Wall).Order()];
            double[] work = [.. _ours.Zip(_theirs, (our, their) => ourShare * our.Processor / their.Processor).Order()];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  ratio: fastest rounds {ourShare * _ours.Min(each => each.Wall) / _theirs.Min(each => each.Wall):f2}, middle of the rounds' ratios {ratios[rounds / 2]:f2}; processor time {ourShare * _ours.Min(each => each.Processor) / _theirs.Min(each => each.Processor):f2}, {work[rounds / 2]:f2}"));
        }
    }

    private void Print(string side, List<(double Wall, double Processor)> spent)
    {
        string Times(Func<(double Wall, double Processor), double> kind) => string.Create(CultureInfo.InvariantCulture,
            $"{1000 * spent.Min(kind) / steps:f1} ({1000 * spent.Select(kind).Order().ElementAt(spent.Count / 2) / steps:f1})");
        Console.WriteLine($"  {side}: {Times(each => each.Wall)} ms a step; processor time {Times(each => each.Processor)}");
    }
}

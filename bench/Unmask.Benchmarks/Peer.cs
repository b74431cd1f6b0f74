using System.Diagnostics;
using System.Globalization;

namespace Unmask.Benchmarks;

/// <summary>Another program that takes turns with a measurement: it answers <c>ready</c>, then each number of steps with their seconds and processor seconds.</summary>
internal sealed class Peer(Process process) : IDisposable
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

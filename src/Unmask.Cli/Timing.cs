using System.Diagnostics;
using System.Globalization;

namespace Unmask.Cli;

/// <summary>With the environment variable UNMASK_TIMING=1: wall and processor milliseconds since the process started, on standard error.</summary>
internal static class Timing
{
    private static readonly bool Enabled = Environment.GetEnvironmentVariable("UNMASK_TIMING") == "1";

    private static readonly HashSet<string> Marked = [];

    /// <summary>Prints the time of an event, the first time that it happens.</summary>
    public static void Mark(string what)
    {
        if (Enabled && Marked.Add(what))
        {
            using var process = Process.GetCurrentProcess();
            var since = TimeProvider.System.GetLocalNow().DateTime - process.StartTime;
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"timing: {since.TotalMilliseconds,7:0} ms wall {process.TotalProcessorTime.TotalMilliseconds,7:0} ms processor  {what}"));
        }
    }
}

namespace Unmask.Tests.Cli;

public sealed class CancellationTests
{
    private const string Endless = "masks=2000000000";

    [Fact]
    public void In_the_middle_of_a_map_nothing_is_left()
    {
        using var bench = new Bench();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var result = Command.Run(stop.Token, "explain", bench.Picture("p.png"), "-m", bench.ModelFile, "-o", bench.Out, "--set", Endless, "--set", "tolerance=0");
        Assert.Equal(130, result.Code);
        Assert.StartsWith("unmask: cancelled", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Out));
    }

    [Fact]
    public void What_was_finished_before_stays_whole()
    {
        using var bench = new Bench();
        using var stop = new CancellationTokenSource();
        using var output = new CancelsWhenWritten(stop);
        var result = Command.Run(output, stop.Token, "explain", bench.Picture("1.png"), bench.Picture("2.png"), "-m", bench.ModelFile, "-o", bench.Out, "--method", "occlusion", "--quiet");
        Assert.Equal(130, result.Code);
        Assert.Equal(["1.occlusion.json", "1.occlusion.npy", "1.occlusion.png"], bench.Results);
    }

    private sealed class CancelsWhenWritten(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            stop.Cancel();
        }
    }
}

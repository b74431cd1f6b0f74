namespace Unmask.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("Did you mean explain?", "explian")]
    [InlineData("Did you mean --method?", "explain", "--metod", "rise")]
    [InlineData("Did you mean --all?", "inspect", "--al")]
    [InlineData("Did you mean \"occlusion\"?", "explain", "--method", "oclusion")]
    [InlineData("Did you mean \"rise\"?", "methods", "ris")]
    [InlineData("Did you mean \"masks\"?", "explain", "--set", "mask=3")]
    [InlineData("masks cannot be", "explain", "--set", "masks=many")]
    [InlineData("masks cannot be 0", "explain", "--set", "masks=0")]
    [InlineData("--set takes KEY=VALUE", "explain", "--set", "masks")]
    [InlineData("--threads takes a whole number", "explain", "--threads", "0")]
    [InlineData("--size takes", "explain", "--size", "12by7")]
    [InlineData("--std takes numbers other than 0", "explain", "--std", "0")]
    [InlineData("--mean takes 1 or 3 numbers", "explain", "--mean", "1,2")]
    [InlineData("--channel-order takes one of rgb, bgr", "explain", "--channel-order", "brg")]
    [InlineData("--format takes png", "explain", "--format", "gif")]
    [InlineData("imagenet, tf, unit, raw", "explain", "--preprocessing", "imagnet")]
    [InlineData("--feed takes NAME=FILE.npy", "explain", "--feed", "others.npz")]
    [InlineData("cpu", "explain", "--provider", "abacus")]
    public void Mistakes_are_answered_with_what_is_possible(string said, params string[] arguments)
    {
        using var bench = new Bench();
        var result = Command.Run(arguments[0] == "explain" ? [.. arguments, "-o", bench.Out] : arguments);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.Code);
        Assert.Equal("", result.Output);
        Assert.False(Directory.Exists(bench.Out));
    }

    [Fact]
    public void A_seed_that_the_method_does_not_use_is_not_passed_over_in_silence()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("p.png"), "--method", "gradient", "--seed", "7");
        Assert.Equal(0, result.Code);
        Assert.Contains("gradient draws no random numbers: --seed 7 changes nothing", result.Error, StringComparison.Ordinal);
        Assert.Equal("", bench.Explain(bench.Picture("p.png"), "--set", "masks=20", "--seed", "7").Error);
    }

    [Fact]
    public void Help_shows_every_command_and_examples()
    {
        var all = Command.Run();
        Assert.Equal(0, all.Code);
        Assert.All(["explain", "compare", "evaluate", "inspect", "methods", "metrics"], name => Assert.Contains(name, all.Output, StringComparison.Ordinal));
        Assert.All(["compare", "evaluate", "metrics"], name => Assert.Contains("Examples:", Command.Run(name, "--help").Output, StringComparison.Ordinal));
        Assert.Contains("evaluate needs DATA", Command.Run("evaluate").Error, StringComparison.Ordinal);
        var one = Command.Run("explain", "--help");
        Assert.Contains("Examples:", one.Output, StringComparison.Ordinal);
        Assert.All(["--target", "--preprocessing", "--feed", "--seed", "--json"], name => Assert.Contains(name, one.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Output_to_a_pipe_is_plain()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("p.png"), "--method", "occlusion");
        Assert.DoesNotContain('\x1b', result.Output);
        Assert.DoesNotContain('\r', result.Output);
        Assert.Equal("", result.Error);
    }
}

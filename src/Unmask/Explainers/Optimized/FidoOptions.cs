namespace Unmask;

/// <summary>The two games of FIDO.</summary>
public enum FidoGame
{
    /// <summary>SSR: the smallest region that suffices for the class.</summary>
    SmallestSufficient,

    /// <summary>SDR: the smallest region without which the class is gone.</summary>
    SmallestDestroying,
}

/// <summary>What FIDO draws.</summary>
public enum FidoSampling
{
    /// <summary>Each pixel, by the probability that cells give it: neighbours are kept and hidden in random order.</summary>
    Pixels,

    /// <summary>Each cell, which is then stretched to its pixels: what is hidden hangs together.</summary>
    Cells,
}

/// <summary>How FIDO finds its probabilities. Start from a preset and change it with <c>with</c>.</summary>
public sealed record FidoOptions
{
    /// <summary>The paper, where it is silent the defaults of its authors' code.</summary>
    public static FidoOptions Paper { get; } = new();

    /// <summary>The example in the authors' code: twice as many draws a step.</summary>
    public static FidoOptions Code { get; } = new() { Preset = "code", Draws = 8 };

    /// <summary>The preset that it started from. Default <c>paper</c>.</summary>
    public string Preset { get; init; } = "paper";

    /// <summary>Which game. Default <see cref="FidoGame.SmallestSufficient"/>, on which the paper's results are.</summary>
    public FidoGame Game { get; init; } = FidoGame.SmallestSufficient;

    /// <summary>Steps, at least 1. Default 300.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 300;

    /// <summary>Adam's rate at the first step, above 0, in log-odds; it falls evenly to 0. Default 0.05.</summary>
    public double Rate { get; init => field = Require.Positive(value); } = 0.05;

    /// <summary>Cells a side of the map of log-odds, 1 to 512; their probabilities are stretched to pixels bilinearly. Default 56.</summary>
    public int Cells { get; init => field = Require.PositiveUpTo(value, 512); } = 56;

    /// <summary>λ, the price in score of keeping (SDR: removing) the whole picture, 0 or more. Default 50.176: 1e-3 for each of 224 × 224 pixels.</summary>
    public double Size { get; init => field = Require.NotNegative(value); } = 1e-3 * 224 * 224;

    /// <summary>Steps in which λ rises from 0, 0 or more. Default 30.</summary>
    public int WarmUp { get; init => field = Require.NotNegative(value); } = 30;

    /// <summary>Temperature of the concrete distribution, above 0: the lower, the nearer draws are to 0 and 1. Default 0.1.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.1;

    /// <summary>Draws at each step, at least 1. Default 4.</summary>
    public int Draws { get; init => field = Require.Positive(value); } = 4;

    /// <summary>What is drawn. Default <see cref="FidoSampling.Pixels"/>, as in the authors' code.</summary>
    public FidoSampling Sampling { get; init; } = FidoSampling.Pixels;

    /// <summary>Weight of the probabilities' mean squared total variation over pixels, 0 or more. Default 0: none.</summary>
    public double Variation { get; init => field = Require.NotNegative(value); }

    /// <summary>What replaces hidden pixels. Default <c>local</c>: the mean of kept pixels around.</summary>
    public Infill Infill { get; init; } = Infill.Local();

    /// <summary>The space of the score. Default <see cref="Score.LogOdds"/>: λ is meant for it.</summary>
    public Score Score { get; init; } = Score.LogOdds;

    /// <summary>Seed of the draws. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The settings of fido on the command line.</summary>
internal static class FidoSettings
{
    private static readonly (string Name, FidoOptions Value)[] Presets = [("paper", FidoOptions.Paper), ("code", FidoOptions.Code)];

    private static readonly (string Name, FidoGame Value)[] Games = [("ssr", FidoGame.SmallestSufficient), ("sdr", FidoGame.SmallestDestroying)];

    private static readonly (string Name, FidoSampling Value)[] Samplings = [("pixels", FidoSampling.Pixels), ("cells", FidoSampling.Cells)];

    public static SettingTable<FidoOptions> Table { get; } = new SettingTable<FidoOptions>(FidoOptions.Paper)
        .Add("preset", "Replaces all other settings: paper, or code (8 draws a step). Put it first.", o => o.Preset, (o, text) => SettingText.Choice(text, Presets) with { Seed = o.Seed })
        .Add("game", "ssr: the smallest region that suffices for the class; sdr: that without which it is gone.", o => SettingText.NameOf(o.Game, Games), (o, text) => o with { Game = SettingText.Choice(text, Games) })
        .Add("steps", "Steps; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("rate", "Adam's rate at the first step, in log-odds; it falls evenly to 0.", o => SettingText.Of(o.Rate), (o, text) => o with { Rate = SettingText.Double(text) })
        .Add("cells", "Cells a side of the map of log-odds; 1 to 512.", o => SettingText.Of(o.Cells), (o, text) => o with { Cells = SettingText.Int(text) })
        .Add("size", "The price in score of keeping (sdr: removing) the whole picture; 0 or more.", o => SettingText.Of(o.Size), (o, text) => o with { Size = SettingText.Double(text) })
        .Add("warm-up", "Steps in which that price rises from 0; 0 or more.", o => SettingText.Of(o.WarmUp), (o, text) => o with { WarmUp = SettingText.Int(text) })
        .Add("temperature", "Temperature of the concrete distribution; above 0.", o => SettingText.Of(o.Temperature), (o, text) => o with { Temperature = SettingText.Double(text) })
        .Add("draws", "Draws at each step, one forward and one backward pass and one in-fill each; at least 1.", o => SettingText.Of(o.Draws), (o, text) => o with { Draws = SettingText.Int(text) })
        .Add("sampling", "What is drawn: pixels, or cells, which are then stretched.", o => SettingText.NameOf(o.Sampling, Samplings), (o, text) => o with { Sampling = SettingText.Choice(text, Samplings) })
        .Add("variation", "Weight of the mean squared total variation; 0: none.", o => SettingText.Of(o.Variation), (o, text) => o with { Variation = SettingText.Double(text) })
        .Add("infill", OptimizedSettings.InfillText, o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("score", OptimizedSettings.ScoreText, o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("seed", OptimizedSettings.SeedText, o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}

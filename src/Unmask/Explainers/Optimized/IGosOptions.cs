namespace Unmask;

/// <summary>How I-GOS finds its mask, and <see cref="IGosPlusPlusOptions"/> besides.</summary>
public record IGosOptions
{
    /// <summary>Steps of the descent, at least 1. Default 15.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 15;

    /// <summary>Points of the way from the empty mask at which gradients are averaged, at least 1; 1 is the plain gradient. Default 20.</summary>
    public int PathPoints { get; init => field = Require.Positive(value); } = 20;

    /// <summary>Cells a side of the mask, 1 to 512: the more, the finer and the more adversarial. Default 28.</summary>
    public int Cells { get; init => field = Require.PositiveUpTo(value, 512); } = 28;

    /// <summary>λ₁, the weight of the mean part that is removed, 0 or more. Default 1.</summary>
    public double Size { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>λ₂, the weight of the mask's mean total variation, 0 or more. Default 20.</summary>
    public double Variation { get; init => field = Require.NotNegative(value); } = 20;

    /// <summary>β, the power of differences in the total variation, at least 1. Default 2.</summary>
    public double VariationPower { get; init => field = Require.AtLeast(value, 1); } = 2;

    /// <summary>Where the mask starts. Default ones, as in the authors' repository.</summary>
    public MaskStart Start { get; init; } = MaskStart.Ones;

    /// <summary>What replaces the removed part. Default <c>blur:50:25</c>, which is nearly a box of 51 pixels.</summary>
    public Infill Infill { get; init; } = Infill.Blur(50, 25);

    /// <summary>Standard deviation of noise on the pictures of the way, in units of the model's input; 0 or more. Default 0.2.</summary>
    public double Noise { get; init => field = Require.NotNegative(value); } = 0.2;

    /// <summary>The first step that the line search tries (of Nesterov's gradient: its rate), above 0. Default 200; of iGOS++ 1000.</summary>
    public double StepSize { get; init => field = Require.Positive(value); } = 200;

    /// <summary>
    /// Whether the line search asks for the objective of the mask itself instead of its mean over the way. Default <c>false</c>: with <c>true</c> (the authors' repository of I-GOS) no step may be
    /// found on networks that are very sure.
    /// </summary>
    public bool SearchOfMask { get; init; }

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>: the penalties' weights are meant for it.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>Seed of the noise. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The settings of i-gos on the command line.</summary>
internal static class IGosSettings
{
    public static SettingTable<IGosOptions> Table { get; } = AddTo(new SettingTable<IGosOptions>(new()));

    /// <summary>Adds those that iGOS++ has too.</summary>
    public static SettingTable<T> AddTo<T>(SettingTable<T> table)
        where T : IGosOptions => table
        .Add("steps", "Steps of the descent; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("path-points", "Points of the way from the empty mask; at least 1.", o => SettingText.Of(o.PathPoints), (o, text) => o with { PathPoints = SettingText.Int(text) })
        .Add("cells", "Cells a side of the mask; 1 to 512.", o => SettingText.Of(o.Cells), (o, text) => o with { Cells = SettingText.Int(text) })
        .Add("size", "Weight of the mean part that is removed; 0 or more.", o => SettingText.Of(o.Size), (o, text) => o with { Size = SettingText.Double(text) })
        .Add("variation", "Weight of the mean total variation; 0 or more.", o => SettingText.Of(o.Variation), (o, text) => o with { Variation = SettingText.Double(text) })
        .Add("variation-power", "Power of the differences of neighbours; at least 1.", o => SettingText.Of(o.VariationPower), (o, text) => o with { VariationPower = SettingText.Double(text) })
        .Add("start", "Where the mask starts: ones, zeros, random, circle, a number or a .npy file.", o => o.Start.Name, (o, text) => o with { Start = MaskStart.Parse(text) })
        .Add("infill", OptimizedSettings.InfillText, o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("noise", "Standard deviation of noise on the pictures of the way, in units of the model's input; 0 or more.", o => SettingText.Of(o.Noise), (o, text) => o with { Noise = SettingText.Double(text) })
        .Add("step-size", "The first step that the line search tries; above 0.", o => SettingText.Of(o.StepSize), (o, text) => o with { StepSize = SettingText.Double(text) })
        .Add("search-of-mask", "true: the line search asks for the objective of the mask itself instead of its mean over the way.", o => SettingText.Of(o.SearchOfMask), (o, text) => o with { SearchOfMask = SettingText.Bool(text) })
        .Add("score", OptimizedSettings.ScoreText, o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("seed", OptimizedSettings.SeedText, o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}

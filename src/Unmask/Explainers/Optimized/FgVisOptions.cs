namespace Unmask;

/// <summary>The four games of FG-Vis.</summary>
public enum FgVisGame
{
    /// <summary>From the whole input: the fewest numbers that keep the score.</summary>
    Preservation,

    /// <summary>From the whole input: the fewest whose removal takes the score away.</summary>
    Deletion,

    /// <summary>From the in-fill: the fewest that bring the score about.</summary>
    Generation,

    /// <summary>From the in-fill: as many as can be brought in without the score.</summary>
    Repression,
}

/// <summary>How FG-Vis finds its mask.</summary>
public sealed record FgVisOptions
{
    /// <summary>Which game. Default <see cref="FgVisGame.Preservation"/>.</summary>
    public FgVisGame Game { get; init; } = FgVisGame.Preservation;

    /// <summary>Whether gradients pass a unit only where it says no more than on the unchanged input. Default <c>true</c>; without it masks are adversarial patterns.</summary>
    public bool Defence { get; init; } = true;

    /// <summary>The part of the target's probability that is at stake: at least so much is kept, or taken away; above 0, at most 1. Of scores that are no probabilities: the part of the score. Default 0.9.</summary>
    public double Goal { get; init => field = Require.PositiveUpTo(value, 1); } = 0.9;

    /// <summary>c of the first round, what the score weighs against the count of numbers that are kept (of deletion: removed), above 0: the paper's 1 ÷ λ. Default 1000.</summary>
    public double Balance { get; init => field = Require.Positive(value); } = 1000;

    /// <summary>Rounds of the search for c, 1 to 20: times 4 until a round ends with the goal met, then bisected. 1: c is <see cref="Balance"/>. Default 4.</summary>
    public int Rounds { get; init => field = Require.PositiveUpTo(value, 20); } = 4;

    /// <summary>Steps of each round, at least 1. Default 150.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 150;

    /// <summary>The rate of the first step of gradient descent, above 0; it falls along a cosine. What does not matter moves by it at each step. Default 0.01.</summary>
    public double Rate { get; init => field = Require.Positive(value); } = 0.01;

    /// <summary>r, what stands where the mask is 0. Default 0 in the model's input space.</summary>
    public Infill Infill { get; init; } = Infill.Zero;

    /// <summary>The part of the objective by which it must fall within 50 steps to go on; 0: all steps are taken. Default 0.</summary>
    public double Tolerance { get; init => field = Require.NotNegative(value); }

    /// <summary>The space of the score. Default <c>null</c>: log-probability to keep it, log-odds to take it away.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of fg-vis on the command line.</summary>
internal static class FgVisSettings
{
    private static readonly (string Name, FgVisGame Value)[] Games =
        [("preservation", FgVisGame.Preservation), ("deletion", FgVisGame.Deletion), ("generation", FgVisGame.Generation), ("repression", FgVisGame.Repression)];

    public static SettingTable<FgVisOptions> Table { get; } = new SettingTable<FgVisOptions>(new())
        .Add("game", "preservation, deletion (from the whole input); generation, repression (from the in-fill).", o => SettingText.NameOf(o.Game, Games), (o, text) => o with { Game = SettingText.Choice(text, Games) })
        .Add("defence", "Whether gradients pass a unit only where it says no more than on the unchanged input: true or false.", o => SettingText.Of(o.Defence), (o, text) => o with { Defence = SettingText.Bool(text) })
        .Add("goal", "The part of the target's probability (or score) that is kept, or taken away; above 0, at most 1.", o => SettingText.Of(o.Goal), (o, text) => o with { Goal = SettingText.Double(text) })
        .Add("balance", "What the score weighs against one kept (of deletion: removed) number in the first round; above 0.", o => SettingText.Of(o.Balance), (o, text) => o with { Balance = SettingText.Double(text) })
        .Add("rounds", "Rounds of the search for that weight; 1 to 20.", o => SettingText.Of(o.Rounds), (o, text) => o with { Rounds = SettingText.Int(text) })
        .Add("steps", "Steps of each round; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("rate", "Rate of the first step; above 0.", o => SettingText.Of(o.Rate), (o, text) => o with { Rate = SettingText.Double(text) })
        .Add("infill", OptimizedSettings.InfillText, o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("tolerance", OptimizedSettings.PlateauText, o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) })
        .Add("score", OptimizedSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

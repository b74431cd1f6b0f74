using System.Collections.Immutable;

namespace Unmask;

/// <summary>How replacements are drawn from the colours of the border.</summary>
public enum ReplacementDraw
{
    /// <summary>One colour a pixel: noise.</summary>
    Pixels,

    /// <summary>One colour a segment: flat.</summary>
    Segments,
}

/// <summary>What is said of a score before and after a segment was replaced.</summary>
public enum ScoreChange
{
    /// <summary>The difference of log₂ odds, p ÷ (1 − p): the weight of evidence, in bits. For probabilities.</summary>
    WeightOfEvidence,

    /// <summary>The difference of the scores.</summary>
    Difference,
}

/// <summary>The divisions of the picture, and how their segments are replaced.</summary>
public sealed record RegionalMultiScaleOptions
{
    /// <summary>About how many segments each division has, each 1 to 100,000. Default 50, 100, 200, 400.</summary>
    public ImmutableArray<int> Segments
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfZero(value.Length, nameof(value));
            foreach (int count in value)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 100_000, nameof(value));
            }

            field = value;
        }
    }

    = [50, 100, 200, 400];

    /// <summary>How much place counts against colour in the division (<see cref="Slic.Compactness"/>), above 0. Default 10.</summary>
    public double Compactness { get; init => field = Require.Positive(value); } = 10;

    /// <summary>How many replacements are drawn for each segment, at least 1. Default 10.</summary>
    public int Samples { get; init => field = Require.Positive(value); } = 10;

    /// <summary>How they are drawn. Default <see cref="ReplacementDraw.Pixels"/>.</summary>
    public ReplacementDraw Draw { get; init; } = ReplacementDraw.Pixels;

    /// <summary>What is said of the score before and after. Default <see cref="ScoreChange.WeightOfEvidence"/>.</summary>
    public ScoreChange Change { get; init; } = ScoreChange.WeightOfEvidence;

    /// <summary>N of the Laplace correction p ← (p·N + 1) ÷ (N + classes), at least 1: it keeps odds finite. Default 100,000. Ignored by <see cref="ScoreChange.Difference"/>.</summary>
    public int Laplace { get; init => field = Require.Positive(value); } = 100_000;

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>; the weight of evidence needs it, or <see cref="Score.Sigmoid"/>.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>The seed of the draws. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The settings of regional multi-scale on the command line.</summary>
internal static class RegionalMultiScaleSettings
{
    private static readonly (string Name, ReplacementDraw Value)[] Draws = [("pixels", ReplacementDraw.Pixels), ("segments", ReplacementDraw.Segments)];

    private static readonly (string Name, ScoreChange Value)[] Changes = [("weight-of-evidence", ScoreChange.WeightOfEvidence), ("difference", ScoreChange.Difference)];

    public static SettingTable<RegionalMultiScaleOptions> Table { get; } = new SettingTable<RegionalMultiScaleOptions>(new())
        .Add("segments", "About how many segments each division has, separated by commas; each 1 to 100000.", o => SettingText.Of(o.Segments), (o, text) => o with { Segments = SettingText.Ints(text) })
        .Add("compactness", "How much place counts against colour in the division; above 0.", o => SettingText.Of(o.Compactness), (o, text) => o with { Compactness = SettingText.Double(text) })
        .Add("samples", "Replacements drawn for each segment; at least 1.", o => SettingText.Of(o.Samples), (o, text) => o with { Samples = SettingText.Int(text) })
        .Add("draw", "pixels: one colour a pixel; segments: one a segment.", o => SettingText.NameOf(o.Draw, Draws), (o, text) => o with { Draw = SettingText.Choice(text, Draws) })
        .Add("change", "weight-of-evidence (log2 odds, for probabilities) or difference.", o => SettingText.NameOf(o.Change, Changes), (o, text) => o with { Change = SettingText.Choice(text, Changes) })
        .Add("laplace", "N of the correction that keeps odds finite; at least 1.", o => SettingText.Of(o.Laplace), (o, text) => o with { Laplace = SettingText.Int(text) })
        .Add("score", "probability, logit, log-probability, sigmoid or output.", o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("seed", "Seed of the draws; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}

namespace Unmask;

/// <summary>What CEM looks for.</summary>
public enum ContrastivePart
{
    /// <summary>The least that must be added for the class to change.</summary>
    Negative,

    /// <summary>The least part of the input that suffices for the class.</summary>
    Positive,
}

/// <summary>How CEM finds what is pertinent. Start from a preset and change it with <c>with</c>.</summary>
public sealed record ContrastiveExplanationOptions
{
    /// <summary>The paper's objective, solved by FISTA.</summary>
    public static ContrastiveExplanationOptions Paper { get; } = new();

    /// <summary>As the authors' repository solves it: each step shrinks δ by β, not by rate × β, so that it is sparser than the objective asks for.</summary>
    public static ContrastiveExplanationOptions Code { get; } = new() { Preset = "code", WholeBeta = true };

    /// <summary>The preset that it started from. Default <c>paper</c>.</summary>
    public string Preset { get; init; } = "paper";

    /// <summary>What is looked for. Default <see cref="ContrastivePart.Negative"/>.</summary>
    public ContrastivePart Part { get; init; } = ContrastivePart.Negative;

    /// <summary>κ, by how much the class must lose (of positives: win) in the units of the margin, 0 or more. Default 0.</summary>
    public double Kappa { get; init => field = Require.NotNegative(value); }

    /// <summary>β, the weight of Σ|δ| beside Σδ², 0 or more. Default 0.1.</summary>
    public double Beta { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>Whether a step shrinks δ by β instead of rate × β. Default <c>false</c>.</summary>
    public bool WholeBeta { get; init; }

    /// <summary>c of the first round, above 0. Default 10.</summary>
    public double Balance { get; init => field = Require.Positive(value); } = 10;

    /// <summary>Rounds of the binary search over c, 1 to 30. Default 9.</summary>
    public int Rounds { get; init => field = Require.PositiveUpTo(value, 30); } = 9;

    /// <summary>Steps of a round, at least 1. Default 1000.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 1000;

    /// <summary>The rate of the first step, above 0; it falls as √(1 − step ÷ steps). Default 0.01.</summary>
    public double Rate { get; init => field = Require.Positive(value); } = 0.01;

    /// <summary>The part of the objective by which it must fall within a tenth of the steps for a round to go on; 0: all steps are taken. Default 1e-4.</summary>
    public double Tolerance { get; init => field = Require.NotNegative(value); } = 1e-4;

    /// <summary>Whether negatives only add: move away from the in-fill. Default <c>true</c>.</summary>
    public bool OnlyAdds { get; init; } = true;

    /// <summary>b, what «nothing» is, in the model's input space. Default <c>null</c>: black for pictures, 0 for others.</summary>
    public Infill? Infill { get; init; }

    /// <summary>An ONNX autoencoder of the model's inputs (as the model takes them), which keeps the changed input like the data that it was trained on. Default <c>null</c>: none.</summary>
    public string? Autoencoder { get; init; }

    /// <summary>γ, the weight of the squared distance from what the autoencoder makes of the changed input, 0 or more. Default 100, if there is one.</summary>
    public double Reconstruction { get; init => field = Require.NotNegative(value); } = 100;

    /// <summary>The lowest that an element of the changed input may be. Default <c>null</c>: of pictures that of black and white; of others no limit.</summary>
    public double? Low { get; init; }

    /// <summary>The highest. Default <c>null</c>, as for <see cref="Low"/>.</summary>
    public double? High { get; init; }
}

/// <summary>The settings of cem on the command line.</summary>
internal static class ContrastiveExplanationSettings
{
    private static readonly (string Name, ContrastiveExplanationOptions Value)[] Presets = [("paper", ContrastiveExplanationOptions.Paper), ("code", ContrastiveExplanationOptions.Code)];

    private static readonly (string Name, ContrastivePart Value)[] Parts = [("negative", ContrastivePart.Negative), ("positive", ContrastivePart.Positive)];

    public static SettingTable<ContrastiveExplanationOptions> Table { get; } = new SettingTable<ContrastiveExplanationOptions>(ContrastiveExplanationOptions.Paper)
        .Add("preset", "Replaces all other settings: paper, or code (the authors' repository). Put it first.", o => o.Preset, (_, text) => SettingText.Choice(text, Presets))
        .Add("part", "negative: the least that must be added for another class; positive: the least part that suffices for this one.", o => SettingText.NameOf(o.Part, Parts), (o, text) => o with { Part = SettingText.Choice(text, Parts) })
        .Add("kappa", "By how much the class must lose (of positives: win), in the units of the margin; 0 or more.", o => SettingText.Of(o.Kappa), (o, text) => o with { Kappa = SettingText.Double(text) })
        .Add("beta", "Weight of the sum of |δ| beside that of δ²; 0 or more.", o => SettingText.Of(o.Beta), (o, text) => o with { Beta = SettingText.Double(text) })
        .Add("whole-beta", "Whether a step shrinks δ by β instead of rate × β: true or false.", o => SettingText.Of(o.WholeBeta), (o, text) => o with { WholeBeta = SettingText.Bool(text) })
        .Add("balance", "Weight of the score in the first round; above 0.", o => SettingText.Of(o.Balance), (o, text) => o with { Balance = SettingText.Double(text) })
        .Add("rounds", "Rounds of the binary search for that weight; 1 to 30.", o => SettingText.Of(o.Rounds), (o, text) => o with { Rounds = SettingText.Int(text) })
        .Add("steps", "Steps of a round; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("rate", "Rate of the first step; above 0.", o => SettingText.Of(o.Rate), (o, text) => o with { Rate = SettingText.Double(text) })
        .Add("tolerance", "A round ends when its objective has not fallen by this part for a tenth of its steps; 0: never.", o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) })
        .Add("only-adds", "Whether negatives only move away from the in-fill: true or false.", o => SettingText.Of(o.OnlyAdds), (o, text) => o with { OnlyAdds = SettingText.Bool(text) })
        .Add("infill", "What «nothing» is: black, zero, mean, a number or a .npy file. By default black for pictures, else zero.", o => o.Infill?.Name ?? "", (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("autoencoder", "An ONNX autoencoder of the model's inputs, which keeps the changed input plausible; by default none.", o => o.Autoencoder ?? "", (o, text) => o with { Autoencoder = text })
        .Add("reconstruction", "Weight of the squared distance from what the autoencoder makes of the changed input; 0 or more.", o => SettingText.Of(o.Reconstruction), (o, text) => o with { Reconstruction = SettingText.Double(text) })
        .Add("low", "The lowest that an element may become, in units of the model's input; by default that of black and white.", o => o.Low is { } low ? SettingText.Of(low) : "", (o, text) => o with { Low = SettingText.Double(text) })
        .Add("high", "The highest.", o => o.High is { } high ? SettingText.Of(high) : "", (o, text) => o with { High = SettingText.Double(text) });
}

using Unmask.Graphs;

namespace Unmask;

/// <summary>A white-box method: the choice of four nouns.</summary>
/// <param name="Rules">How multipliers pass operators.</param>
/// <param name="Estimator">At which inputs they are taken, and how averaged.</param>
/// <param name="Cut">At which value.</param>
/// <param name="Aggregator">How they become attributions.</param>
public sealed record WhiteBoxRecipe(RuleSet Rules, Estimator Estimator, Cut Cut, Aggregator Aggregator)
{
    /// <summary>The value that paths and noise move. Default <see cref="Cut.Input"/>; with the same value as <see cref="Cut"/> for a path at an inner layer.</summary>
    public Cut Moved { get; init; } = Cut.Input;

    /// <summary>A second rule set, whose multipliers at the same cuts are given to the aggregator beside those of <see cref="Rules"/>. Default <c>null</c>: none.</summary>
    public RuleSet? SecondRules { get; init; }

    /// <summary>
    /// Whether the way back starts from 1 at a class and −1/(C − 1) at each of the C − 1 others, so that what all classes share cancels; the score that is reported stays the
    /// class's. Contrasts and units of inner layers start as they are. Default <c>false</c>.
    /// </summary>
    public bool Contrastive { get; init; }

    /// <summary>
    /// The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output. Probabilities saturate, and with them their gradients vanish.
    /// </summary>
    public Score? Score { get; init; }

    /// <summary>How the channels of a place become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>Whether pictures and metrics see only the positive part of a map. Default <c>false</c>.</summary>
    public bool Rectified { get; init; }

    /// <summary>Whether negative attributions speak against the target. Default <c>true</c>.</summary>
    public bool Signed { get; init; } = true;

    /// <summary>What else is computed of the multipliers on their way to the cut, of a model and an input; the aggregator gets it behind the cuts. Default <c>null</c>: nothing.</summary>
    internal Func<Model, ModelInput, WalkObservation>? Observes { get; init; }

    /// <summary>What a point is called in progress reports. Default «gradients».</summary>
    public string What { get; init; } = "gradients";

    /// <summary>What attributions are measured in, given the score's name; default <c>null</c>: the score's name.</summary>
    public string? Unit { get; init; }
}

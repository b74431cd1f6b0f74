using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>What is multiplied, and how it is shown.</summary>
public sealed record InputXGradientOptions
{
    /// <summary>The layer whose activations are attributed to (gradient × activation); default <see cref="Cut.Input"/>.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Input × gradient: the score's linear part at the input, element by element. At a layer: activation × gradient.</summary>
/// <remarks>
/// <para>Formula: A = x ⊙ ∂S_c/∂x.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score.</para>
/// <para>Cost: one forward and one backward pass a target. Deterministic.</para>
/// <para>Misleads when: 0 in the model's input space is not «nothing» (after normalisation it is mid-grey); biases carry the score, which no element gets; the score is saturated.</para>
/// <para>Source: Shrikumar et al., «Not Just a Black Box», 2016; on networks of ReLUs without biases Σ A = S_c exactly, and A equals LRP-0. Differs from it in: nothing.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: at the input, of the logit.</param>
public sealed class InputXGradient(Model model, InputXGradientOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "input-x-gradient";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Input × gradient",
        "The linear part of the score, element by element.",
        "1 forward + 1 backward pass a target",
        "the graph; float inputs, or a layer",
        "Shrikumar et al., 2016",
        InputXGradientSettings.Table,
        static (model, options) => new InputXGradient(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    private readonly InputXGradientOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(InputXGradientSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(InputXGradientOptions options) => new(RuleSet.Gradient, Estimator.Point, options.Layer, Aggregator.Contribution)
    {
        Score = options.Score,
        Reduction = options.Reduction,
    };
}

/// <summary>Input × gradient's settings on the command line.</summary>
internal static class InputXGradientSettings
{
    public static SettingTable<InputXGradientOptions> Table { get; } = new SettingTable<InputXGradientOptions>(new())
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>The gradient (saliency): how much the score changes where an element of the input, or of a layer, changes a little.</summary>
/// <remarks>
/// <para>Formula: m = ∂S_c/∂x. Pictures show max over channels of |m|.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score by unit of the model's input.</para>
/// <para>Cost: one forward and one backward pass a target. Deterministic.</para>
/// <para>Misleads when: the score is saturated (the gradient vanishes though the feature matters); ReLU networks shatter gradients into noise; it answers «what would change the score», not «what made it».</para>
/// <para>Source: Simonyan, Vedaldi, Zisserman, «Deep Inside Convolutional Networks», ICLR workshop 2014, §3. Differs from it in: the array keeps signs and channels.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: the logit's gradient at the input.</param>
public sealed class InputGradient(Model model, InputGradientOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "gradient";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Gradient (saliency)",
        "How much the score changes where an element changes a little.",
        "1 forward + 1 backward pass a target",
        "the graph; float inputs, or a layer",
        "Simonyan, Vedaldi, Zisserman, ICLR workshop 2014",
        InputGradientSettings.Table,
        static (model, options) => new InputGradient(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    private readonly InputGradientOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(InputGradientSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(InputGradientOptions options) => new(RuleSet.Gradient, Estimator.Point, options.Layer, Aggregator.Multiplier)
    {
        Score = options.Score,
        Reduction = options.Reduction,
        Unit = "score by unit of input",
    };
}

using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>β-smooth ReLU: the gradient of a network whose rectifiers were soft, at the activations of the network as it is.</summary>
/// <remarks>
/// <para>Formula: at a = max(0, z): m_z = σ(βz) m_a; elsewhere the derivative. Pictures show max over channels of |m|.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score by unit of the model's input.</para>
/// <para>Cost: one forward and one backward pass a target. Deterministic.</para>
/// <para>Misleads when: β is small: units that are off then speak as loud as those that are on. Other activations than Relu get the plain gradient (the result says which).</para>
/// <para>Source: Dombrowski et al., «Explanations can be manipulated and geometry is to blame», NeurIPS 2019, §4. Differs from it in: only slopes are smooth; activations are those of the network as it is.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: at the input, of the logit.</param>
public sealed class SmoothReluGradient(Model model, SmoothReluOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "smooth-relu";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "β-smooth ReLU",
        "The gradient with soft rectifiers.",
        "1 forward + 1 backward pass a target",
        "the graph; float inputs; rectifiers",
        "Dombrowski et al., NeurIPS 2019",
        SmoothReluSettings.Table,
        static (model, options) => new SmoothReluGradient(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    private readonly SmoothReluOptions _options = options ?? new();
    private readonly WhiteBoxRecipe _recipe = Recipe(options ?? new());

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _recipe, progress, cancel).Explain(SmoothReluSettings.Table.Describe(_options), RectifierSettings.NoteOthers);

    internal static WhiteBoxRecipe Recipe(SmoothReluOptions options) => RectifierSettings.Recipe(new Composite(new CompositeRow(NodeSelector.All, NodeRule.SmoothRelu(options.Beta))).Over(RuleSet.Gradient), options);
}

using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Guided Backprop: the gradient, of which only what is positive passes each rectifier.</summary>
/// <remarks>
/// <para>Formula: at a = max(0, z): m_z = [z &gt; 0] max(0, m_a); elsewhere the derivative. Pictures show max over channels of |m|.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score by unit of the model's input.</para>
/// <para>Cost: one forward and one backward pass a target. Deterministic.</para>
/// <para>Misleads when: it is taken for an explanation of the class: it reconstructs edges of the picture, nearly the same for every class and for networks with random top layers; other activations than rectifiers get the plain gradient (the result says which).</para>
/// <para>Source: Springenberg et al., «Striving for Simplicity», ICLR workshop 2015, §3.4. Differs from it in: ReLU6, LeakyRelu and PRelu count as rectifiers.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: at the input, of the logit.</param>
public sealed class GuidedBackprop(Model model, GuidedBackpropOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "guided-backprop";

    internal static RuleSet Rules { get; } = Composites.Complete(Composites.Guided);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Guided Backprop",
        "The gradient, of which only what is positive passes each rectifier.",
        "1 forward + 1 backward pass a target",
        "the graph; float inputs; rectifiers",
        "Springenberg et al., ICLR workshop 2015",
        RectifierSettings.Of(new GuidedBackpropOptions()),
        static (model, options) => new GuidedBackprop(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, Rules),
    };

    private readonly GuidedBackpropOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(RectifierSettings.Of(_options).Describe(_options), RectifierSettings.NoteOthers);

    internal static WhiteBoxRecipe Recipe(GuidedBackpropOptions options) => RectifierSettings.Recipe(Rules, options);
}

using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Deconvnet: the gradient, rectified at each rectifier on the way back instead of where the network was off.</summary>
/// <remarks>
/// <para>Formula: at a = max(0, z): m_z = max(0, m_a), whatever z was; elsewhere the derivative. Pictures show max over channels of |m|.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score by unit of the model's input.</para>
/// <para>Cost: one forward and one backward pass a target. Deterministic.</para>
/// <para>Misleads when: it is taken for an explanation of the class: it reconstructs edges of the picture, nearly the same for every class; in a network of rectifiers without max pooling it does not depend on the picture at all; other activations than rectifiers get the plain gradient (the result says which).</para>
/// <para>Source: Zeiler, Fergus, «Visualizing and Understanding Convolutional Networks», ECCV 2014, §2.1. Differs from it in: starts from a class score; ReLU6, LeakyRelu and PRelu count as rectifiers.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: at the input, of the logit.</param>
public sealed class Deconvnet(Model model, DeconvnetOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "deconvnet";

    internal static RuleSet Rules { get; } = Composites.Complete(Composites.Deconvnet);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Deconvnet",
        "The gradient, rectified on the way back instead of where the network was off.",
        "1 forward + 1 backward pass a target",
        "the graph; float inputs; rectifiers",
        "Zeiler, Fergus, ECCV 2014",
        RectifierSettings.Of(new DeconvnetOptions()),
        static (model, options) => new Deconvnet(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, Rules),
    };

    private readonly DeconvnetOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(RectifierSettings.Of(_options).Describe(_options), RectifierSettings.NoteOthers);

    internal static WhiteBoxRecipe Recipe(DeconvnetOptions options) => RectifierSettings.Recipe(Rules, options);
}

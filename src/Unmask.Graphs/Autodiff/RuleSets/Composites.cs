using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Composites that have a name. Each stands over <see cref="RuleSet.Relevance"/>, except the five over the derivative, which say so.</summary>
public static class Composites
{
    private static readonly NodeRule DefaultEpsilon = NodeRule.Epsilon(1e-6);

    /// <summary>ε everywhere (1e-6): LRP-ε, close to gradient × input.</summary>
    public static Composite Epsilon { get; } = Named("epsilon", new CompositeRow(NodeSelector.Linear, DefaultEpsilon));

    /// <summary>z⁺ in convolutions, ε in dense layers.</summary>
    public static Composite EpsilonPlus { get; } = Named("epsilon-plus", [.. Layers(NodeRule.ZPlus)]);

    /// <summary>The same, flat in the first layer.</summary>
    public static Composite EpsilonPlusFlat { get; } = Named("epsilon-plus-flat", [new(NodeSelector.First, NodeRule.Flat), .. Layers(NodeRule.ZPlus)]);

    /// <summary>α2β1 in convolutions, ε in dense layers.</summary>
    public static Composite EpsilonAlpha2Beta1 { get; } = Named("epsilon-alpha2-beta1", [.. Layers(NodeRule.AlphaBeta(2, 1))]);

    /// <summary>The same, flat in the first layer.</summary>
    public static Composite EpsilonAlpha2Beta1Flat { get; } = Named("epsilon-alpha2-beta1-flat", [new(NodeSelector.First, NodeRule.Flat), .. Layers(NodeRule.AlphaBeta(2, 1))]);

    /// <summary>z-box in the first layer, γ = 0.25 in convolutions, ε in dense layers. The bounds are those of the preprocessing of pictures, or to be stated.</summary>
    public static Composite EpsilonGammaBox { get; } = Named("epsilon-gamma-box", [new(NodeSelector.First, NodeRule.UnboundedBox), .. Layers(NodeRule.Gamma(0.25))]);

    /// <summary>Deep Taylor decomposition of rectifier networks: z⁺ without biases; in the first layer z-box. Montavon et al. 2017.</summary>
    public static Composite DeepTaylor { get; } = Named("deep-taylor", [new(NodeSelector.First, NodeRule.UnboundedBox), .. Positive]);

    /// <summary>Deep Taylor decomposition with w² in the first layer, for unbounded inputs.</summary>
    public static Composite DeepTaylorUnbounded { get; } = Named("deep-taylor-unbounded", [new(NodeSelector.First, NodeRule.WSquare), .. Positive]);

    /// <summary>Excitation backprop: marginal winning probabilities. Zhang et al. 2016.</summary>
    public static Composite Excitation { get; } = new([new(NodeSelector.All, NodeRule.Excitation)]) { Name = "excitation-backprop", SeedIsRelevance = true };

    /// <summary>Excitation backprop, contrasted at the classifier with weights of opposite sign.</summary>
    public static Composite ContrastiveExcitation { get; } =
        new([new(NodeSelector.Last, NodeRule.ContrastiveExcitation), new(NodeSelector.All, NodeRule.Excitation)]) { Name = "contrastive-excitation-backprop", SeedIsRelevance = true };

    /// <summary>AttnLRP: ε in layers, half to each operand of every product, the derivative through softmax, frozen norms. Achtibat et al. 2024.</summary>
    public static Composite AttnLrp { get; } = Named("attn-lrp", [new(NodeSelector.Linear, NodeRule.Epsilon(1e-9)), new(NodeSelector.Product, NodeRule.Half)]);

    /// <summary>CP-LRP: the same with attention weights as constants. Ali et al. 2022.</summary>
    public static Composite CpLrp { get; } = Named("cp-lrp",
        [new(NodeSelector.Linear, NodeRule.Epsilon(1e-9)), new(NodeSelector.Operator("MatMul"), NodeRule.Signal), new(NodeSelector.Operator("Softmax"), NodeRule.Stop), new(NodeSelector.Product, NodeRule.Half)]);

    /// <summary>
    /// The relevance of transformer attribution, from 1 at the target: z⁺ over both signs of inputs and without biases, half to each operand of a product of data, all through softmax.
    /// Chefer, Gur, Wolf 2021, §3.2, and their code.
    /// </summary>
    public static Composite TransformerAttribution { get; } = new(
        [new(NodeSelector.Linear, NodeRule.ZPlusNoBias), new(NodeSelector.Product, NodeRule.Half), new(NodeSelector.Operator("Softmax"), NodeRule.Pass)])
    { Name = "transformer-attribution", SeedIsRelevance = true };

    /// <summary>Relevance-CAM as its authors start it: z⁺ in every layer, from 1 at the class and −1/(C − 1) at the others. Lee et al. 2021.</summary>
    public static Composite RelevanceCam { get; } = new([new(NodeSelector.Linear, NodeRule.ZPlus)]) { Name = "relevance-cam", SeedIsRelevance = true };

    /// <summary>Guided Backprop, over the derivative. Springenberg et al. 2015.</summary>
    public static Composite Guided { get; } = Named("guided-backprop", new CompositeRow(NodeSelector.Activation, NodeRule.Guided));

    /// <summary>Deconvnet, over the derivative. Zeiler, Fergus 2014.</summary>
    public static Composite Deconvnet { get; } = Named("deconvnet", new CompositeRow(NodeSelector.Activation, NodeRule.Deconvnet));

    /// <summary>Guided Backprop without the grid that strides leave, over the derivative. Oramas et al. 2019.</summary>
    public static Composite VisualFeedback { get; } = Named("visual-feedback", new CompositeRow(NodeSelector.Activation, NodeRule.Guided), new CompositeRow(NodeSelector.All, NodeRule.AntiGrid));

    /// <summary>The gradient with soft rectifiers (β = 10), over the derivative. Dombrowski et al. 2019.</summary>
    public static Composite SmoothRelu { get; } = Named("smooth-relu", new CompositeRow(NodeSelector.Activation, NodeRule.SmoothRelu(10)));

    /// <summary>
    /// The gradient without what is new: units pass it only where they say no more than on the unchanged input, over the derivative. Needs <see cref="GradientOptions.References"/>.
    /// Wagner et al. 2019.
    /// </summary>
    public static Composite FgVis { get; } = Named("fg-vis", new CompositeRow(NodeSelector.Activation, NodeRule.Bounded));

    /// <summary>All of them.</summary>
    public static ImmutableArray<Composite> All { get; } =
    [
        Epsilon, EpsilonPlus, EpsilonPlusFlat, EpsilonAlpha2Beta1, EpsilonAlpha2Beta1Flat, EpsilonGammaBox, DeepTaylor, DeepTaylorUnbounded, Excitation, ContrastiveExcitation, AttnLrp, CpLrp, TransformerAttribution, RelevanceCam,
        Guided, Deconvnet, VisualFeedback, SmoothRelu, FgVis,
    ];

    /// <summary>A composite over what it is meant to stand over: the derivative for the five that say so, else <see cref="RuleSet.Relevance"/>.</summary>
    public static RuleSet Complete(Composite composite)
    {
        ArgumentNullException.ThrowIfNull(composite);
        return composite.Over(composite.Name is "guided-backprop" or "deconvnet" or "visual-feedback" or "smooth-relu" or "fg-vis" ? RuleSet.Gradient : RuleSet.Relevance);
    }

    private static CompositeRow[] Positive => [new(NodeSelector.Linear, NodeRule.ZPlusNoBias), new(NodeSelector.All, NodeRule.Excitation)];

    private static CompositeRow[] Layers(NodeRule convolution) => [new(NodeSelector.Convolution, convolution), new(NodeSelector.Dense, DefaultEpsilon)];

    private static Composite Named(string name, params CompositeRow[] rows) => new(rows) { Name = name };
}

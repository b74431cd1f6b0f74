using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>CEM: the least that would have to be added for another class (pertinent negative), or the least part of the input that suffices for its class (pertinent positive).</summary>
/// <remarks>
/// <para>Formula: δ* = argmin c·max(0, κ ± margin(z)) + β·‖δ‖₁ + ‖δ‖₂² + γ·‖z − AE(z)‖², z = x + δ (+: pertinent negative) or z = b + δ (−: pertinent positive); c by binary search.</para>
/// <para>Result: δ*, the axes of the model's input, signed, in its units. Pictures show the sum over channels. <see cref="OptimizedMask.Perturbed"/> is z.</para>
/// <para>Cost: at most 9 rounds of 1,000 steps, each a forward and a backward pass, and a forward pass where it succeeds; rounds end when nothing improves. Deterministic.</para>
/// <para>Misleads when: the input is a large photo: what is added is an adversarial pattern, unless an autoencoder keeps it plausible; b (the in-fill) is not «nothing»; no δ was found (the notes say so).</para>
/// <para>Source: Dhurandhar et al., «Explanations based on the Missing: Towards Contrastive Explanations with Pertinent Negatives», NeurIPS 2018, eq. 1-4. Differs from it in: steps shrink by rate × β
/// (FISTA), where the authors' code shrinks by β (preset code); additions may also darken what is darker than b.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph that classifies.</param>
/// <param name="options">Default: the pertinent negative.</param>
public sealed class ContrastiveExplanation(Model model, ContrastiveExplanationOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "cem";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Contrastive explanation (CEM)",
        "Finds the least that must be added for another class, or the least part that suffices for this one.",
        "up to 9 × 1,000 × (2 forward + 1 backward) passes a target",
        "the graph; a classifier",
        "Dhurandhar et al., NeurIPS 2018",
        ContrastiveExplanationSettings.Table,
        static (model, options) => new ContrastiveExplanation(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model),
    };

    private readonly ContrastiveExplanationOptions _options = (options ?? ContrastiveExplanationOptions.Paper) is { Infill: null } open
        ? open with { Infill = model.IsPicture ? Infill.Black : Infill.Zero }
        : options ?? ContrastiveExplanationOptions.Paper;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = ContrastiveExplanationSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots. An in-fill that is not given is 0.</summary>
    public static PerturbationRecipe Recipe(ContrastiveExplanationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool negative = options.Part == ContrastivePart.Negative;
        var nothing = options.Infill ?? Infill.Zero;
        return new()
        {
            Map = site => new ElementMap(site.Layout),
            Solver = MaskSolver.Fista(new() { Peak = options.Rate, Decay = Training.RateDecay.Polynomial, Power = 0.5 }, options.Beta, wholeBeta: options.WholeBeta),
            Steps = options.Steps,
            Sides = [negative ? MaskSide.Deletion : MaskSide.Preservation],
            Hinge = options.Kappa,
            Terms = options.Autoencoder is { } file ? [new ElasticNetTerm(0), ReconstructionTerm.Load(file) with { Weight = options.Reconstruction }] : [new ElasticNetTerm(0)],
            Start = MaskStart.Zeros,
            Composition = negative ? Composition.Addition : Composition.AdditionToInfill,
            Infill = nothing,
            Bounds = site => new ContrastiveBounds(options, nothing).Of(site),
            Search = new((margin, _) => (negative ? -margin : margin) > options.Kappa) { Start = options.Balance, Rounds = options.Rounds },
            Plateau = options.Tolerance > 0 ? new(options.Tolerance, Math.Max(1, options.Steps / 10)) : null,
            Score = Score.Margin,
            Readout = MaskReadout.Added,
            ChannelReduction = ChannelReduction.Sum,
        };
    }
}

/// <summary>What δ may be, so that the input stays one and δ adds (pertinent negatives), or is a part of the input (pertinent positives).</summary>
internal sealed class ContrastiveBounds(ContrastiveExplanationOptions options, Infill nothing)
{
    private const float White = 255;

    /// <summary>The lowest and highest δ of each element.</summary>
    public (float[] Low, float[] High) Of(MaskSite site)
    {
        var input = site.Input;
        float[] low = new float[input.Values.Length], high = new float[low.Length], nothingAt = nothing.For(input);
        for (int i = 0; i < low.Length; i++)
        {
            float x = input.Values[i], present = x - nothingAt[i];
            if (options.Part == ContrastivePart.Positive)
            {
                (low[i], high[i]) = (Math.Min(0, present), Math.Max(0, present));
                continue;
            }

            var (least, most) = RangeAt(input, i);
            bool mayFall = !options.OnlyAdds || present <= 0, mayRise = !options.OnlyAdds || present >= 0;
            (low[i], high[i]) = (mayFall ? Math.Min(0, least - x) : 0, mayRise ? Math.Max(0, most - x) : 0);
        }

        return (low, high);
    }

    /// <summary>What an element of an input may be: of pictures what preprocessing makes of black and white.</summary>
    private (float Least, float Most) RangeAt(ModelInput input, int index)
    {
        float least = float.MinValue, most = float.MaxValue;
        if (input.Layout.IsSpatial)
        {
            int places = input.Layout.Count / input.Layout.Channels;
            int channel = input.Layout.Order == AxisOrder.ChannelsFirst ? index / places : index % input.Layout.Channels;
            float black = input.Preprocessing.Normalize(0, channel), white = input.Preprocessing.Normalize(White, channel);
            (least, most) = (Math.Min(black, white), Math.Max(black, white));
        }

        return ((float?)options.Low ?? least, (float?)options.High ?? most);
    }
}

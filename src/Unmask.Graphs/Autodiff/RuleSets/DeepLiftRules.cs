namespace Unmask.Graphs;

/// <summary>
/// DeepLIFT (Shrikumar et al. 2017) as differences from the derivative. What is linear or copies elements is the derivative's; a function of one element goes by its
/// secant; products by the middle between value and reference; choices by what both sides chose; composites are taken apart. Every row hands on
/// all of m·Δy, so that Σ (x − x̄) ⊙ m = Δ⟨v, y⟩ exactly.
/// </summary>
internal sealed class DeepLiftRules : RuleSet
{
    private const string Composites = "Softmax LogSoftmax LayerNormalization RMSNormalization InstanceNormalization MeanVarianceNormalization LpNormalization LRN "
        + "ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp";

    private static readonly DeepLiftRules Rescale = new(DeepLiftRule.Rescale);

    private static readonly DeepLiftRules RevealCancel = new(DeepLiftRule.RevealCancel);

    private static readonly DeepLiftRules Genomics = new(DeepLiftRule.Genomics);

    private readonly RuleTable _own = new RuleTable().Decomposed(Composites);

    private DeepLiftRules(DeepLiftRule rule)
    {
        DeepLiftSecant.AddTo(_own);
        DeepLiftProducts.AddTo(_own);
        DeepLiftChoices.AddTo(_own);
        if (rule != DeepLiftRule.Rescale)
        {
            Parts = new DeepLiftParts(throughConvolutions: rule == DeepLiftRule.RevealCancel);
        }
    }

    public override bool Compares => true;

    internal override string RowName => "DeepLIFT rule";

    /// <summary>How rises and falls are told apart; <c>null</c>: they are not.</summary>
    private DeepLiftParts? Parts { get; }

    /// <summary>The rule set of a rule: always the same one, so that programs are cached.</summary>
    public static DeepLiftRules Of(DeepLiftRule rule) => rule switch
    {
        DeepLiftRule.RevealCancel => RevealCancel,
        DeepLiftRule.Genomics => Genomics,
        _ => Rescale,
    };

    internal override RuleRow? For(Node node, long opset)
    {
        var row = _own.For(node, opset) ?? FromDerivative(node, opset);
        return row is not null && Parts is not null ? Parts.Over(node, row, Gradient.For(node, opset)) : row;
    }

    internal override bool Decomposes(Node node) => _own.Decomposes(node) || Gradient.Decomposes(node);

    internal override string? WhyNot(Node node) => Gradient.WhyNot(node);

    // Of composites and choices there is only what the own table states.
    private static RuleRow? FromDerivative(Node node, long opset) => Gradient.For(node, opset) switch
    {
        { Kind: RuleKind.Unary } row => row with { Flow = b => DeepLiftSecant.Flow(b, row) },
        { Kind: RuleKind.Zero } row => node.OpType == "Hardmax" ? null : row with { Flow = b => DeepLiftSecant.Flow(b, row) },
        { Kind: RuleKind.Linear or RuleKind.Select or RuleKind.Never } row => row,
        _ => null,
    };
}

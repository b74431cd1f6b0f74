namespace Unmask.Graphs;

/// <summary>The true derivative of every operator. To add an operator is to add a row in the file of its family.</summary>
internal static class StandardRules
{
    /// <summary>All rows.</summary>
    public static RuleTable Table { get; } = Build();

    private static RuleTable Build()
    {
        var table = new RuleTable();
        Action<RuleTable>[] families =
        [
            NoGradient.AddTo,
            ElementwiseRules.AddTo,
            ArithmeticRules.AddTo,
            MatrixRules.AddTo,
            ConvolutionRules.AddTo,
            PoolingRules.AddTo,
            NormalizationRules.AddTo,
            SoftmaxRules.AddTo,
            ReductionRules.AddTo,
            ShapeRules.AddTo,
            SlicingRules.AddTo,
            IndexingRules.AddTo,
            ResizeRules.AddTo,
            QuantizationRules.AddTo,
        ];
        foreach (var addTo in families)
        {
            addTo(table);
        }

        return table.Decomposed("LSTM GRU RNN GridSample").Decomposed(FloatGraph.IntegerOperators).Decomposed(MicrosoftParts.Operators).Decomposed(AttentionParts.Operators);
    }
}

namespace Unmask.Graphs;

/// <summary>
/// The three lists of operators without a rule: constant almost everywhere, never asked, and unsupported. A test checks that every operator of the
/// standard is in a list or in a table.
/// </summary>
internal static class NoGradient
{
    public static void AddTo(RuleTable table) => table
        .Zero("Floor Ceil Round Sign Hardmax")
        .Never("Shape Size ArgMax ArgMin NonZero NonMaxSuppression Unique OneHot EyeLike")
        .Never("Equal Greater Less GreaterOrEqual LessOrEqual And Or Not Xor IsNaN IsInf")
        .Never("BitShift BitwiseAnd BitwiseOr BitwiseNot BitwiseXor")
        .Never("Constant ConstantOfShape Range RandomNormal RandomUniform RandomNormalLike RandomUniformLike Bernoulli Multinomial")
        .Never("HannWindow HammingWindow BlackmanWindow BitCast")
        .Never("StringNormalizer StringConcat StringSplit RegexFullMatch TfIdfVectorizer LabelEncoder")
        .Unsupported($"its body runs as the data say; only branches whose condition, and loops of at most {InlineKnownLoops.MostSteps} steps whose number, is known before the run are written out", "If Loop Scan")
        .Unsupported(
            "it works on sequences or optional values instead of tensors",
            "SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence ConcatFromSequence SequenceMap "
            + "Optional OptionalGetElement OptionalHasElement")
        .Unsupported("its scale is computed from the data; use the float model", "DynamicQuantizeLinear ConvInteger MatMulInteger")
        .Unsupported("it was removed from the standard", "Scatter Upsample Affine ImageScaler ParametricSoftplus ScaledTanh")
        .Unsupported(
            "it has not been written yet",
            "Det DFT STFT MelWeightMatrix AffineGrid Col2Im CumProd DeformConv MaxRoiPool RoiAlign RotaryEmbedding TensorScatter "
            + "NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss ImageDecoder");
}

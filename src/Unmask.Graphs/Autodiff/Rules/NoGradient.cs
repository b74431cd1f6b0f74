namespace Unmask.Graphs;

/// <summary>The two lists of operators that nothing flows through. An operator that is in no list and no table is an error.</summary>
internal static class NoGradient
{
    public static void AddTo(RuleTable table) => table
        .Zero("Floor Ceil Round Sign Hardmax")
        .Never("Shape Size ArgMax ArgMin NonZero NonMaxSuppression Unique OneHot EyeLike")
        .Never("Equal Greater Less GreaterOrEqual LessOrEqual And Or Not Xor IsNaN IsInf")
        .Never("BitShift BitwiseAnd BitwiseOr BitwiseNot BitwiseXor")
        .Never("Constant ConstantOfShape Range RandomNormal RandomUniform RandomNormalLike RandomUniformLike Bernoulli Multinomial")
        .Never("StringNormalizer StringConcat StringSplit RegexFullMatch TfIdfVectorizer LabelEncoder");
}

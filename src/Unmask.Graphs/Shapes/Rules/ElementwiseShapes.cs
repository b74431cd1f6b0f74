namespace Unmask.Graphs;

/// <summary>Operators that act on each element, with broadcasting where there are several operands.</summary>
internal static class ElementwiseShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(SameAsInput, "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh CumProd CumSum Elu")
        .Add(SameAsInput, "Erf Exp Floor Gelu HardSigmoid HardSwish Hardmax Identity LeakyRelu Log LogSoftmax LpNormalization")
        .Add(SameAsInput, "LRN MeanVarianceNormalization Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin")
        .Add(SameAsInput, "Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu")
        .Add(SameAsInput, "Affine ImageScaler ParametricSoftplus ScaledTanh")
        .Add(Broadcast, "Add BitShift BitwiseAnd BitwiseOr BitwiseXor Div Max Mean Min Mod Mul Pow Sub Sum")
        .Add(BroadcastToTruth, "And Equal Greater GreaterOrEqual Less LessOrEqual Or Xor")
        .Add(Truth, "IsInf IsNaN")
        .Add(Where, "Where")
        .Add(ParametricRelu, "PRelu")
        .Add(Cast, "Cast BitCast")
        .Add(CastLike, "CastLike")
        .Add(Dropout, "Dropout")
        .Add(RandomLike, "Bernoulli RandomNormalLike RandomUniformLike");

    /// <summary>The first input's type and shape.</summary>
    public static void SameAsInput(ShapeContext node)
    {
        node.Set(0, node.TypeOf(0));
        if (node.ContentsOf(0) is { } contents && Arithmetic.Unary(node.Node.OpType) is { } function)
        {
            var type = node.ElementOf(0);
            node.SetContents(0, contents.Select(item => function(item, type)));
        }
    }

    private static void Broadcast(ShapeContext node)
    {
        node.Set(0, FirstElement(node), Broadcasting.OfAll(node));
        Compute(node);
    }

    private static void BroadcastToTruth(ShapeContext node)
    {
        node.Set(0, ElementType.Bool, Broadcasting.OfAll(node));
        Compute(node);
    }

    private static void Compute(ShapeContext node)
    {
        if (node.AllContents() is not { } operands || Arithmetic.Binary(node.Node.OpType) is not { } function || node.Node.Int("fmod", 0) != 0)
        {
            return;
        }

        var type = node.ElementOf(0);
        var result = (node.OutputType(0) as ValueType.Tensor)?.Shape;
        node.SetContents(0, Broadcasting.Combine(result, operands, items => items.Aggregate((left, right) => function(left, right, type))));
    }

    // Pow takes its type from the base; elsewhere all operands have the same, and one may be unknown.
    private static ElementType FirstElement(ShapeContext node) => node.Node.Is("Pow") ? node.ElementOf(0) : node.CommonElement();

    private static void Truth(ShapeContext node) => node.Set(0, ElementType.Bool, node.ShapeOf(0));

    private static void Where(ShapeContext node)
    {
        if (node.Node.Inputs.Length != 3)
        {
            throw node.Contradiction("it takes a condition and two tensors.");
        }

        var shape = Broadcasting.OfAll(node);
        node.Set(0, node.ElementOf(1) is var type && type != ElementType.Undefined ? type : node.ElementOf(2), shape);
        node.SetContents(0, Broadcasting.Combine(shape, node.AllContents(), Choose));
    }

    private static Quantity Choose(Quantity[] items) => items[0].Integer switch
    {
        0 => items[2],
        { } => items[1],
        null => items[1] == items[2] ? items[1] : Quantity.Unknown,
    };

    private static void ParametricRelu(ShapeContext node)
    {
        // The slope stretches to the input, never the other way round.
        Broadcasting.Of(node, 0, 1);
        node.Set(0, node.TypeOf(0));
    }

    private static void Cast(ShapeContext node) => CastTo(node, (ElementType)node.Node.Int("to", 0));

    private static void CastLike(ShapeContext node) => CastTo(node, node.ElementOf(1));

    private static void CastTo(ShapeContext node, ElementType type)
    {
        node.Set(0, type, node.ShapeOf(0));
        if (type != ElementType.Undefined && node.Node.OpType != "BitCast")
        {
            node.SetContents(0, node.ContentsOf(0)?.Select(item => item.As(type)));
        }
    }

    private static void Dropout(ShapeContext node)
    {
        node.Set(0, node.TypeOf(0));
        node.Set(1, ElementType.Bool, node.ShapeOf(0));
    }

    private static void RandomLike(ShapeContext node) =>
        node.Set(0, node.Node.Int("dtype", 0) is var stated && stated != 0 ? (ElementType)stated : node.ElementOf(0), node.ShapeOf(0));
}

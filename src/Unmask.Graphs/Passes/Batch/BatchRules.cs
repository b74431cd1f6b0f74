namespace Unmask.Graphs;

/// <summary>What one operator does to the batch axis.</summary>
internal delegate void BatchRule(BatchNode node);

/// <summary>The rules by operator. A node that reads neither a batch nor its size passes untouched.</summary>
internal static class BatchRules
{
    private static readonly Dictionary<string, BatchRule> Rules = Table();

    public static void Apply(BatchNode node)
    {
        if (node.ReadsBatch)
        {
            (node.Node.Domain.Length == 0 ? Rules.GetValueOrDefault(node.Node.OpType, Trusted) : Trusted)(node);
        }
        else if (node.ReadsSizes)
        {
            BatchSizes.Apply(node);
        }
    }

    private static Dictionary<string, BatchRule> Table()
    {
        var table = new Dictionary<string, BatchRule>(StringComparer.Ordinal);
        Add(BatchAxisRules.Elementwise, "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr");
        Add(BatchAxisRules.Elementwise, "BitwiseXor", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos", "Cosh", "DequantizeLinear", "Div", "Dropout", "Elu", "Equal", "Erf");
        Add(BatchAxisRules.Elementwise, "Exp", "Floor", "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Less");
        Add(BatchAxisRules.Elementwise, "LessOrEqual", "Log", "Max", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "QuantizeLinear", "Reciprocal");
        Add(BatchAxisRules.Elementwise, "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Tan", "Tanh");
        Add(BatchAxisRules.Elementwise, "ThresholdedRelu", "Where", "Xor", "Bernoulli", "RandomNormalLike", "RandomUniformLike");
        Add(BatchAxisRules.ItemsFirst, "AveragePool", "BatchNormalization", "Conv", "ConvInteger", "ConvTranspose", "DeformConv", "DepthToSpace", "GlobalAveragePool", "GlobalLpPool");
        Add(BatchAxisRules.ItemsFirst, "GlobalMaxPool", "GroupNormalization", "InstanceNormalization", "LRN", "LpPool", "MaxPool", "QLinearConv", "SpaceToDepth", "Col2Im");
        Add(BatchAxisRules.Reduce, "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare");
        Add(node => BatchAxisRules.Along(node, 0), "ArgMax", "ArgMin");
        Add(node => BatchAxisRules.Along(node, -1), "Hardmax", "LogSoftmax", "LpNormalization", "Softmax", "TopK");
        Add(BatchAxisRules.Normalize, "LayerNormalization", "RMSNormalization");
        Add(BatchProductRules.MatMul, "MatMul");
        Add(BatchProductRules.Gemm, "Gemm");
        Add(BatchProductRules.Einsum, "Einsum");
        Add(BatchProductRules.Recurrent, "GRU", "LSTM", "RNN");
        Add(BatchLayoutRules.Reshape, "Reshape");
        Add(BatchLayoutRules.Flatten, "Flatten");
        Add(BatchLayoutRules.Transpose, "Transpose");
        Add(BatchLayoutRules.Squeeze, "Squeeze");
        Add(BatchLayoutRules.Unsqueeze, "Unsqueeze");
        Add(BatchLayoutRules.Expand, "Expand");
        Add(BatchLayoutRules.Tile, "Tile");
        Add(BatchPartRules.Concat, "Concat");
        Add(BatchPartRules.Split, "Split");
        Add(BatchPartRules.Slice, "Slice");
        Add(BatchPartRules.Pad, "Pad");
        Add(BatchPartRules.Gather, "Gather");
        Add(BatchPartRules.Together, "GatherElements", "GridSample", "ScatterElements");
        Add(BatchPartRules.OneHot, "OneHot");
        Add(BatchPartRules.Resize, "Resize");
        Add(BatchPartRules.AffineGrid, "AffineGrid");
        Add(BatchSizes.Shape, "Shape");
        Add(BatchSizes.Size, "Size");
        Add(node => node.Stop("how many results it has depends on what is in the whole batch"), "Compress", "NonMaxSuppression", "NonZero", "Unique");
        return table;

        void Add(BatchRule rule, params ReadOnlySpan<string> operators)
        {
            foreach (string name in operators)
            {
                table.Add(name, rule);
            }
        }
    }

    /// <summary>An operator without a rule (also a subgraph, or one of another domain): trusted to give results of the same batch in front.</summary>
    private static void Trusted(BatchNode node)
    {
        bool inFront = Enumerable.Range(0, node.Node.Inputs.Length).Any(i => node.In(i) is { Axis: 0, IsPure: true })
            || node.Node.Subgraphs.Any();
        if (!inFront)
        {
            node.Stop("it is not known what it does with the batch");
            return;
        }

        for (int i = 0; i < node.Node.Outputs.Length; i++)
        {
            if (node.OutShape(i) is not { } shape || (shape.Rank > 0 && (!shape[0].IsKnown || shape[0].Size == node.FrozenSize)))
            {
                node.Set(i, new BatchAxis(0));
            }
        }
    }
}

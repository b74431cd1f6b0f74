namespace Unmask.Graphs;

/// <summary>States the outputs' types of one node from those of its inputs.</summary>
internal delegate void ShapeRule(ShapeContext node);

/// <summary>The shape rules by operator. To add an operator is to add a row in the file of its family.</summary>
internal sealed class ShapeTable
{
    // By «domain:operator»; the standard domain is empty.
    private readonly Dictionary<string, ShapeRule> _rules = new(StringComparer.Ordinal);

    private ShapeTable()
    {
    }

    /// <summary>The rules of all operators that are known.</summary>
    public static ShapeTable Standard { get; } = Build();

    /// <summary>The operators that have a rule, each as «domain:operator».</summary>
    public IEnumerable<string> Operators => _rules.Keys;

    public ShapeRule? Find(Node node) => _rules.GetValueOrDefault($"{(node.Domain == "ai.onnx" ? "" : node.Domain)}:{node.OpType}");

    /// <summary>Gives operators of the standard domain, separated by spaces, a rule.</summary>
    public ShapeTable Add(ShapeRule rule, string operators) => AddIn("", rule, operators);

    /// <summary>Gives operators of a domain, separated by spaces, a rule.</summary>
    public ShapeTable AddIn(string domain, ShapeRule rule, string operators)
    {
        foreach (string name in operators.Split(' '))
        {
            _rules.Add($"{domain}:{name}", rule);
        }

        return this;
    }

    private static ShapeTable Build()
    {
        var table = new ShapeTable();
        Action<ShapeTable>[] families =
        [
            ElementwiseShapes.AddTo,
            MatrixShapes.AddTo,
            ConvolutionShapes.AddTo,
            PoolingShapes.AddTo,
            NormalizationShapes.AddTo,
            ReductionShapes.AddTo,
            ReshapingShapes.AddTo,
            JoiningShapes.AddTo,
            SlicingShapes.AddTo,
            CreationShapes.AddTo,
            IndexingShapes.AddTo,
            ResizeShapes.AddTo,
            RecurrentShapes.AddTo,
            QuantizationShapes.AddTo,
            EinsumShapes.AddTo,
            ControlFlowShapes.AddTo,
            SequenceShapes.AddTo,
            AttentionShapes.AddTo,
            LossShapes.AddTo,
            SpectralShapes.AddTo,
            MicrosoftShapes.AddTo,
            ClassicalShapes.AddTo,
        ];
        foreach (var addTo in families)
        {
            addTo(table);
        }

        return table;
    }
}

namespace Unmask.Graphs;

/// <summary>What a recogniser asks of a graph: who made a value, which numbers are constants, what a product is made of.</summary>
internal sealed class PatternScope(Graph graph)
{
    private readonly IReadOnlyDictionary<string, Node> _producers = graph.Producers();

    /// <summary>The node that made a value, if it is this operator.</summary>
    public Node? Made(string value, string opType) => _producers.GetValueOrDefault(value) is { } node && node.Is(opType) ? node : null;

    /// <summary>A constant scalar.</summary>
    public double? Number(string value) => ConstantOf(value) is { Count: 1 } constant ? constant.Type switch
    {
        ElementType.Float32 => constant.AsSpan<float>()[0],
        ElementType.Float64 => constant.AsSpan<double>()[0],
        ElementType.Float16 => (double)constant.AsSpan<Half>()[0],
        ElementType.Int64 => constant.AsSpan<long>()[0],
        _ => null,
    }

    : null;

    /// <summary>A constant, whether it is an initialiser or made by a Constant node.</summary>
    public TensorData? ConstantOf(string value) => graph.Constants.GetValueOrDefault(value)
        ?? (Made(value, "Constant")?.Attributes.GetValueOrDefault("value") as NodeAttribute.Tensor)?.Value;

    /// <summary>The operand of a sum or product that is not a number, and the number.</summary>
    public (string Value, double Number)? WithNumber(Node? node) =>
        node is null ? null
        : Number(node.Inputs[1]) is { } right ? (node.Inputs[0], right)
        : Number(node.Inputs[0]) is { } left ? (node.Inputs[1], left)
        : null;

    /// <summary>A product taken apart: a number, and the factors that are not numbers. Quotients by a number and whole powers are products, too.</summary>
    public (double Number, List<string> Factors) Product(string value)
    {
        var factors = new List<string>();
        double number = 1;
        Collect(value);
        return (number, factors);

        void Collect(string factor)
        {
            if (Number(factor) is { } constant)
            {
                number *= constant;
            }
            else if (Made(factor, "Mul") is { } product)
            {
                Collect(product.Inputs[0]);
                Collect(product.Inputs[1]);
            }
            else if (Made(factor, "Div") is { } quotient && Number(quotient.Inputs[1]) is { } divisor)
            {
                number /= divisor;
                Collect(quotient.Inputs[0]);
            }
            else if (Made(factor, "Pow") is { } power && Number(power.Inputs[1]) is 2 or 3)
            {
                factors.AddRange(Enumerable.Repeat(power.Inputs[0], (int)Number(power.Inputs[1]).GetValueOrDefault()));
            }
            else
            {
                factors.Add(factor);
            }
        }
    }

    /// <summary>Whether two numbers are the same up to the rounding of 32-bit floats.</summary>
    public static bool Near(double one, double other) => Math.Abs(one - other) <= 1e-5 * Math.Abs(other);
}

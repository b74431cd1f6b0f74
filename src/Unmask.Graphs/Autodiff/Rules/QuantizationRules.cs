namespace Unmask.Graphs;

/// <summary>
/// Quantised models: straight through rounding, and nothing where a value was clipped to the range of its type. Multipliers on the integers
/// between the two operators are in units of the real values.
/// </summary>
internal static class QuantizationRules
{
    public static void AddTo(RuleTable table)
    {
        table.Add(RuleKind.Unary, "DequantizeLinear", b => b.Flow(0, static b => b.Dy()));
        table.AddThroughIntegers("QuantizeLinear", b => b.Flow(0, Quantize));
    }

    // y = clip(round(x/s) + z): the multiplier passes where round(x/s) + z is within the type's range.
    private static Expression Quantize(Backward b)
    {
        var (lowest, highest) = Range(b);
        var element = b.X(0).Element;
        var scale = Along(b, b.X(1)).Cast(element);
        var level = Expression.Emit("Round", b.X(0) / scale);
        level = b.Has(2) ? level + Along(b, b.X(2)).Cast(element) : level;
        return b.Dy().Where((level >= lowest) & (level <= highest));
    }

    private static (double Lowest, double Highest) Range(Backward b) => b.Y().Element switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        ElementType.Int32 => (int.MinValue, int.MaxValue),
        var other => throw b.Refuse($"No derivative for {{op}} to {other}"),
    };

    private static Expression Along(Backward b, Expression parameter)
    {
        if (parameter.Rank != 1 || parameter.Shape?[0].Size == 1)
        {
            return parameter;
        }

        int rank = b.RankOf(0), axis = b.Axis(1, rank);
        return parameter.Reshape([-1, .. Enumerable.Repeat(1L, rank - 1 - axis)]);
    }
}

namespace Unmask.Graphs;

/// <summary>Turns axes into expressions and back. An axis whose size is an expression is named by the expression's text.</summary>
internal sealed class SymbolTable
{
    private const int LongestName = 60;

    private readonly Dictionary<string, SizeExpression> _expressions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shortened = new(StringComparer.Ordinal);

    /// <summary>The size of an axis; <c>null</c> when it has neither a known size nor a name.</summary>
    public SizeExpression? SizeOf(Dimension axis) => axis switch
    {
        { Size: { } known } => SizeExpression.Of(known),
        { Symbol: { } symbol } => _expressions.GetValueOrDefault(symbol) ?? SizeExpression.Named(symbol),
        _ => null,
    };

    /// <summary>The axis of a size. A size that is negative whatever the symbols are is nothing that can be claimed: it gives an unknown axis.</summary>
    public Dimension AxisOf(SizeExpression? size)
    {
        if (size is null || size.Constant < 0)
        {
            return Dimension.Unknown;
        }

        if (size.Constant is { } known)
        {
            return Dimension.Of(known);
        }

        string name = NameOf(size.ToString());
        _expressions[name] = size;
        return Dimension.Named(name);
    }

    /// <summary>Whether a name is an expression in other symbols, so that it means something else when one of them is replaced.</summary>
    public static bool IsExpression(string name) => name.AsSpan().IndexOfAny("*+-/ (#") >= 0;

    /// <summary>The number of elements of these axes; <c>null</c> when one is unknown.</summary>
    public SizeExpression? Product(params ReadOnlySpan<Dimension> axes)
    {
        SizeExpression product = 1;
        long known = 1;
        foreach (var axis in axes)
        {
            if (axis.Size is { } number)
            {
                known = checked(known * number);
            }
            else if (SizeOf(axis) is { } size)
            {
                product *= size;
            }
            else
            {
                return null;
            }
        }

        return product * known;
    }

    private string NameOf(string text)
    {
        if (text.Length <= LongestName)
        {
            return text;
        }

        if (!_shortened.TryGetValue(text, out string? name))
        {
            name = $"size#{_shortened.Count + 1}";
            _shortened[text] = name;
        }

        return name;
    }
}

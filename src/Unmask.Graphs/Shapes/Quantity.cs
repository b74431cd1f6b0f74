namespace Unmask.Graphs;

/// <summary>
/// One element of a tensor, as far as it is known before the run: a whole number, perhaps symbolic; a number with a fraction; or unknown
/// (the default). Truth values are 0 and 1.
/// </summary>
internal readonly record struct Quantity
{
    // Whole floats beyond this are not exact, hence not counted as whole.
    private const double LargestExact = 1L << 53;

    private Quantity(SizeExpression? whole, double? real)
    {
        Whole = whole;
        Real = real;
    }

    public static Quantity Unknown => default;

    /// <summary>The whole number; <c>null</c> when it is not one, or unknown.</summary>
    public SizeExpression? Whole { get; }

    /// <summary>A number that is not whole (infinities and NaN included); <c>null</c> when it is whole or unknown.</summary>
    public double? Real { get; }

    public bool IsKnown => Whole is not null || Real is not null;

    /// <summary>The value as a number; <c>null</c> when it is symbolic or unknown.</summary>
    public double? Number => Real ?? Whole?.Constant;

    /// <summary>The value as an integer; <c>null</c> when it is symbolic, unknown or not whole.</summary>
    public long? Integer => Whole?.Constant;

    public static Quantity Of(SizeExpression? whole) => new(whole, null);

    public static Quantity Of(long value) => new(SizeExpression.Of(value), null);

    public static Quantity Of(bool value) => Of(value ? 1L : 0L);

    public static Quantity Of(double value) => Math.Abs(value) < LargestExact && value == Math.Floor(value) ? Of((long)value) : new(null, value);

    /// <summary>The value as a tensor of this element type holds it: rounded, truncated or unknown where it does not fit.</summary>
    public Quantity As(ElementType type)
    {
        if (type == ElementType.Bool)
        {
            return Number is { } truth ? Of(truth != 0) : Unknown;
        }

        if (!type.IsFloat())
        {
            var whole = Real is { } real ? Truncated(real) : this;
            return whole.Integer is { } integer && !Fits(integer, type) ? Unknown : whole;
        }

        return Number switch
        {
            null => this,
            { } number => type switch
            {
                ElementType.Float64 => Of(number),
                ElementType.Float32 => Of((float)number),
                ElementType.Float16 => Of((double)(Half)number),
                _ => Unknown,
            },
        };
    }

    private static bool Fits(long value, ElementType type) => type switch
    {
        ElementType.Int32 => value is >= int.MinValue and <= int.MaxValue,
        ElementType.UInt32 => value is >= 0 and <= uint.MaxValue,
        ElementType.Int16 => value is >= short.MinValue and <= short.MaxValue,
        ElementType.UInt16 => value is >= 0 and <= ushort.MaxValue,
        ElementType.Int8 => value is >= sbyte.MinValue and <= sbyte.MaxValue,
        ElementType.UInt8 => value is >= 0 and <= byte.MaxValue,
        ElementType.UInt64 => value >= 0,
        ElementType.Int64 => true,
        _ => false,
    };

    private static Quantity Truncated(double real) => Math.Abs(real) < LargestExact ? Of((long)real) : Unknown;
}

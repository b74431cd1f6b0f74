using System.Collections.Immutable;
using System.Numerics;

namespace Unmask;

/// <summary>What a property accepts, as an expression: <c>init => field = Require.Positive(value);</c>. Each returns the value, or throws <see cref="ArgumentOutOfRangeException"/> about <c>value</c>.</summary>
internal static class Require
{
    /// <summary>Above 0.</summary>
    public static T Positive<T>(T value)
        where T : INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }

    /// <summary>Above 0, at most a limit.</summary>
    public static T PositiveUpTo<T>(T value, T most)
        where T : INumberBase<T>, IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return Positive(value);
    }

    /// <summary>0 or more.</summary>
    public static T NotNegative<T>(T value)
        where T : INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }

    /// <summary>0 or more, below a limit.</summary>
    public static T NotNegativeBelow<T>(T value, T limit)
        where T : INumberBase<T>, IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, limit);
        return NotNegative(value);
    }

    /// <summary>0 to 1.</summary>
    public static T Share<T>(T value)
        where T : INumberBase<T>, IComparable<T> => Between(value, T.Zero, T.One);

    /// <summary>At least so much.</summary>
    public static T AtLeast<T>(T value, T least)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }

    /// <summary>At least so much, at most so much.</summary>
    public static T Between<T>(T value, T least, T most)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return AtLeast(value, least);
    }

    /// <summary>One or more of them.</summary>
    public static ImmutableArray<T> Some<T>(ImmutableArray<T> value)
    {
        ArgumentOutOfRangeException.ThrowIfZero(value.Length, nameof(value));
        return value;
    }
}

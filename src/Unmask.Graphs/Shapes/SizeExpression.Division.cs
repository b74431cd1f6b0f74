using System.Collections.Immutable;
using System.Numerics;

namespace Unmask.Graphs;

/// <content>Division: exact, rounded down, and rounded towards 0.</content>
internal sealed partial class SizeExpression
{
    /// <summary>The quotient, if the division leaves no remainder whatever the symbols are; else <c>null</c>.</summary>
    public SizeExpression? DivideExactly(SizeExpression divisor)
    {
        if (divisor._terms.IsEmpty)
        {
            return null;
        }

        if (Constant is { } dividend && divisor.Constant is { } number)
        {
            return dividend % number == 0 ? dividend / number : null;
        }

        var quotient = Of(0);
        var rest = this;
        while (!rest._terms.IsEmpty)
        {
            if (DivideTerm(rest._terms[0], divisor._terms[0]) is not { } term)
            {
                return null;
            }

            var part = new SizeExpression([term]);
            quotient += part;
            rest -= part * divisor;
        }

        return quotient;
    }

    /// <summary>The quotient rounded down.</summary>
    /// <param name="divisor">At least 1.</param>
    public SizeExpression FloorDivide(long divisor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(divisor, 1);
        if (Constant is { } number)
        {
            return FloorOf(number, divisor);
        }

        // floor((s*q + r)/s) = q + floor(r/s): whole multiples leave the quotient, what stays has coefficients in [0, s).
        var whole = Collect(_terms.Select(term => term with { Coefficient = FloorOf(term.Coefficient, divisor) }));
        var rest = this - (whole * divisor);
        return whole + rest.FloorOfReduced(divisor);
    }

    /// <summary>The quotient rounded up.</summary>
    /// <param name="divisor">At least 1.</param>
    public SizeExpression CeilingDivide(long divisor) => (this + (divisor - 1)).FloorDivide(divisor);

    /// <summary>The quotient rounded towards 0, as the integer division of ONNX; <c>null</c> for a divisor that is symbolic or 0.</summary>
    public SizeExpression? TruncatingDivide(SizeExpression divisor)
    {
        if (DivideExactly(divisor) is { } exact)
        {
            return exact;
        }

        if (divisor.Constant is not { } number || number == 0)
        {
            return null;
        }

        if (Constant is { } known)
        {
            return known / number;
        }

        return number < 0 ? (this * -1).TruncatingDivide(-number)
            : LowerBound() >= 0 ? FloorDivide(number)
            : Fraction(this, number, truncated: true);
    }

    private static Term? DivideTerm(Term dividend, Term divisor)
    {
        var factors = dividend.Factors;
        foreach (var factor in divisor.Factors)
        {
            int at = factors.IndexOf(factor);
            if (at < 0)
            {
                return null;
            }

            factors = factors.RemoveAt(at);
        }

        return dividend.Coefficient % divisor.Coefficient == 0 ? new Term(factors, dividend.Coefficient / divisor.Coefficient) : null;
    }

    private static long FloorOf(long dividend, long divisor) =>
        (dividend / divisor) - (dividend % divisor < 0 ? 1 : 0);

    private static SizeExpression Fraction(SizeExpression numerator, long divisor, bool truncated)
    {
        string name = $"{(truncated ? "trunc" : "floor")}({(numerator._terms.Length > 1 ? $"({numerator})" : numerator)}/{divisor})";
        return new([new Term([new Factor(name, new Quotient(numerator, divisor, truncated))], 1)]);
    }

    /// <summary>floor(this/divisor) where every coefficient is in [0, divisor).</summary>
    private SizeExpression FloorOfReduced(long divisor)
    {
        if (Constant is not null)
        {
            return 0;
        }

        // floor((g*p + c)/(g*s)) = floor((p + floor(c/g))/s)
        var unknowns = _terms.Where(term => !term.Factors.IsEmpty).ToImmutableArray();
        long common = unknowns.Aggregate(divisor, (gcd, term) => (long)BigInteger.GreatestCommonDivisor(gcd, term.Coefficient));
        long constant = _terms.Where(term => term.Factors.IsEmpty).Sum(term => term.Coefficient);
        var numerator = new SizeExpression([.. unknowns.Select(term => term with { Coefficient = term.Coefficient / common })]) + (constant / common);
        divisor /= common;
        if (divisor == 1)
        {
            return numerator;
        }

        // floor((floor(p/a) + c)/s) = floor((p + a*c)/(a*s)): sizes stay readable however many strides a network has.
        return unknowns is [{ Factors: [{ Quotient: { Truncated: false } inner }] }] && numerator._terms[0].Coefficient == 1
            ? (inner.Numerator + (inner.Divisor * (constant / common))).FloorDivide(checked(inner.Divisor * divisor))
            : Fraction(numerator, divisor, truncated: false);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Unmask.Graphs;

/// <summary>
/// An integer that is known up to the sizes of named axes: a polynomial with integer coefficients, for instance <c>2*N + 1</c>, whose
/// unknowns are symbols and quotients such as <c>floor((H + 1)/2)</c>. Kept canonical, so that equal texts mean equal numbers.
/// </summary>
internal sealed partial class SizeExpression : IEquatable<SizeExpression>
{
    // Highest degree first, then alphabetical (graded lexicographic: an order that survives multiplication, which exact division needs).
    private readonly ImmutableArray<Term> _terms;
    private string? _text;

    private SizeExpression(ImmutableArray<Term> terms) => _terms = terms;

    /// <summary>The number, when no unknown is left in it.</summary>
    public long? Constant => _terms.Length switch
    {
        0 => 0,
        1 when _terms[0].Factors.IsEmpty => _terms[0].Coefficient,
        _ => null,
    };

    public static SizeExpression Of(long value) => new(value == 0 ? [] : [new Term([], value)]);

    public static SizeExpression Named(string symbol) => new([new Term([new Factor(symbol)], 1)]);

    public static SizeExpression operator +(SizeExpression a, SizeExpression b) =>
        a.Constant is { } left && b.Constant is { } right ? Of(checked(left + right)) : Collect(a._terms.Concat(b._terms));

    public static SizeExpression operator -(SizeExpression a, SizeExpression b) => a + (b * -1);

    public static SizeExpression operator *(SizeExpression a, SizeExpression b) =>
        a.Constant is { } left && b.Constant is { } right ? Of(checked(left * right))
        : a.Constant == 1 ? b
        : b.Constant == 1 ? a
        : Collect(a._terms.SelectMany(left => b._terms.Select(right => left.Times(right))));

    public static implicit operator SizeExpression(long value) => Of(value);

    /// <summary>
    /// A number that the value cannot be below, given that no symbol is below <paramref name="symbolMinimum"/> (0 or 1);
    /// <c>null</c> when there is no such bound.
    /// </summary>
    public long? LowerBound(long symbolMinimum = 0)
    {
        long bound = 0;
        foreach (var term in _terms)
        {
            if (term.Factors.IsEmpty)
            {
                bound = checked(bound + term.Coefficient);
            }
            else if (term.Coefficient < 0 || term.Factors.Any(factor => factor.Quotient is { Numerator: var inner } && inner.LowerBound() is null or < 0))
            {
                return null;
            }
            else if (term.Factors.All(factor => factor.Quotient is null))
            {
                bound = checked(bound + (term.Coefficient * symbolMinimum));
            }
        }

        return bound;
    }

    /// <inheritdoc/>
    public bool Equals(SizeExpression? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SizeExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>For instance <c>64*N*L - 1</c>.</summary>
    public override string ToString() => _text ??= Print();

    private static SizeExpression Collect(IEnumerable<Term> terms)
    {
        var sums = new SortedDictionary<ImmutableArray<Factor>, long>(FactorOrder.Instance);
        foreach (var (factors, coefficient) in terms)
        {
            sums[factors] = checked(sums.GetValueOrDefault(factors) + coefficient);
        }

        return new([.. sums.Where(sum => sum.Value != 0).Select(sum => new Term(sum.Key, sum.Value))]);
    }

    private string Print()
    {
        if (_terms.IsEmpty)
        {
            return "0";
        }

        var text = new StringBuilder();
        foreach (var term in _terms)
        {
            string sign = term.Coefficient < 0 ? "-" : "+";
            text.Append(text.Length > 0 ? $" {sign} " : term.Coefficient < 0 ? "-" : "").Append(term.Magnitude());
        }

        return text.ToString();
    }

    /// <summary>The quotient of an expression by a number, rounded down, or towards 0 as integer division in ONNX does.</summary>
    private sealed record Quotient(SizeExpression Numerator, long Divisor, bool Truncated);

    /// <summary>An unknown: a symbol, or a quotient that does not simplify.</summary>
    private sealed record Factor(string Name, Quotient? Quotient = null);

    /// <summary>A product of unknowns (sorted by name; none for the constant term) with its coefficient, never 0.</summary>
    private readonly record struct Term(ImmutableArray<Factor> Factors, long Coefficient)
    {
        public Term Times(Term other) =>
            new([.. Factors.Concat(other.Factors).OrderBy(factor => factor.Name, StringComparer.Ordinal)], checked(Coefficient * other.Coefficient));

        public string Magnitude()
        {
            string product = string.Join('*', Factors.Select(factor => factor.Name));
            string number = Coefficient.ToString(CultureInfo.InvariantCulture).TrimStart('-');
            return Factors.IsEmpty ? number : number == "1" ? product : $"{number}*{product}";
        }
    }

    private sealed class FactorOrder : IComparer<ImmutableArray<Factor>>
    {
        public static FactorOrder Instance { get; } = new();

        public int Compare(ImmutableArray<Factor> x, ImmutableArray<Factor> y)
        {
            if (x.Length != y.Length)
            {
                return y.Length.CompareTo(x.Length);
            }

            int difference = 0;
            for (int i = 0; i < x.Length && difference == 0; i++)
            {
                difference = string.CompareOrdinal(x[i].Name, y[i].Name);
            }

            return difference;
        }
    }
}

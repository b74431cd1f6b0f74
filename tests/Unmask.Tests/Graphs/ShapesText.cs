using System.Globalization;

namespace Unmask.Tests.Graphs;

/// <summary>Evaluates the text of an expression, independently of how it was made.</summary>
internal sealed class ShapesText
{
    private readonly string _text;
    private readonly IReadOnlyDictionary<string, long> _symbols;
    private int _at;

    private ShapesText(string text, IReadOnlyDictionary<string, long> symbols)
    {
        _text = text;
        _symbols = symbols;
    }

    /// <summary>The number that an expression has for these sizes of its symbols.</summary>
    public static long Evaluate(string text, IReadOnlyDictionary<string, long> symbols)
    {
        var reader = new ShapesText(text, symbols);
        long value = reader.Sum();
        return reader._at == text.Length ? value : throw new FormatException($"\"{text}\" is no expression in the symbols {string.Join(", ", symbols.Keys)}");
    }

    private long Sum()
    {
        long value = 0;
        long sign = Take("-") ? -1 : 1;
        do
        {
            value += sign * Product();
            sign = Take(" + ") ? 1 : Take(" - ") ? -1 : 0;
        }
        while (sign != 0);
        return value;
    }

    private long Product()
    {
        long value = Atom();
        while (Take("*"))
        {
            value *= Atom();
        }

        return value;
    }

    private long Atom()
    {
        bool floor = Take("floor(");
        if (floor || Take("trunc("))
        {
            return Quotient(floor);
        }

        int start = _at;
        while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at]))
        {
            _at++;
        }

        string word = _text[start.._at];
        return _symbols.TryGetValue(word, out long known) ? known : long.Parse(word, CultureInfo.InvariantCulture);
    }

    private long Quotient(bool floor)
    {
        bool bracket = Take("(");
        long numerator = Sum();
        Assert.Equal(bracket, bracket && Take(")"));
        Assert.True(Take("/"));
        long divisor = Atom();
        Assert.True(Take(")"));
        return floor ? (long)Math.Floor((decimal)numerator / divisor) : numerator / divisor;
    }

    private bool Take(string expected)
    {
        bool found = _text.AsSpan(_at).StartsWith(expected, StringComparison.Ordinal);
        _at += found ? expected.Length : 0;
        return found;
    }
}

using System.Globalization;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Whose attention is read: which query of the last attention stands for the score.</summary>
public sealed class TokenRow
{
    private readonly int? _index;

    private TokenRow(string name, int? index) => (Name, _index) = (name, index);

    /// <summary>
    /// Those queries that the score depends on, seen from the multipliers of the last attention: the class token alone, the last token of a language
    /// model, or all tokens where a model averages them. Of several the mean is taken.
    /// </summary>
    public static TokenRow Found { get; } = new("auto", null);

    /// <summary>The mean over all queries.</summary>
    public static TokenRow Mean { get; } = new("mean", null);

    /// <summary>How the row is written in options and results; <see cref="Parse"/> understands it.</summary>
    public string Name { get; }

    /// <summary>One query, counted from 0.</summary>
    public static TokenRow At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(index.ToString(CultureInfo.InvariantCulture), index);
    }

    /// <summary>Reads <c>auto</c>, <c>mean</c> or a number from 0.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static TokenRow Parse(string text) => text switch
    {
        "auto" => Found,
        "mean" => Mean,
        _ => At(int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)),
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The share of each query of the last attention.</summary>
    internal ReadRows In(AttentionMap last)
    {
        if (_index is { } index)
        {
            return index < last.Queries ? ReadRows.Of(last.Queries, [index], $"The row of token {index} was read, as asked.")
                : throw new UnmaskException($"Row {index} was asked for, but the last attention \"{last.Name}\" has {last.Queries} queries, counted from 0.");
        }

        int[] all = [.. Enumerable.Range(0, last.Queries)];
        return this == Mean ? ReadRows.Of(last.Queries, all, $"The mean of the rows of all {last.Queries} tokens was read, as asked.") : ReadRows.Found(last, [.. all.Where(last.Reaches)]);
    }
}

/// <summary>The share of each query, and how it came about.</summary>
/// <param name="Weights">One a query; they sum to 1.</param>
/// <param name="Note">A whole sentence.</param>
internal sealed record ReadRows(double[] Weights, string Note)
{
    private const int MostNamed = 4;

    public static ReadRows Of(int queries, int[] rows, string note)
    {
        double[] weights = new double[queries];
        foreach (int row in rows)
        {
            weights[row] = 1.0 / rows.Length;
        }

        return new(weights, note);
    }

    public static ReadRows Found(AttentionMap last, int[] rows) => rows switch
    {
        [] => Of(last.Queries, [.. Enumerable.Range(0, last.Queries)], $"The score does not change with any of the {last.Queries} tokens of the last attention; the mean of their rows was read."),
        [var only] => Of(last.Queries, rows, $"The row of token {only} (of {last.Queries}, counted from 0) was read: of the queries of the last attention only this one reaches the score."),
        _ when rows.Length == last.Queries => Of(last.Queries, rows, $"No class token: all {last.Queries} queries of the last attention reach the score, and the mean of their rows was read."),
        _ => Of(last.Queries, rows, $"{rows.Length} of the {last.Queries} queries of the last attention reach the score ({string.Join(", ", rows.Take(MostNamed))}{(rows.Length > MostNamed ? ", …" : "")}, counted from 0); the mean of their rows was read."),
    };
}

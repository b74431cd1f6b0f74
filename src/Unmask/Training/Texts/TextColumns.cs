using System.Globalization;

namespace Unmask.Training;

/// <summary>Which column of a table holds the label, and which the text.</summary>
/// <param name="Label">The label's, from 0.</param>
/// <param name="Text">The text's, from 0.</param>
/// <param name="HasHeader">Whether the first row names the columns.</param>
internal sealed record TextColumns(int Label, int Text, bool HasHeader)
{
    /// <summary>Names that are understood without being told, the likelier first.</summary>
    public static readonly string[] LabelNames = ["label", "class", "category", "sentiment", "target", "y"];

    /// <summary>Names that are understood without being told, the likelier first.</summary>
    public static readonly string[] TextNames = ["text", "review", "sentence", "content", "document", "body", "message", "comment"];

    /// <summary>Finds the columns.</summary>
    /// <param name="place">For messages: the file.</param>
    /// <param name="rows">The first rows.</param>
    /// <param name="asked">Names or numbers (from 1) of both; <c>null</c>: by the names of the first row, else of two columns the one with longer cells is the text.</param>
    /// <exception cref="UnmaskException">They cannot be told.</exception>
    public static TextColumns Of(string place, IReadOnlyList<string[]> rows, (string Label, string Text)? asked)
    {
        string[] first = [.. rows[0].Select(cell => cell.Trim())];
        if (asked is var (label, text))
        {
            var (ofLabel, ofText) = (Asked(place, first, label), Asked(place, first, text));
            return new(ofLabel.Column, ofText.Column, ofLabel.Named || ofText.Named);
        }

        int labels = Named(first, LabelNames), texts = Named(first, TextNames);
        if (labels >= 0 && texts >= 0)
        {
            return new(labels, texts, HasHeader: true);
        }

        if (first.Length != 2)
        {
            throw new UnmaskException($"{place} does not say which of its {first.Length} columns is the label and which the text. Its first row is: {Shown(first)}. Name them with --columns LABEL,TEXT (names, or numbers from 1).");
        }

        double[] lengths = [.. Enumerable.Range(0, 2).Select(column => rows.Where(row => row.Length == 2).Average(row => row[column].Length))];
        return lengths[0] < lengths[1] ? new(0, 1, HasHeader: false) : new(1, 0, HasHeader: false);
    }

    /// <summary>The first of some names that a row has; below 0: none.</summary>
    public static int Named(string[] row, string[] names) =>
        names.Select(name => Array.FindIndex(row, cell => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(at => at >= 0, -1);

    private static (int Column, bool Named) Asked(string place, string[] first, string column)
    {
        int named = Array.FindIndex(first, cell => string.Equals(cell, column, StringComparison.OrdinalIgnoreCase));
        if (named >= 0)
        {
            return (named, true);
        }

        return int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= first.Length
            ? (number - 1, false)
            : throw new UnmaskException($"{place} has no column \"{column}\". Its first row is: {Shown(first)}.");
    }

    private static string Shown(string[] cells) => string.Join(" | ", cells.Select(cell => cell.Length > 30 ? cell[..30] + "…" : cell));
}

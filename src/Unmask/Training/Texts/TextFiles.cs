using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Unmask.Training;

/// <summary>Reads labelled texts out of a table or of lines of JSON, as they come: a file in .gz is not unpacked first.</summary>
internal static class TextFiles
{
    // Enough to tell which of two columns is the longer.
    private const int RowsThatSettleColumns = 100;

    private static readonly string[] Forms = [".tsv", ".csv", ".jsonl"];

    /// <summary>Whether a name is that of such a file: .tsv, .csv or .jsonl, also with .gz behind it.</summary>
    public static bool IsName(string path) => FormOf(path) is not null;

    /// <summary>Reads the records.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which columns or properties; <c>null</c>: those with the usual names.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnmaskException">It is empty, its archive is damaged, or it does not say which column is which.</exception>
    public static IEnumerable<TextRecord> Read(string path, (string Label, string Text)? columns)
    {
        using var reader = Open(path);
        var records = FormOf(path) switch
        {
            ".jsonl" => Lines(path, reader, columns),
            ".csv" => Rows(path, DelimitedRows.Read(reader, ',', quotes: true), columns),
            _ => Rows(path, DelimitedRows.Read(reader, '\t', quotes: false), columns),
        };
        using var each = records.GetEnumerator();
        while (Next(path, each))
        {
            yield return each.Current;
        }
    }

    private static string? FormOf(string path)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Array.Find(Forms, form => name.EndsWith(form, StringComparison.OrdinalIgnoreCase));
    }

    private static StreamReader Open(string path)
    {
        var file = File.OpenRead(path);
        return new(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8);
    }

    private static bool Next(string path, IEnumerator<TextRecord> records)
    {
        try
        {
            return records.MoveNext();
        }
        catch (InvalidDataException problem)
        {
            throw new UnmaskException($"{path} is damaged: {problem.Message.TrimEnd('.')}. Fetch or pack it again.", problem);
        }
    }

    private static IEnumerable<TextRecord> Rows(string path, IEnumerable<(int Line, string[] Cells)> rows, (string Label, string Text)? asked)
    {
        using var rest = rows.GetEnumerator();
        List<(int Line, string[] Cells)> first = [];
        while (first.Count < RowsThatSettleColumns && rest.MoveNext())
        {
            first.Add(rest.Current);
        }

        if (first.Count == 0)
        {
            yield break;
        }

        var columns = TextColumns.Of(path, [.. first.Select(row => row.Cells)], asked);
        int count = first[0].Cells.Length;
        foreach (var row in first.Skip(columns.HasHeader ? 1 : 0))
        {
            yield return Record(path, row, columns, count);
        }

        while (rest.MoveNext())
        {
            yield return Record(path, rest.Current, columns, count);
        }
    }

    private static TextRecord Record(string path, (int Line, string[] Cells) row, TextColumns columns, int count)
    {
        string place = $"{path}, line {row.Line}";
        return row.Cells.Length == count
            ? TextRecord.Of(place, row.Cells[columns.Label], row.Cells[columns.Text])
            : TextRecord.Bad(place, $"it has {row.Cells.Length} cells, the first line {count}");
    }

    private static IEnumerable<TextRecord> Lines(string path, TextReader reader, (string Label, string Text)? columns)
    {
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length > 0)
            {
                yield return Object($"{path}, line {number}", line, columns);
            }
        }
    }

    private static TextRecord Object(string place, string line, (string Label, string Text)? columns)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            string[] names = [.. document.RootElement.EnumerateObject().Select(property => property.Name)];
            int label = TextColumns.Named(names, columns is var (l, _) ? [l] : TextColumns.LabelNames), text = TextColumns.Named(names, columns is var (_, t) ? [t] : TextColumns.TextNames);
            return label >= 0 && text >= 0
                ? TextRecord.Of(place, document.RootElement.GetProperty(names[label]).ToString(), document.RootElement.GetProperty(names[text]).ToString())
                : TextRecord.Bad(place, $"it has no property {(label < 0 ? "label" : "text")}; it has {string.Join(", ", names)}");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return TextRecord.Bad(place, "it is no JSON object");
        }
    }
}

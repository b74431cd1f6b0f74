using System.Text;

namespace Unmask.Training;

/// <summary>Rows of cells out of a text, one at a time. In quotes, where the form has them, separators and line ends are characters, and two quotes are one.</summary>
internal static class DelimitedRows
{
    private const int End = -1;

    /// <summary>Reads the rows; empty lines are none.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="separator">What stands between cells.</param>
    /// <param name="quotes">Whether a cell may be quoted: in .csv it may, in .tsv a quote is a character like any other.</param>
    /// <returns>Each row with the number of its first line, from 1.</returns>
    public static IEnumerable<(int Line, string[] Cells)> Read(TextReader reader, char separator, bool quotes)
    {
        int line = 1, lines = 0;
        while (reader.Peek() != End)
        {
            string[] cells = Row(reader, separator, quotes, ref lines);
            if (cells is not [""])
            {
                yield return (line, cells);
            }

            line = lines + 1;
        }
    }

    private static string[] Row(TextReader reader, char separator, bool quotes, ref int lines)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        bool quoted = false;
        for (int next = reader.Read(); next != End; next = reader.Read())
        {
            char letter = (char)next;
            if (letter == '\n')
            {
                lines++;
            }

            if (quotes && letter == '"' && (quoted || cell.Length == 0))
            {
                // A second quote is one that is meant; another ends the quoted part.
                if (quoted && reader.Peek() == '"')
                {
                    cell.Append((char)reader.Read());
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (letter == separator && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (letter == '\n' && !quoted)
            {
                break;
            }
            else
            {
                cell.Append(letter);
            }
        }

        return [.. cells, cell.ToString().TrimEnd('\r')];
    }
}

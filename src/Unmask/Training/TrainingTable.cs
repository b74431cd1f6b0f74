using System.Globalization;
using System.Text;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Numbers of a .csv file: columns of features and one of what is to be predicted.</summary>
public sealed class TrainingTable
{
    private TrainingTable(string[] features, float[] values, float[] targets) => (Features, Values, Targets) = (features, values, targets);

    /// <summary>The names of the feature columns.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>The features, row by row: rows × features.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>What is to be predicted, one a row.</summary>
    public ReadOnlyMemory<float> Targets { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Targets.Length;

    /// <summary>Reads a file whose first line names the columns; cells may be quoted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column to predict.</param>
    /// <param name="features">The columns to predict it from; <c>null</c>: all others that hold numbers only.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnmaskException">A column is missing, or a cell is no number; the message says where.</exception>
    public static TrainingTable ReadCsv(string path, string target, IReadOnlyList<string>? features = null)
    {
        string[][] lines = [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Cells)];
        if (lines.Length < 2)
        {
            throw new UnmaskException($"{path} holds no rows: a line of column names and at least one of numbers are needed.");
        }

        string[] names = [.. lines[0].Select(name => name.Trim())], chosen = [.. features ?? [.. names.Where((name, column) => name != target && lines.Skip(1).All(row => NumberAt(row, column) is not null))]];
        int[] columns = [.. chosen.Append(target).Select(name => Array.IndexOf(names, name) is var at and >= 0
            ? at
            : throw new UnmaskException($"{path} has no column \"{name}\". It has: {string.Join(", ", names)}."))];
        float[][] rows = [.. lines.Skip(1).Select((cells, row) => columns.Select(column => NumberAt(cells, column)
            ?? throw new UnmaskException($"{path}, row {row + 2}: \"{names[column]}\" is no number. Leave the row or the column out.")).ToArray())];
        return new(chosen, [.. rows.SelectMany(row => row[..^1])], [.. rows.Select(row => row[^1])]);
    }

    /// <summary>The mean and standard deviation of each feature over some rows; a deviation of 0 becomes 1.</summary>
    public (float[] Mean, float[] Deviation) Scale(ReadOnlySpan<int> rows)
    {
        int count = Features.Count;
        double[] sums = new double[count], squares = new double[count];
        foreach (int row in rows)
        {
            for (int i = 0; i < count; i++)
            {
                double value = Values.Span[(row * count) + i];
                (sums[i], squares[i]) = (sums[i] + value, squares[i] + (value * value));
            }
        }

        int rowCount = rows.Length;
        double[] deviations = [.. sums.Zip(squares, (sum, square) => Math.Sqrt(Math.Max(0, (square / rowCount) - (sum / rowCount * (sum / rowCount)))))];
        return ([.. sums.Select(sum => (float)(sum / rowCount))], [.. deviations.Select(deviation => deviation > 0 ? (float)deviation : 1)]);
    }

    /// <summary>Rows to learn from, for a network with an input <c>features</c> and one output (<see cref="Networks.Mlp"/>).</summary>
    public ArrayTrainingSet ToSet(ReadOnlySpan<int> rows) => new ArrayTrainingSet(new Dictionary<string, TensorData>(StringComparer.Ordinal)
    {
        ["features"] = TensorData.Adopt(Values.ToArray(), Rows, Features.Count),
        [Objective.TargetInput] = TensorData.Adopt(Targets.ToArray(), Rows, 1),
    }).Part(rows);

    private static float? NumberAt(string[] cells, int column) =>
        column < cells.Length && float.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number) ? number : null;

    /// <summary>Cells separated by commas; in quotes a comma is a comma, and two quotes are one.</summary>
    private static string[] Cells(string line)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                if (quoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    cell.Append(line[++i]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}

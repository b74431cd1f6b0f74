namespace Unmask;

/// <summary>Values at the points of a lattice, stretched bilinearly over all elements; constant beyond the outermost points.</summary>
internal static class LatticeInterpolation
{
    public static double[] Expand(double[] values, int[] rows, int[] columns, int height, int width)
    {
        double[] expanded = new double[height * width];
        var across = Enumerable.Range(0, width).Select(x => Place(columns, x)).ToArray();
        for (int y = 0; y < height; y++)
        {
            var (row, down) = Place(rows, y);
            int below = Math.Min(row + 1, rows.Length - 1);
            for (int x = 0; x < width; x++)
            {
                var (column, right) = across[x];
                int beyond = Math.Min(column + 1, columns.Length - 1);
                double upper = Between(values[(row * columns.Length) + column], values[(row * columns.Length) + beyond], right);
                double lower = Between(values[(below * columns.Length) + column], values[(below * columns.Length) + beyond], right);
                expanded[(y * width) + x] = Between(upper, lower, down);
            }
        }

        return expanded;
    }

    private static double Between(double first, double second, double share) => first + (share * (second - first));

    private static (int Index, double Share) Place(int[] points, int element)
    {
        int index = Array.BinarySearch(points, element);
        index = index >= 0 ? index : Math.Max(0, ~index - 1);
        return index + 1 >= points.Length || element <= points[0]
            ? (Math.Min(index, points.Length - 1), 0)
            : (index, (element - points[index]) / (double)(points[index + 1] - points[index]));
    }
}

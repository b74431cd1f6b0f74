namespace Unmask.Graphs;

/// <summary>«Did you mean …?»: the names nearest to one that is not there.</summary>
public static class Suggestions
{
    /// <summary>The candidates nearest to what was asked, nearest first.</summary>
    /// <param name="asked">The name that was not found.</param>
    /// <param name="candidates">The names that there are.</param>
    /// <param name="count">How many to return at most.</param>
    /// <returns>Distinct names that share something with what was asked; empty when none does.</returns>
    public static IReadOnlyList<string> Nearest(string asked, IEnumerable<string> candidates, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(candidates);
        return [.. candidates
            .Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Score: Score(asked, name)))
            .Where(each => each.Score <= Math.Max(2, Math.Max(asked.Length, each.Name.Length) * 0.6))
            .OrderBy(each => each.Score)
            .ThenBy(each => each.Name, StringComparer.Ordinal)
            .Take(count)
            .Select(each => each.Name)];
    }

    /// <summary>
    /// The number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string alignment).
    /// Letters are compared without regard to case.
    /// </summary>
    public static int Distance(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var (beforeLast, last, current) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (int j = 0; j <= other.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = last[j - 1] + (Same(one[i - 1], other[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(last[j], current[j - 1]));
                if (i > 1 && j > 1 && Same(one[i - 1], other[j - 2]) && Same(one[i - 2], other[j - 1]))
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[other.Length];
    }

    /// <summary>The distance, except that a name which contains what was asked (or the reverse) counts as near: a prefix or an ending was left out.</summary>
    private static double Score(string asked, string name)
    {
        double distance = Distance(asked, name);
        bool contained = asked.Length > 1 && name.Length > 1
            && (name.Contains(asked, StringComparison.OrdinalIgnoreCase) || asked.Contains(name, StringComparison.OrdinalIgnoreCase));
        return contained ? Math.Min(distance, 1 + (distance / 100)) : distance;
    }

    private static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}

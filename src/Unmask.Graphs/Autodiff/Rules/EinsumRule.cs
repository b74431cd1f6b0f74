namespace Unmask.Graphs;

/// <summary>
/// Einsum: the multiplier of an operand is an Einsum of the output's multiplier and the other operands, onto the operand's own letters.
/// Letters that only the operand has were summed alone: they are repeated.
/// </summary>
internal static class EinsumRule
{
    public static void Flow(Backward b)
    {
        var (terms, output) = Parse(b);
        for (int i = 0; i < terms.Length; i++)
        {
            int operand = i;
            b.Flow(i, b => FlowTo(b, terms, output, operand));
        }
    }

    private static Expression FlowTo(Backward b, string[] terms, string output, int operand)
    {
        string own = terms[operand];
        if (own.Distinct().Count() < own.Length || terms.Concat([output]).Any(term => term.Distinct().Count() < term.Length))
        {
            throw b.Refuse($"No derivative for {{op}} with a letter repeated within one operand (\"{b.Node.Text("equation", "")}\")");
        }

        int[] others = [.. Enumerable.Range(0, terms.Length).Where(other => other != operand)];
        string elsewhere = output + string.Concat(others.Select(other => terms[other]));
        string there = string.Concat(own.Where(letter => elsewhere.Contains(letter, StringComparison.Ordinal)));
        string equation = string.Join(',', others.Select(other => terms[other]).Prepend(output)) + "->" + there;
        Expression[] operands = [b.Dy(), .. others.Select(other => b.X(other))];
        var flow = b.Emitter.Add("Einsum", operands, ("equation", equation));
        long[] missing = [.. Enumerable.Range(0, own.Length).Where(axis => !there.Contains(own[axis], StringComparison.Ordinal)).Select(axis => (long)axis)];
        flow = missing.Length == 0 ? flow : flow.Unsqueeze(missing).ExpandLike(b.X(operand));
        return Broadcast.Undo(flow, b.X(operand));
    }

    // An ellipsis is written out in letters that the equation does not use.
    private static (string[] Terms, string Output) Parse(Backward b)
    {
        string equation = b.Node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        int widest = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            widest = Math.Max(widest, terms[i].Contains('.', StringComparison.Ordinal) ? b.RankOf(i) - (terms[i].Length - 3) : 0);
        }

        string free = string.Concat(Enumerable.Range('A', 26).Concat(Enumerable.Range('a', 26)).Select(letter => (char)letter)
            .Where(letter => !equation.Contains(letter, StringComparison.Ordinal)).Take(widest));
        string output = sides.Length > 1 ? sides[1] : (widest > 0 ? "..." : "") + string.Concat(Letters(sides[0]).GroupBy(letter => letter)
            .Where(group => group.Count() == 1).Select(group => group.Key).Order());
        string[] written = [.. terms.Select((term, i) => term.Replace("...", free[^Math.Max(0, EllipsisOf(term, b, i))..], StringComparison.Ordinal))];
        return (written, output.Replace("...", free, StringComparison.Ordinal));
    }

    private static int EllipsisOf(string term, Backward b, int operand) =>
        term.Contains('.', StringComparison.Ordinal) ? b.RankOf(operand) - (term.Length - 3) : 0;

    private static IEnumerable<char> Letters(string terms) => terms.Where(char.IsAsciiLetter);
}

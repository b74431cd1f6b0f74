namespace Unmask.Graphs;

/// <summary>Einsum.</summary>
internal static class EinsumShapes
{
    public static void AddTo(ShapeTable table) => table.Add(Einsum, "Einsum");

    private static void Einsum(ShapeContext node)
    {
        string equation = node.Node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        if (terms.Length != node.Node.Inputs.Length)
        {
            throw node.Contradiction($"the equation \"{equation}\" has {terms.Length} operands, the node {node.Node.Inputs.Length}.");
        }

        var axes = new Dictionary<char, Dimension>();
        Shape? ellipsis = Shape.Scalar;
        bool hasEllipsis = false;
        for (int i = 0; i < terms.Length; i++)
        {
            bool open = terms[i].Contains("...", StringComparison.Ordinal);
            hasEllipsis |= open;
            var middle = Read(node, terms[i], i, axes);
            ellipsis = open ? Broadcasting.Of(node, ellipsis, middle) : ellipsis;
        }

        string result = sides.Length > 1 ? sides[1] : Implicit(sides[0], hasEllipsis);
        node.Set(0, node.ElementOf(0), Write(result, axes, ellipsis));
    }

    // Binds the letters of one operand and returns the axes that its ellipsis stands for; null when they are unknown.
    private static Shape? Read(ShapeContext node, string term, int input, Dictionary<char, Dimension> axes)
    {
        int at = term.IndexOf("...", StringComparison.Ordinal);
        string front = at < 0 ? term : term[..at];
        string back = at < 0 ? "" : term[(at + 3)..];
        int letters = front.Length + back.Length;
        var shape = node.ShapeOf(input);
        if (shape is not null && (at < 0 ? shape.Rank != letters : shape.Rank < letters))
        {
            throw node.Contradiction($"the operand \"{term}\" does not have the {shape.Rank} axes of {shape}.");
        }

        for (int i = 0; i < letters; i++)
        {
            char letter = i < front.Length ? front[i] : back[i - front.Length];
            var axis = shape is null ? Dimension.Unknown : i < front.Length ? shape[i] : shape[shape.Rank - letters + i];
            axes[letter] = Bind(node, letter, axes.GetValueOrDefault(letter), axis);
        }

        return shape is null ? null : new([.. shape.Skip(front.Length).Take(shape.Rank - letters)]);
    }

    // An axis of 1 stretches, as runtimes allow.
    private static Dimension Bind(ShapeContext node, char letter, Dimension known, Dimension axis) =>
        known.Size == 1 ? axis : axis.Size == 1 && known != Dimension.Unknown ? known : node.Same(known, axis, $"the axes named \"{letter}\"");

    // Without an arrow: the letters that occur once, in alphabetical order.
    private static string Implicit(string operands, bool hasEllipsis) => (hasEllipsis ? "..." : "") + string.Concat(
        operands.Where(char.IsLetter).GroupBy(letter => letter).Where(group => group.Count() == 1).Select(group => group.Key).Order());

    private static Shape? Write(string result, Dictionary<char, Dimension> axes, Shape? ellipsis)
    {
        if (ellipsis is null && result.Contains("...", StringComparison.Ordinal))
        {
            return null;
        }

        var y = new List<Dimension>();
        for (int i = 0; i < result.Length; i++)
        {
            if (result[i] == '.')
            {
                y.AddRange(ellipsis ?? Shape.Scalar);
                i += 2;
            }
            else
            {
                y.Add(axes.GetValueOrDefault(result[i]));
            }
        }

        return new([.. y]);
    }
}

namespace Unmask.Graphs;

/// <summary>The types at the seams of two graphs that are joined.</summary>
internal static class JoinTypes
{
    /// <summary>Checks that the connections name what is there and that their types fit.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public static void Check(Graph first, Graph second, IReadOnlyDictionary<string, string> connections)
    {
        foreach (var (input, source) in connections)
        {
            Known(second.Inputs, input, "input", second);
            Known(first.Outputs.Concat(first.Inputs), source, "output or input", first);
            if (!Fits(first.TypeOf(source), second.TypeOf(input)))
            {
                string what = $"\"{source}\" of \"{first.Name}\" is {first.TypeOf(source)}";
                throw new ArgumentException(
                    $"{what}, but \"{input}\" of \"{second.Name}\", which it should feed, is {second.TypeOf(input)}.", nameof(connections));
            }
        }
    }

    /// <summary>Both graphs with symbols that mean the same thing: equal across a connection, different where nothing says that they are equal.</summary>
    public static (Graph First, Graph Second) Unify(Graph first, Graph second, IReadOnlyDictionary<string, string> connections, JoinSide main)
    {
        bool firstIsMain = main == JoinSide.First;
        var (kept, other) = firstIsMain ? (first, second) : (second, first);
        var keptMeaning = new Dictionary<string, Dimension>(StringComparer.Ordinal);
        var otherMeaning = new Dictionary<string, Dimension>(StringComparer.Ordinal);
        foreach (var (input, source) in connections)
        {
            var ends = (First: first.ShapeOf(source), Second: second.ShapeOf(input));
            if (ends is ({ } one, { } two))
            {
                Bind(firstIsMain ? one : two, firstIsMain ? two : one, keptMeaning, otherMeaning);
            }
        }

        foreach (string symbol in otherMeaning.Keys.ToArray())
        {
            otherMeaning[symbol] = otherMeaning[symbol].Symbol is { } name && keptMeaning.TryGetValue(name, out var size) ? size : otherMeaning[symbol];
        }

        SetApart(kept, other, otherMeaning);
        kept = DimensionSymbols.Substitute(kept, keptMeaning);
        other = DimensionSymbols.Substitute(other, otherMeaning);
        return firstIsMain ? (kept, other) : (other, kept);
    }

    private static void Bind(Shape kept, Shape other, Dictionary<string, Dimension> keptMeaning, Dictionary<string, Dimension> otherMeaning)
    {
        foreach (var (mine, theirs) in kept.Zip(other))
        {
            if (theirs.Symbol is { } symbol && (mine.IsKnown || mine.Symbol is not null))
            {
                otherMeaning.TryAdd(symbol, mine);
            }
            else if (theirs.IsKnown && mine.Symbol is { } named)
            {
                keptMeaning.TryAdd(named, theirs);
            }
        }
    }

    /// <summary>Gives other names to symbols of one graph that happen to be called like unrelated symbols of the other.</summary>
    private static void SetApart(Graph kept, Graph other, Dictionary<string, Dimension> otherMeaning)
    {
        var taken = DimensionSymbols.Of(kept).Concat(DimensionSymbols.Of(other)).ToHashSet(StringComparer.Ordinal);
        var clashing = DimensionSymbols.Of(kept).Intersect(DimensionSymbols.Of(other), StringComparer.Ordinal);
        foreach (string symbol in clashing.Where(symbol => !otherMeaning.ContainsKey(symbol)).ToArray())
        {
            otherMeaning[symbol] = Dimension.Named(UniqueNames.Fresh(taken, symbol));
        }
    }

    private static void Known(IEnumerable<Value> values, string name, string what, Graph graph)
    {
        if (values.All(value => value.Name != name))
        {
            string there = string.Join(", ", values.Select(value => $"\"{value.Name}\"").Distinct());
            throw new ArgumentException($"The graph \"{graph.Name}\" has no {what} \"{name}\". It has: {there}.", nameof(name));
        }
    }

    private static bool Fits(ValueType? source, ValueType? target) => (source, target) switch
    {
        (null, _) or (_, null) => true,
        (ValueType.Tensor one, ValueType.Tensor two) => Fits(one, two),
        _ => source.GetType() == target.GetType(),
    };

    private static bool Fits(ValueType.Tensor source, ValueType.Tensor target)
    {
        bool elements = source.Element == target.Element || source.Element == ElementType.Undefined || target.Element == ElementType.Undefined;
        return elements && (source.Shape is null || target.Shape is null || Fits(source.Shape, target.Shape));
    }

    private static bool Fits(Shape source, Shape target) => source.Rank == target.Rank
        && source.Zip(target).All(axes => !axes.First.IsKnown || !axes.Second.IsKnown || axes.First == axes.Second);
}

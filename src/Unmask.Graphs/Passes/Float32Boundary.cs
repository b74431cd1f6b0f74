namespace Unmask.Graphs;

/// <summary>
/// Gives a model float32 inputs and outputs, under the same names, where it has floats of another width (and, if asked, bytes).
/// Only the boundary changes: the model computes in the type that it was made in.
/// <code>
///   x: Float16 ─ Conv ─ y: Float16 →       x: Float32 ─ Cast ─ x_Float16 ─ Conv ─ y_Float16 ─ Cast ─ y: Float32 →
/// </code>
/// On the way into bytes, numbers are rounded to the nearest whole number and clamped to the type's range.
/// </summary>
public static class Float32Boundary
{
    /// <summary>Casts at the inputs and outputs.</summary>
    /// <param name="graph">The graph, at least at opset 12.</param>
    /// <param name="bytes">Whether inputs and outputs of 8-bit integers are made float32 as well.</param>
    public static Graph Run(Graph graph, bool bytes = false)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var inputs = graph.Inputs.Where(value => Applies(value.Type, bytes)).ToArray();
        var given = graph.Inputs.Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        var outputs = graph.Outputs
            .Where(value => !given.Contains(value.Name) && Applies(graph.TypeOf(value.Name), bytes))
            .DistinctBy(value => value.Name)
            .ToArray();
        if (inputs.Length + outputs.Length == 0)
        {
            return graph;
        }

        var taken = graph.AllNames().ToHashSet(StringComparer.Ordinal);
        var inner = inputs.Concat(outputs).ToDictionary(
            value => value.Name, value => UniqueNames.Fresh(taken, $"{value.Name}_{Element(graph.TypeOf(value.Name))}"), StringComparer.Ordinal);
        var renamed = RenameValues.Run(graph, inner);
        return Bridge(renamed, inputs, outputs, inner) with
        {
            Inputs = [.. graph.Inputs.Select(Widen)],
            Outputs = [.. graph.Outputs.Select(Widen)],
            InnerTypes = renamed.InnerTypes.SetItems(inner.SelectMany(pair => Typed(pair.Value, graph.TypeOf(pair.Key)))),
        };

        Value Widen(Value value) => inner.ContainsKey(value.Name) ? new Value(value.Name, ElementType.Float32, value.Shape) : value;
    }

    private static Graph Bridge(Graph renamed, Value[] inputs, Value[] outputs, Dictionary<string, string> inner)
    {
        var builder = renamed.ToBuilder();
        foreach (var input in inputs)
        {
            string source = input.Element switch
            {
                ElementType.UInt8 => Whole(builder, input.Name, byte.MinValue, byte.MaxValue),
                ElementType.Int8 => Whole(builder, input.Name, sbyte.MinValue, sbyte.MaxValue),
                _ => input.Name,
            };
            Cast(builder, source, inner[input.Name], input.Element);
        }

        int entering = builder.Build().Nodes.Length - renamed.Nodes.Length;
        foreach (var output in outputs)
        {
            Cast(builder, inner[output.Name], output.Name, ElementType.Float32);
        }

        var built = builder.Build();
        int model = renamed.Nodes.Length;
        return built with { Nodes = [.. built.Nodes[model..(model + entering)], .. built.Nodes[..model], .. built.Nodes[(model + entering)..]] };
    }

    private static void Cast(GraphBuilder builder, string from, string to, ElementType element) =>
        builder.Append(new Node(builder.Fresh($"{to}_Cast"), "Cast", [from], [to]).With("to", (long)element));

    private static string Whole(GraphBuilder builder, string value, float lowest, float highest) => builder.Add(
        "Clip",
        [builder.Add("Round", [value], $"{value}_Round"), builder.Constant(lowest, $"{value}_lowest"), builder.Constant(highest, $"{value}_highest")],
        $"{value}_Clip");

    private static bool Applies(ValueType? type, bool bytes) => Element(type) is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float64
        || (bytes && Element(type) is ElementType.UInt8 or ElementType.Int8);

    private static IEnumerable<KeyValuePair<string, ValueType>> Typed(string name, ValueType? type) => type is null ? [] : [new(name, type)];

    private static ElementType Element(ValueType? type) => (type as ValueType.Tensor)?.Element ?? ElementType.Undefined;
}

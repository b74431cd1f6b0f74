using Unmask.Graphs;

namespace Unmask.Tests.Autodiff;

/// <summary>One configuration of an operator whose derivative is checked: a node, its float inputs, and constants behind them.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Shapes">The shapes of the float inputs, which are all cuts.</param>
internal sealed record OperatorCase(string Operator, params long[][] Shapes)
{
    public (string Name, NodeAttribute Value)[] Attributes { get; init; } = [];

    /// <summary>Constants by the place of the input that they are.</summary>
    public (int Place, TensorData Value)[] Constants { get; init; } = [];

    /// <summary>The range of the inputs' values.</summary>
    public (double From, double To) Domain { get; init; } = (-2, 2);

    /// <summary>How many outputs the node has, and which is differentiated.</summary>
    public (int Count, int Target) Outputs { get; init; } = (1, 0);

    public double Step { get; init; } = 0.01;

    public double Tolerance { get; init; } = 2e-3;

    /// <summary>The axis of the first input that may be symbolic.</summary>
    public int BatchAxis { get; init; }

    /// <summary>Whether the derivative also exists when no size at all is known before the run.</summary>
    public bool AnySize { get; init; } = true;

    public OperatorCase With(params (string Name, NodeAttribute Value)[] attributes) => this with { Attributes = attributes };

    public OperatorCase Given(params (int Place, TensorData Value)[] constants) => this with { Constants = constants };

    public OperatorCase In(double from, double to) => this with { Domain = (from, to) };

    /// <summary>The model, with sizes known, with a symbolic batch, or with all sizes symbolic.</summary>
    public Graph Graph(Sizes sizes)
    {
        var builder = new GraphBuilder("case");
        string[] inputs = new string[Math.Max(Shapes.Length + Constants.Length, Constants.Select(constant => constant.Place + 1).DefaultIfEmpty().Max())];
        Array.Fill(inputs, "");
        foreach (var (place, value) in Constants)
        {
            inputs[place] = builder.Constant(value, $"c{place}");
        }

        for (int i = 0, place = 0; i < Shapes.Length; i++, place++)
        {
            while (Constants.Any(constant => constant.Place == place))
            {
                place++;
            }

            int input = i;
            var axes = Shapes[i].Select((size, axis) => sizes switch
            {
                Sizes.Batch when axis == BatchAxis && size != 1 && i == 0 => Dimension.Named("N"),
                Sizes.None => Dimension.Named($"d{input}_{axis}"),
                _ => Dimension.Of(size),
            });
            inputs[place] = builder.Input($"x{i}", ElementType.Float32, new Shape([.. axes]));
        }

        var node = builder.AddNode(Operator, inputs, Outputs.Count, "node", Attributes);
        builder.Output(node.Outputs[Outputs.Target], ElementType.Float32, null);
        return builder.Build();
    }

    /// <summary>Distinct values in the domain, apart from each other and from 0, in a random order.</summary>
    public Dictionary<string, TensorData> Inputs()
    {
        var inputs = new Dictionary<string, TensorData>();
        for (int i = 0; i < Shapes.Length; i++)
        {
            int count = (int)Shapes[i].Aggregate(1L, (product, size) => product * size);
            float[] values = new float[count];
            int[] order = [.. Enumerable.Range(0, count)];
            new Random(i + 1).Shuffle(order);
            for (int k = 0; k < count; k++)
            {
                // A quarter of a place off between inputs, so that values of two inputs differ too.
                values[k] = (float)(Domain.From + ((order[k] + 0.5 + (0.25 * i)) / (count + 0.25) * (Domain.To - Domain.From)));
            }

            inputs[$"x{i}"] = TensorData.Adopt(values, Shapes[i]);
        }

        return inputs;
    }

    public override string ToString() =>
        $"{Operator} [{string.Join("] [", Shapes.Select(shape => string.Join(',', shape)))}] {string.Join(' ', Attributes.Select(attribute => $"{attribute.Name}={Show(attribute.Value)}"))}";

    private static string Show(NodeAttribute value) => value switch
    {
        NodeAttribute.Ints ints => string.Join(',', ints.Values),
        NodeAttribute.Int number => number.Value.ToString(),
        NodeAttribute.Text text => text.Value,
        _ => value.ToString(),
    };
}

/// <summary>What a case's model states of its sizes.</summary>
internal enum Sizes
{
    All,
    Batch,
    None,
}

using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>If, Loop and Scan. What a branch or an iteration may change becomes unknown.</summary>
internal static class ControlFlowShapes
{
    // Each round makes at least one axis unknown, or the inference ends.
    private const int MostRounds = 32;

    public static void AddTo(ShapeTable table) => table
        .Add(If, "If")
        .Add(Loop, "Loop")
        .Add(Scan, "Scan");

    private static void If(ShapeContext node)
    {
        var truth = node.ContentsOf(0)?.Single.Integer;
        var then = Branch(node, "then_branch", taken: truth is not null and not 0, possible: truth != 0);
        var otherwise = Branch(node, "else_branch", taken: truth == 0, possible: truth is null or 0);
        for (int i = 0; i < node.Node.Outputs.Length; i++)
        {
            switch (truth)
            {
                case null:
                    node.Set(i, Join(then?.Type(i), otherwise?.Type(i)));
                    break;
                case 0:
                    node.Set(i, otherwise?.Type(i));
                    node.SetContents(i, otherwise?.Contents(i));
                    break;
                default:
                    node.Set(i, then?.Type(i));
                    node.SetContents(i, then?.Contents(i));
                    break;
            }
        }
    }

    private static Inferred? Branch(ShapeContext node, string attribute, bool taken, bool possible)
    {
        if (!possible || Body(node, attribute) is not { } body)
        {
            return null;
        }

        try
        {
            var inner = node.Enter(body, []);
            var graph = inner.Run();
            node.Keep(attribute, graph);
            return new(inner, graph);
        }
        catch (ShapeInferenceException) when (!taken)
        {
            // Exporters guard an operation that does not fit with an If: a contradiction where the run may never come is none.
            return null;
        }
    }

    private static Graph? Body(ShapeContext node, string attribute) =>
        (node.Node.Attributes.GetValueOrDefault(attribute) as NodeAttribute.Subgraph)?.Value;

    private static void Loop(ShapeContext node)
    {
        if (Body(node, "body") is not { } body)
        {
            return;
        }

        // The body takes (iteration, condition, carried…) and gives (condition, carried…, scanned…).
        int carried = node.Node.Inputs.Length - 2;
        var state = Enumerable.Range(2, Math.Max(carried, 0)).Select(node.TypeOf).ToArray();
        ValueType?[] control = [new ValueType.Tensor(ElementType.Int64, Shape.Scalar), new ValueType.Tensor(ElementType.Bool, Shape.Scalar)];
        var result = Settle(node, body, state, loop => [.. control, .. loop], made => 1 + made);
        var times = LoopCondition.IsAlwaysTrue(node.Node, body, name => node.ContentsOf(node.Node.Inputs.IndexOf(name))) ? ShapeArithmetic.AxisOf(node, node.ContentsOf(0)?.Single ?? Quantity.Unknown) : Dimension.Unknown;
        for (int i = 0; i < node.Node.Outputs.Length; i++)
        {
            node.Set(i, i < carried ? state[i] : Stacked(result?.Type(1 + i), times, 0));
        }
    }

    private static void Scan(ShapeContext node)
    {
        if (Body(node, "body") is not { } body)
        {
            return;
        }

        // The body takes (state…, one item of each scanned input…) and gives (state…, one item of each scanned output…).
        int scanned = (int)node.Node.Int("num_scan_inputs", 1);
        int states = node.Node.Inputs.Length - scanned;
        if (states < 0 || node.Opset is > 0 and < 9)
        {
            return;
        }

        var state = Enumerable.Range(0, states).Select(node.TypeOf).ToArray();
        var axes = node.Node.Ints("scan_input_axes");
        var items = Enumerable.Range(0, scanned).Select(i => Item(node, states + i, AxisAt(axes, i))).ToArray();
        var length = items.Aggregate(Dimension.Unknown, (common, item) => node.Same(common, item.Length, "the lengths of the scanned inputs"));
        var result = Settle(node, body, state, carried => [.. carried, .. items.Select(item => item.Type)], made => made);
        var outputAxes = node.Node.Ints("scan_output_axes");
        for (int i = 0; i < node.Node.Outputs.Length; i++)
        {
            node.Set(i, i < states ? state[i] : Stacked(result?.Type(i), length, AxisAt(outputAxes, i - states)));
        }
    }

    private static long AxisAt(ImmutableArray<long>? axes, int index) => axes is { } listed && index < listed.Length ? listed[index] : 0;

    private static (ValueType? Type, Dimension Length) Item(ShapeContext node, int input, long axis)
    {
        if (node.ShapeOf(input) is not { } shape)
        {
            return (node.TypeOf(input), Dimension.Unknown);
        }

        int along = node.Axis(axis, shape.Rank);
        return (new ValueType.Tensor(node.ElementOf(input), new([.. shape.Where((_, i) => i != along)])), shape[along]);
    }

    // Runs the body until what it carries no longer changes: the first iteration may see other shapes than the last.
    private static Inferred? Settle(ShapeContext node, Graph body, ValueType?[] state, Func<ValueType?[], ValueType?[]> inputs, Func<int, int> output)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            var inner = node.Enter(body, inputs(state));
            var graph = inner.Run();
            var result = new Inferred(inner, graph);
            bool stable = true;
            for (int i = 0; i < state.Length; i++)
            {
                var joined = Join(state[i], result.Type(output(i)));
                stable &= Equals(joined, state[i]);
                state[i] = joined;
            }

            if (stable)
            {
                node.Keep("body", graph);
                return result;
            }
        }

        Array.Clear(state);
        return null;
    }

    private static ValueType? Stacked(ValueType? item, Dimension length, long axis)
    {
        if (item is not ValueType.Tensor { Shape: { } shape } tensor)
        {
            return item is ValueType.Tensor unknown ? unknown with { Shape = null } : null;
        }

        int at = (int)(axis < 0 ? axis + shape.Rank + 1 : axis);
        return tensor with { Shape = new([.. shape.Take(at), length, .. shape.Skip(at)]) };
    }

    // What is true of both.
    private static ValueType? Join(ValueType? a, ValueType? b) => (a, b) switch
    {
        (ValueType.Tensor left, ValueType.Tensor right) => new ValueType.Tensor(
            left.Element == right.Element ? left.Element : ElementType.Undefined, Join(left.Shape, right.Shape)),
        (ValueType.Sequence left, ValueType.Sequence right) => new ValueType.Sequence(Join(left.Item, right.Item)),
        (ValueType.Optional left, ValueType.Optional right) => new ValueType.Optional(Join(left.Item, right.Item)),
        _ => Equals(a, b) ? a : null,
    };

    private static Shape? Join(Shape? a, Shape? b) => a is null || b is null || a.Rank != b.Rank
        ? null
        : new([.. a.Zip(b, (left, right) => left == right ? left : Dimension.Unknown)]);

    private sealed record Inferred(GraphInference Inner, Graph Graph)
    {
        public ValueType? Type(int output) => output < Graph.Outputs.Length ? Graph.Outputs[output].Type : null;

        public KnownContents? Contents(int output) => output < Graph.Outputs.Length ? Inner.ContentsOf(Graph.Outputs[output].Name) : null;
    }
}

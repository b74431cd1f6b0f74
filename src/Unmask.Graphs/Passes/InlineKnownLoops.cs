using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Writes out, step after step, a Loop whose trip count is known before the run and whose condition never ends it, and a Scan over axes of known size.
/// <code>
///   h₀, x[2, …] ─ Scan { h, xₜ → h′, yₜ } ─ h₂, y[2, …]      →      x ─ Split ┬ x₀, h₀ ─ body ─ h₁, y₀ ─┬ Concat ─ y
///                                                                             └ x₁, h₁ ─ body ─ h₂, y₁ ─┘
/// </code>
/// </summary>
public static class InlineKnownLoops
{
    /// <summary>The most steps that are written out; longer loops stay.</summary>
    public const int MostSteps = 1024;

    /// <summary>Inlines loops of the main graph, those that appear in inlined bodies included, and branches whose condition becomes known by that.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        while (graph.Nodes.Any(IsLoop))
        {
            var bodies = Once(graph);
            if (!bodies.Any)
            {
                break;
            }

            graph = InlineKnownBranches.Run(bodies.Build());
        }

        return graph;
    }

    private static bool IsLoop(Node node) => node.Is("Loop") || node.Is("Scan");

    private static InlinedBodies Once(Graph graph)
    {
        var inference = new GraphInference(graph, StatedTypes.Of(graph));
        inference.Run();
        var bodies = new InlinedBodies(graph);
        foreach (var node in graph.Nodes)
        {
            if (!IsLoop(node) || node.Attributes.GetValueOrDefault("body") is not NodeAttribute.Subgraph { Value: var body } || StepsOf(node, body, inference) is not (> 0 and <= MostSteps and var steps))
            {
                bodies.Keep(node);
                continue;
            }

            bodies.Replace(node);
            if (node.Is("Loop"))
            {
                Loop(node, body, bodies, (int)steps);
            }
            else
            {
                Scan(node, body, bodies, (int)steps, inference);
            }
        }

        return bodies;
    }

    private static long? StepsOf(Node node, Graph body, GraphInference inference) => node.Is("Loop")
        ? LoopCondition.IsAlwaysTrue(node, body, inference.ContentsOf) ? inference.ContentsOf(node.Input(0))?.Single.Integer : null
        : ShapeOf(node, node.Inputs.Length - Scanned(node), inference) is { } shape ? shape[AxisAt(node.Ints("scan_input_axes"), 0, shape.Rank)].Size : null;

    // The body takes (iteration, condition, carried…) and gives (condition, carried…, scanned…).
    private static void Loop(Node node, Graph body, InlinedBodies bodies, int steps)
    {
        string going = bodies.Constant(TensorData.Scalar(true), "condition");
        string[] state = [.. node.Inputs.Skip(2)];
        var stacks = Stacks(node, state.Length);
        for (int step = 0; step < steps; step++)
        {
            var made = bodies.Copy(body, [bodies.Constant(TensorData.Scalar((long)step), "step"), going, .. state]);
            Array.Copy(made.ToArray(), 1, state, 0, state.Length);
            Stack(stacks, made.AsSpan()[(1 + state.Length)..]);
        }

        Finish(node, bodies, state, stacks);
    }

    // The body takes (state…, one item of each scanned input…) and gives (state…, one item of each scanned output…).
    private static void Scan(Node node, Graph body, InlinedBodies bodies, int steps, GraphInference inference)
    {
        int scanned = Scanned(node);
        string[] state = [.. node.Inputs.Take(node.Inputs.Length - scanned)];
        var items = Enumerable.Range(0, scanned).Select(i => Items(node, i, state.Length + i, bodies, steps, inference)).ToArray();
        var stacks = Stacks(node, state.Length);
        for (int step = 0; step < steps; step++)
        {
            var made = bodies.Copy(body, [.. state, .. items.Select(item => item[step])]);
            Array.Copy(made.ToArray(), 0, state, 0, state.Length);
            Stack(stacks, made.AsSpan()[state.Length..]);
        }

        Finish(node, bodies, state, stacks);
    }

    /// <summary>The items of a scanned input, in the order in which the steps take them.</summary>
    private static string[] Items(Node node, int scanned, int input, InlinedBodies bodies, int steps, GraphInference inference)
    {
        long axis = AxisAt(node.Ints("scan_input_axes"), scanned, ShapeOf(node, input, inference)?.Rank ?? 0);
        string at = bodies.Constant(TensorData.Vector(axis), "axis");
        var parts = steps == 1 ? [node.Inputs[input]] : bodies.Add("Split", [node.Inputs[input]], steps, ("axis", axis), ("num_outputs", (long)steps));
        string[] items = [.. parts.Select(part => bodies.Add("Squeeze", [part, at], 1)[0])];
        if (IsReversed(node.Ints("scan_input_directions"), scanned))
        {
            Array.Reverse(items);
        }

        return items;
    }

    private static void Finish(Node node, InlinedBodies bodies, string[] state, List<string>[] stacks)
    {
        for (int i = 0; i < state.Length && i < node.Outputs.Length; i++)
        {
            bodies.Bind(state[i], node.Outputs[i]);
        }

        for (int i = 0; i < stacks.Length; i++)
        {
            long axis = node.Is("Scan") && node.Ints("scan_output_axes") is { } axes ? axes[i] : 0;
            string at = bodies.Constant(TensorData.Vector(axis), "axis");
            string[] parts = [.. stacks[i].Select(value => bodies.Add("Unsqueeze", [value, at], 1)[0])];
            if (node.Is("Scan") && IsReversed(node.Ints("scan_output_directions"), i))
            {
                Array.Reverse(parts);
            }

            bodies.Bind(bodies.Add("Concat", parts, 1, ("axis", axis))[0], node.Outputs[state.Length + i]);
        }
    }

    private static List<string>[] Stacks(Node node, int states) => [.. Enumerable.Range(0, Math.Max(0, node.Outputs.Length - states)).Select(_ => new List<string>())];

    private static void Stack(List<string>[] stacks, ReadOnlySpan<string> made)
    {
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i].Add(made[i]);
        }
    }

    private static int Scanned(Node node) => (int)node.Int("num_scan_inputs", 1);

    private static Shape? ShapeOf(Node node, int input, GraphInference inference) => (inference.TypeOf(node.Input(input)) as ValueType.Tensor)?.Shape;

    private static int AxisAt(ImmutableArray<long>? axes, int index, int rank) => axes is { } listed && index < listed.Length ? (int)(listed[index] < 0 ? listed[index] + rank : listed[index]) : 0;

    private static bool IsReversed(ImmutableArray<long>? directions, int index) => directions is { } listed && index < listed.Length && listed[index] != 0;
}

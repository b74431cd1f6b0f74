using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>Every model at hand gives the same outputs before and after each pass.</summary>
[Trait("Category", "Slow")]
public sealed class RealModelTests
{
    /// <summary>Kernels of newer versions, and memory laid out otherwise, round otherwise.</summary>
    private const double Rounding = 1e-6;

    [SharedFact]
    public void Raising_the_opset_changes_no_output() => ForEach((graph, _) =>
    {
        var raised = RaiseOpset.Run(graph);
        Assert.Equal(OperatorSets.Working, raised.Opset);
        Equivalence.AssertSame(graph, raised, Rounding);
    });

    [SharedFact]
    public void Exposing_and_pruning_change_no_output() => ForEach((graph, _) =>
    {
        string[] some = [.. graph.Nodes.Where((_, i) => i % 7 == 0).Select(node => node.Outputs[0])];
        var exposed = ExposeValues.Run(ShapeInference.Run(graph), some);
        Assert.Superset(some.ToHashSet(), exposed.Outputs.Select(output => output.Name).ToHashSet());
        Equivalence.AssertSame(graph, exposed, Rounding);
        var pruned = PruneUnreachable.Run(exposed with { Outputs = graph.Outputs });
        Assert.Empty(pruned.Constants.Keys.Except(pruned.Nodes.SelectMany(node => node.Inputs)).Except(pruned.Outputs.Select(output => output.Name)));
        Equivalence.AssertSame(graph, pruned, Rounding);
    });

    [SharedFact]
    public void Joining_a_prologue_and_an_epilogue_that_do_nothing_changes_no_output() => ForEach((graph, name) =>
    {
        var input = graph.Inputs[0];
        var front = Nothing("front", input with { Name = "given" }, graph.Nodes.FirstOrDefault()?.Name ?? "n", "passed");
        var joined = JoinGraphs.Run(front, graph, new Dictionary<string, string> { [input.Name] = "passed" });
        Assert.Contains(joined.Nodes, node => node.Outputs.Contains(input.Name));
        var output = graph.Outputs[0];
        var back = Nothing("back", output with { Name = input.Name }, graph.Nodes[^1].Name, output.Name);
        joined = JoinGraphs.Run(joined, back, new Dictionary<string, string> { [input.Name] = output.Name }, new() { Main = JoinSide.First, KeepConnectedOutputs = true });
        Assert.Equal(graph.Outputs.Length + 1, joined.Outputs.Length);
        Verifier.ThrowIfInvalid(joined, name);

        using var alone = Session.FromGraph(graph, new() { Optimize = false });
        using var whole = Session.FromGraph(joined, new() { Optimize = false });
        var inputs = graph.Inputs.ToDictionary(each => each.Name, each => Equivalence.Some(each));
        var expected = alone.Run(inputs, [output.Name]);
        inputs.Remove(input.Name);
        inputs["given"] = Equivalence.Some(input);
        string last = joined.Outputs[^1].Name;
        Equivalence.AssertClose([output.Name, last], [expected[0], expected[0]], whole.Run(inputs, [output.Name, last]), Rounding);
    });

    [SharedFact]
    public void Splitting_off_the_final_activation_keeps_outputs_and_gives_logits() => ForEach((graph, _) =>
    {
        foreach (var output in graph.Outputs)
        {
            var split = SplitFinalActivation.Run(graph, output.Name);
            if (split.Kind != FinalActivationKind.None)
            {
                Equivalence.AssertSame(graph, split.Graph, Rounding);
            }
        }
    });

    [SharedFact]
    public void A_model_frozen_at_one_item_can_be_freed_again() => ForEach((graph, name) =>
    {
        if (Path.GetDirectoryName(name)!.EndsWith("ops", StringComparison.Ordinal))
        {
            return;
        }

        var frozen = Frozen(graph);
        var freed = FreeBatchDimension.Run(frozen);
        Assert.True(freed.IsFree, $"{name}: {freed.Obstacle}");
        Equivalence.AssertSame(graph, freed.Graph, 1e-5);
    });

    private static Graph Frozen(Graph graph)
    {
        string symbol = graph.Inputs[0].Shape![0].Symbol!;
        var one = new Dictionary<string, Shape>();
        foreach (var input in graph.Inputs)
        {
            one[input.Name] = new Shape([.. input.Shape!.Select(axis => axis.Symbol == symbol ? Dimension.Of(1) : axis)]);
        }

        return ShapeInference.Run(graph, one);
    }

    private static Graph Nothing(string name, Value value, string node, string output)
    {
        var builder = new GraphBuilder(name);
        builder.Input(value.Name, value.Element, value.Shape);
        builder.AddNode(new Node(node, "Identity", [value.Name], [output]));
        builder.Output(output, value.Element, value.Shape);
        return builder.Build();
    }

    private static void ForEach(Action<Graph, string> check)
    {
        string[] files =
        [
            .. Directory.GetFiles(Shared.Models, "*.onnx"),
            .. Directory.GetFiles(Path.Combine(Shared.Reference, "models"), "*.onnx", SearchOption.AllDirectories),
        ];
        Assert.True(files.Length > 100, $"only {files.Length} models found");
        var problems = new List<string>();
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            try
            {
                check(OnnxReader.Read(file), file);
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                problems.Add($"{Path.GetFileName(file)}: {problem.Message}");
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}

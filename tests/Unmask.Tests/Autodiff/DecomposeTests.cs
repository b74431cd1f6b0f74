using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Graphs.Passes;

namespace Unmask.Tests.Autodiff;

/// <summary>Composites taken apart: the same values, and the same derivative as the direct rule.</summary>
public sealed class DecomposeTests
{
    [Fact]
    public void What_a_composite_is_made_of_computes_the_same_and_has_the_same_derivative()
    {
        int count = 0;
        foreach (var test in OperatorCases.All.Where(test => test.Operator != "BatchNormalization" || test.Attributes.Length == 0))
        {
            var graph = test.Graph(Sizes.Batch);
            var parts = Decompose.Run(graph, _ => true);
            if (ReferenceEquals(parts, graph))
            {
                continue;
            }

            count++;
            Assert.DoesNotContain(parts.Nodes, node => node.OpType == test.Operator);
            string y = graph.Outputs[0].Name;
            var inputs = test.Inputs();
            var whole = Run(Gradient.Build(graph, y, [.. inputs.Keys]), inputs);
            var taken = Run(Gradient.Build(parts, y, [.. inputs.Keys]), inputs);
            Equivalence.AssertClose([test.ToString(), .. inputs.Keys], whole, taken, 2e-5);
        }

        Assert.True(count > 40, $"only {count} cases have a decomposition");
    }

    [Fact]
    public void Group_normalisation_by_channel_of_version_21()
    {
        var builder = new GraphBuilder("groups", opset: 21);
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 6, 2, 3));
        builder.Output(builder.Add("GroupNormalization", [x, SmallNets.Weights(builder, "scale", 1, 6), SmallNets.Weights(builder, "offset", 2, 6)], "norm", ("num_groups", 2L)), ElementType.Float32, null);
        Equivalence.AssertSame(builder.Build(), Decompose.Run(builder.Build(), _ => true), 1e-5);
    }

    private static IReadOnlyList<TensorData> Run(GradientProgram program, Dictionary<string, TensorData> inputs)
    {
        using var forward = Session.FromGraph(program.Graph with { Outputs = [program.Graph.Outputs[0]], Inputs = program.Graph.Inputs.RemoveAll(input => input.Name == program.Seed) } is var alone
            ? PruneUnreachable.Run(alone) : program.Graph);
        return Derivative.Run(program, inputs, Derivative.Random(forward.Run(inputs)[0], 3));
    }
}

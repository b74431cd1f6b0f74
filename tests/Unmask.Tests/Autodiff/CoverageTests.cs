using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Tests.Graphs.Passes;

namespace Unmask.Tests.Autodiff;

/// <summary>That nothing is forgotten: every operator has a rule, parts, or a place in one of the lists.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void Every_standard_operator_has_a_rule_or_is_on_a_list()
    {
        var forgotten = ShapeTable.Standard.Operators.Where(name => name.StartsWith(':')).Select(name => new Node("n", name[1..], [], []))
            .Where(node => RuleSet.Gradient.For(node, OperatorSets.Newest) is null && !RuleSet.Gradient.Decomposes(node) && RuleSet.Gradient.WhyNot(node) is null)
            .Select(node => node.OpType);
        Assert.Equal([], forgotten);
    }

    [Fact]
    public void What_is_taken_apart_has_parts()
    {
        foreach (string name in "LSTM GRU RNN GridSample QLinearConv QLinearMatMul GroupNormalization LpPool GlobalLpPool".Split(' '))
        {
            var node = new Node("n", name, [], []);
            Assert.True(RuleSet.Gradient.Decomposes(node) && Decompositions.Find(node) is not null, name);
        }
    }

    [Theory]
    [InlineData("Gelu", 1)]
    [InlineData("FastGelu", 2)]
    [InlineData("BiasGelu", 2)]
    [InlineData("QuickGelu", 1)]
    [InlineData("FusedMatMul", 2)]
    [InlineData("SkipLayerNormalization", 5)]
    [InlineData("SkipSimplifiedLayerNormalization", 4)]
    public void Operators_of_the_runtime_are_written_in_standard_ones(string opType, int inputs)
    {
        var builder = new GraphBuilder(new Graph { Name = "fused", Opsets = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [new KeyValuePair<string, long>("", OperatorSets.Working), new("com.microsoft", 1)]) });
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2, 3, 4));
        string[] others = [.. Enumerable.Range(1, inputs - 1).Select(i => opType == "FusedMatMul" || (i == 1 && opType.StartsWith("Skip", StringComparison.Ordinal))
            ? SmallNets.Weights(builder, $"c{i}", (ulong)i, 2, 3, 4)
            : SmallNets.Weights(builder, $"c{i}", (ulong)i, 4))];
        var node = new Node("node", opType, [x, .. others], ["y"]) { Domain = "com.microsoft" };
        node = opType == "FusedMatMul" ? node.With("transB", 1L).With("alpha", 0.5f) : node;
        node = opType.StartsWith("Skip", StringComparison.Ordinal) ? node.With("epsilon", 1e-5f) : node;
        builder.AddNode(node);
        builder.Output("y", ElementType.Float32, null);
        var graph = builder.Build();
        Assert.Empty(RuleSet.Gradient.Missing(graph));
        var parts = Decompose.Run(graph, _ => true);
        Assert.DoesNotContain(parts.Nodes, each => each.Domain.Length > 0);
        Equivalence.AssertSame(graph, parts, opType == "FastGelu" ? 1e-3 : 1e-5); // the runtime's is approximate
        double error = Derivative.Error(graph, "y", new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(9, 2, 3, 4) }, 0.01, "x");
        Assert.True(error < 5e-3, $"differs by {error:g3}");
    }
}

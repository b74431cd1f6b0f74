using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

public sealed class ExposeValuesTests
{
    [Fact]
    public void An_inner_value_becomes_an_output_with_its_type()
    {
        var graph = ExposeValues.Run(Model(), ["layer1.conv", "layer2.conv", "layer1.conv"]);
        Assert.Equal(["layer2.conv: Float32[1, 8]", "layer1.conv: Float32[1, 4]"], graph.OutputLines());
        Assert.False(graph.InnerTypes.ContainsKey("layer1.conv"));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest()
    {
        var error = Assert.Throws<LayerNotFoundException>(() => ExposeValues.Run(Model(), ["layer1.cnov"]));
        Assert.Equal("UNM003", error.Id);
        Assert.Equal("Layer \"layer1.cnov\" is not in the model \"net\". Closest: \"layer1.conv\", \"layer2.conv\", \"layer1.relu\". It has 3 in all.", error.Message);
    }

    [Fact]
    public void The_name_of_a_node_is_answered_with_what_the_node_makes()
    {
        var error = Assert.Throws<LayerNotFoundException>(() => ExposeValues.Run(Model(), ["Relu_7"]));
        Assert.Contains("A node (Relu) has that name; what it makes is called \"layer1.relu\".", error.Message);
    }

    [Fact]
    public void A_value_inside_a_subgraph_is_refused()
    {
        var body = new Graph { Nodes = [new Node("n", "Relu", ["x"], ["hidden"])], Outputs = [new Value("hidden", null)] };
        var builder = new GraphBuilder("net");
        builder.Input("x", ElementType.Float32, Shape.Of(1));
        builder.Input("c", ElementType.Bool, Shape.Scalar);
        builder.AddNode(new Node("choice", "If", ["c"], ["y"]).With("then_branch", body).With("else_branch", body));
        var error = Assert.Throws<LayerNotFoundException>(() => ExposeValues.Run(builder.Build(), ["hidden"]));
        Assert.Contains("inside the If node \"choice\"", error.Message);
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("conv", "cnov", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("Conv1", "conv1", 0)]
    [InlineData("ca", "abc", 3)]
    public void The_distance_counts_edits_and_swaps(string one, string other, int expected)
    {
        Assert.Equal(expected, Suggestions.Distance(one, other));
        Assert.Equal(expected, Suggestions.Distance(other, one));
    }

    [Fact]
    public void Suggestions_prefer_what_contains_the_name_and_leave_out_the_unrelated()
    {
        string[] names = ["/layer4/layer4.2/conv3/Conv_output_0", "tabby cat", "tabby", "zebra"];
        Assert.Equal(["tabby", "tabby cat"], Suggestions.Nearest("taby", names[1..]));
        Assert.Equal(["/layer4/layer4.2/conv3/Conv_output_0"], Suggestions.Nearest("layer4.2/conv3", names));
        Assert.Empty(Suggestions.Nearest("qqqqqqqq", names));
    }

    private static Graph Model()
    {
        var builder = new GraphBuilder("net");
        builder.Input("x", ElementType.Float32, Shape.Of(1, 3));
        builder.AddNode(new Node("Conv_3", "Conv", ["x"], ["layer1.conv"]));
        builder.AddNode(new Node("Relu_7", "Relu", ["layer1.conv"], ["layer1.relu"]));
        builder.AddNode(new Node("Conv_9", "Conv", ["layer1.relu"], ["layer2.conv"]));
        builder.Output("layer2.conv", ElementType.Float32, Shape.Of(1, 8));
        return builder.Build() with
        {
            InnerTypes = ImmutableDictionary<string, Unmask.Graphs.ValueType>.Empty.Add("layer1.conv", new Unmask.Graphs.ValueType.Tensor(ElementType.Float32, Shape.Of(1, 4))),
        };
    }
}

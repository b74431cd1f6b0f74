using FsCheck;
using FsCheck.Fluent;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;
using static Unmask.Tests.Graphs.Protos;

namespace Unmask.Tests.Graphs;

public sealed class ReaderTests
{
    [Fact]
    public void Nodes_without_a_name_get_a_readable_unique_one_and_remember_where_they_came_from()
    {
        var graph = Model(
            Node("Relu", ["x"], ["a"]),
            Node("Relu", ["a"], ["b"]).Named("Relu_a"),
            Node("Relu", ["b"], ["y"])).In("x", 2).Out("y", 2).Read();
        Assert.Equal(["Relu_a_1", "Relu_a", "Relu_y"], graph.Nodes.Select(node => node.Name));
        Assert.Equal([new("a", 0), new("Relu_a", 1), new("y", 2)], graph.Nodes.Select(node => node.Origin));
    }

    [Fact]
    public void Nodes_out_of_order_are_sorted_by_what_they_and_their_subgraphs_read()
    {
        var branch = Graph(["r"], Node("Identity", ["late"], ["r"]));
        var graph = Model(
            Node("If", ["condition"], ["y"], Attribute("then_branch", branch), Attribute("else_branch", branch)),
            Node("Relu", ["x"], ["late"]),
            Node("Cast", ["x"], ["condition"], Attribute("to", (long)ElementType.Bool))).In("x").Out("y").Read();
        Assert.Equal(["Relu", "Cast", "If"], graph.Nodes.Select(node => node.OpType));
        Assert.Equal([1, 2, 0], graph.Nodes.Select(node => node.Origin.Position));
        Assert.Empty(Verifier.Check(graph));
    }

    [Fact]
    public void Any_shuffled_graph_is_put_in_an_order_that_is_valid_and_complete() =>
        Prop.ForAll<int[], int>((reads, seed) =>
        {
            // Node i reads the output of an earlier node; then all are shuffled.
            NodeProto[] nodes = [.. reads.Select((read, i) => Node("Add", [i == 0 ? "x" : $"v{Math.Abs(read % i)}", "x"], [$"v{i}"]))];
            new Random(seed).Shuffle(nodes);
            var model = Model([.. nodes, Node("Relu", [reads.Length == 0 ? "x" : $"v{reads.Length - 1}"], ["y"])]).In("x", 1).Out("y", 1);
            var graph = model.Read();
            return Verifier.Check(graph).IsEmpty && graph.Nodes.Select(node => node.Origin.Position).Order().SequenceEqual(Enumerable.Range(0, reads.Length + 1));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_circle_of_nodes_is_refused() => Assert.Contains(
        "in a circle: \"Add_a\", \"Relu_b\"",
        Model(Node("Add", ["x", "b"], ["a"]), Node("Relu", ["a"], ["b"]), Node("Relu", ["x"], ["y"])).In("x", 1).Out("y", 1).Refused(), StringComparison.Ordinal);

    [Fact]
    public void Constants_that_are_also_listed_as_inputs_are_constants()
    {
        var model = Model(Node("Add", ["x", "w"], ["y"])).In("x", 1).In("w", 1).Out("y", 1).With(Floats("w", [1], 3));
        model.IrVersion = 3;
        var graph = model.Read();
        Assert.Equal(["x"], graph.Inputs.Select(input => input.Name));
        Assert.Equal([3f], graph.Constants["w"].AsSpan<float>().ToArray());
        Assert.Equal(4, OnnxReader.Read(OnnxWriter.ToBytes(graph)).IrVersion);
    }

    [Fact]
    public void The_standard_domain_has_one_name()
    {
        var model = Model(Node("Relu", ["x"], ["y"]).Of("ai.onnx")).In("x", 1).Out("y", 1);
        model.OpsetImport[0].Domain = "ai.onnx";
        model.Import("com.microsoft", 1);
        var graph = model.Read();
        Assert.Equal(17, graph.Opset);
        Assert.Equal(["", "com.microsoft"], graph.Opsets.Keys);
        Assert.True(graph.Nodes[0].Is("Relu"));
    }

    [Fact]
    public void Facts_of_the_model_and_of_its_nodes_are_kept()
    {
        var model = Model(Node("Relu", ["x"], ["y"])).In("x", 1).Out("y", 1);
        (model.ProducerName, model.ProducerVersion, model.Domain, model.ModelVersion, model.DocString) = ("a tool", "1.2", "org.test", 7, "doc");
        model.MetadataProps.Add(new StringStringEntryProto { Key = "author", Value = "me" });
        model.Graph.Node[0].DocString = "why";
        model.Graph.Node[0].MetadataProps.Add(new StringStringEntryProto { Key = "module", Value = "layer1.act" });
        var annotation = new TensorAnnotation { TensorName = "y" };
        annotation.QuantParameterTensorNames.Add(new StringStringEntryProto { Key = "SCALE_TENSOR", Value = "s" });
        model.Graph.QuantizationAnnotation.Add(annotation);
        var graph = model.Read();
        Assert.Equal(("a tool 1.2", "org.test", 7L, "doc"), (graph.Producer, graph.ModelDomain, graph.ModelVersion, graph.Documentation));
        Assert.Equal("me", graph.Metadata["author"]);
        Assert.Equal(("why", "layer1.act"), (graph.Nodes[0].Documentation, graph.Nodes[0].Metadata["module"]));
        Assert.Equal("s", graph.QuantizationAnnotations["y"]["SCALE_TENSOR"]);
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }

    [Fact]
    public void A_subgraph_that_hides_an_outer_name_gets_another_and_computes_the_same()
    {
        var body = Graph(["x"], Node("Neg", ["w"], ["x"]));
        body.Initializer.Add(Floats("w", [1], 5));
        var model = Model(
            Node("Relu", ["x"], ["w"]),
            Node("If", ["c"], ["y"], Attribute("then_branch", body), Attribute("else_branch", Graph(["z"], Node("Neg", ["w"], ["z"])))))
            .In("x", 1).Out("y", 1).With(Raw("c", ElementType.Bool, [], [1]));
        var graph = model.Read();
        Assert.Empty(Verifier.Check(graph));
        var then = Assert.IsType<NodeAttribute.Subgraph>(graph.Nodes[1].Attributes["then_branch"]).Value;
        Assert.Equal("w_inner1", Assert.Single(then.Constants).Key);
        Assert.Equal(["w_inner1"], then.Nodes[0].Inputs.ToArray());
        Assert.Equal("x_inner1", then.Outputs[0].Name);
        var otherwise = Assert.IsType<NodeAttribute.Subgraph>(graph.Nodes[1].Attributes["else_branch"]).Value;
        Assert.Equal(["w"], otherwise.Nodes[0].Inputs.ToArray());
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sparse_constant_becomes_dense(bool linear)
    {
        var sparse = new SparseTensorProto { Values = Floats("w", [2], 7, 9), Indices = new TensorProto { DataType = (int)ElementType.Int64 } };
        sparse.Dims.AddRange([2L, 3L]);
        sparse.Indices.Dims.AddRange(linear ? [2L] : [2L, 2L]);
        sparse.Indices.Int64Data.AddRange(linear ? [1L, 5L] : [0L, 1L, 1L, 2L]);
        var constant = new AttributeProto { Name = "sparse_value", Type = AttributeProto.Types.AttributeType.SparseTensor, SparseTensor = sparse };
        var model = Model(Node("Constant", [], ["v"], constant), Node("Add", ["w", "v"], ["y"])).Out("y", 2, 3);
        model.Graph.SparseInitializer.Add(sparse);
        var graph = model.Read();
        float[] dense = [0, 7, 0, 0, 0, 9];
        Assert.Equal(dense, graph.Constants["w"].AsSpan<float>().ToArray());
        Assert.Equal(dense, Assert.IsType<NodeAttribute.Tensor>(graph.Nodes[0].Attributes["value"]).Value.AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_graph_without_a_name_or_facts_of_its_own_gets_the_models()
    {
        var model = Model(Node("Relu", ["x"], ["y"])).In("x", 1).Out("y", 1);
        model.Graph.Name = "";
        model.Graph.DocString = "the graph's";
        model.Graph.MetadataProps.Add(new StringStringEntryProto { Key = "a", Value = "graph" });
        model.Graph.MetadataProps.Add(new StringStringEntryProto { Key = "b", Value = "graph" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "a", Value = "model" });
        var graph = model.Read();
        Assert.Equal(("graph", "the graph's"), (graph.Name, graph.Documentation));
        Assert.Equal(["a=model", "b=graph"], graph.Metadata.Select(entry => $"{entry.Key}={entry.Value}"));
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }

    [Fact]
    public void A_dimension_of_minus_one_is_an_unknown_one()
    {
        var graph = Model(Node("Relu", ["x"], ["y"])).In("x", -1, 3).Out("y", -1, 3).Read();
        Assert.Equal(new Shape(Dimension.Unknown, 3), graph.Inputs[0].Shape);
    }

    [Fact]
    public void Types_of_inner_values_are_kept_but_not_those_of_values_that_do_not_exist()
    {
        var model = Model(Node("Relu", ["x"], ["a"]), Node("Relu", ["a"], ["b"]), Node("Relu", ["b"], ["y"])).In("x", 4).Out("y", 4);
        model.Graph.ValueInfo.Add(Info("a", 4));
        model.Graph.ValueInfo.Add(Info("gone", 4));
        model.Graph.ValueInfo.Add(new ValueInfoProto { Name = "b", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor() } });
        var graph = model.Read();
        Assert.Equal("a", Assert.Single(graph.InnerTypes).Key);
        Assert.Equal(Shape.Of(4), graph.ShapeOf("a"));
    }
}

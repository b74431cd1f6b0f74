using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

/// <summary>Shapes that a graph computes for itself, as exporters write them.</summary>
public sealed class ShapesArithmeticTests
{
    private readonly GraphBuilder _graph = new("shape arithmetic");

    [Fact]
    public void The_batch_symbol_survives_a_flattening_by_shape_arithmetic()
    {
        string x = Input("N,8,4,4");
        string batch = Unsqueezed(Size(x, 0));
        string shape = _graph.Add("Concat", [batch, _graph.Constant([-1])], null, ("axis", 0));
        Assert.Equal("[N, 128]", Result(_graph.Add("Reshape", [x, shape])));
    }

    [Fact]
    public void Heads_are_split_off_and_joined_again()
    {
        // (L, N, 64) → (L, 8·N, 8) → (8·N, L, 8) → … → (N, 8, L, 8): what torch's multi-head attention exports.
        string x = Input("L,N,64");
        string length = Size(x, 0);
        string batch = Size(x, 1);
        string many = _graph.Add("Mul", [batch, Scalar(8)]);
        string split = _graph.Add("Reshape", [x, Vector(length, many, Scalar(8))]);
        Assert.Equal("[L, 8*N, 8]", Result(split));
        string first = _graph.Add("Transpose", [split], null, ("perm", new long[] { 1, 0, 2 }));
        string apart = _graph.Add("Reshape", [first, Vector(batch, Scalar(8), Scalar(-1), Scalar(8))]);
        Assert.Equal("[N, 8, L, 8]", Result(apart));
        string half = _graph.Add("Div", [many, Scalar(4)]);
        Assert.Equal("[2*N, ?]", Result(_graph.Add("Reshape", [Input("?,3"), Vector(half, Scalar(-1))])));
    }

    [Fact]
    public void An_expansion_to_a_shape_with_minus_ones_is_understood()
    {
        // torch's expand(-1, 3, -1): Where(shape == -1, 1, shape).
        string x = Input("N,1,8");
        string wanted = Vector(Size(x, 0), Scalar(3), Scalar(-1));
        string ones = _graph.Add("ConstantOfShape", [_graph.Add("Shape", [wanted])], null, ("value", TensorData.Vector(1L)));
        string isOpen = _graph.Add("Equal", [wanted, _graph.Add("Mul", [ones, Scalar(-1)])]);
        string shape = _graph.Add("Where", [isOpen, ones, wanted]);
        Assert.Equal("[N, 3, 8]", Result(_graph.Add("Expand", [x, shape])));
    }

    [Fact]
    public void Paddings_that_are_computed_backwards_arrive_forwards()
    {
        // torch's pad: pairs from the last axis, filled up with zeros, reversed and transposed.
        string pairs = _graph.Constant([1, 2, 3, 4]);
        string zeros = _graph.Add("ConstantOfShape", [_graph.Constant([4])], null, ("value", TensorData.Vector(0L)));
        string all = _graph.Add("Concat", [pairs, zeros], null, ("axis", 0));
        string table = _graph.Add("Reshape", [all, _graph.Constant([-1, 2])]);
        string reversed = _graph.Add("Slice", [table, _graph.Constant([-1]), _graph.Constant([long.MinValue]), _graph.Constant([0]), _graph.Constant([-1])]);
        string ordered = _graph.Add("Reshape", [_graph.Add("Transpose", [reversed]), _graph.Constant([-1])]);
        string pads = _graph.Add("Cast", [ordered], null, ("to", 7));
        Assert.Equal("[N, 3, 17, 13]", Result(_graph.Add("Pad", [Input("N,3,10,10"), pads])));
    }

    [Fact]
    public void A_size_that_is_scaled_in_floats_is_rounded_as_the_runtime_rounds()
    {
        // 10 × 0.7f is 7 in 32 bits (6.99999988 in 64).
        string size = _graph.Add("Cast", [Size(Input("N,3,10,10"), 2)], null, ("to", 1));
        string scaled = _graph.Add("Floor", [_graph.Add("Mul", [size, _graph.Constant(0.7f)])]);
        string target = _graph.Add("Cast", [scaled], null, ("to", 7));
        Assert.Equal("[7]", Result(_graph.Add("ConstantOfShape", [Unsqueezed(target)])));
    }

    [Fact]
    public void Sizes_are_compared_when_that_is_certain()
    {
        string length = Size(Input("N,L"), 1);
        Assert.Equal("[L + 3]", Chosen("Greater", _graph.Add("Add", [length, Scalar(1)]), length, _graph.Add("Add", [length, Scalar(3)])));
        Assert.Equal("[2]", Chosen("Less", length, Scalar(0), length));
        Assert.Equal("[?]", Chosen("Greater", length, Scalar(7), length));
        Assert.Equal("[L + 1]", Result(_graph.Add("ConstantOfShape", [Unsqueezed(_graph.Add("Max", [length, _graph.Add("Add", [length, Scalar(1)])]))])));
    }

    [Fact]
    public void A_range_over_a_symbolic_axis_has_its_size()
    {
        string length = Size(Input("N,L"), 1);
        Assert.Equal("[L]", Result(_graph.Add("Range", [Scalar(0), length, Scalar(1)])));
        Assert.Equal("[floor((L + 1)/2)]", Result(_graph.Add("Range", [Scalar(0), length, Scalar(2)])));
        Assert.Equal("[?]", Result(_graph.Add("Range", [Scalar(5), length, Scalar(1)])));
    }

    [Fact]
    public void Counting_the_elements_of_a_shape_is_followed()
    {
        string shape = _graph.Add("Shape", [Input("N,3,H")]);
        Assert.Equal("[3*H*N]", Result(_graph.Add("ConstantOfShape", [_graph.Add("ReduceProd", [shape])])));
        Assert.Equal("[N]", Result(_graph.Add("ConstantOfShape", [_graph.Add("Slice", [shape, _graph.Constant([0]), _graph.Constant([1])])])));
        Assert.Equal("[N, 3, 5]", Result(_graph.Add("ConstantOfShape", [_graph.Add("ScatterND", [shape, _graph.Add("Reshape", [_graph.Constant([2]), _graph.Constant([1, 1])]), _graph.Constant([5])])])));
        Assert.Equal("[3*H*N]", Result(_graph.Add("Reshape", [Input("N,3,H"), Unsqueezed(_graph.Add("Size", [Input("N,3,H")]))])));
    }

    [Fact]
    public void Given_shapes_replace_those_of_the_inputs()
    {
        string x = Input("N,3,H,W");
        string y = _graph.Add("Flatten", [_graph.Add("GlobalAveragePool", [x], "pool")]);
        _graph.Output(y, ElementType.Float32, ShapesOf.Parse("N,3"));
        var graph = _graph.Build() with { InnerTypes = System.Collections.Immutable.ImmutableDictionary<string, Unmask.Graphs.ValueType>.Empty };
        var bound = ShapeInference.Run(graph, new Dictionary<string, Shape> { [x] = Shape.Of(2, 3, 8, 8) });
        Assert.Equal("[2, 3]", bound.Outputs[0].Shape?.ToString());
        Assert.Equal("[2, 3, 1, 1]", bound.ShapeOf("pool_out")?.ToString());
        Assert.Equal("[2, 3, 8, 8]", bound.Inputs[0].Shape?.ToString());
        Assert.Throws<ArgumentException>(() => ShapeInference.Run(graph, new Dictionary<string, Shape> { ["y"] = Shape.Of(2) }));
    }

    [Fact]
    public void What_a_file_states_fills_gaps_only()
    {
        string x = Input("N,8");
        string odd = _graph.AddNode("Frobnicate", [x], 1, "odd").Outputs[0];
        string sure = _graph.Add("Relu", [x], "sure");
        var graph = _graph.Build();
        graph = graph with
        {
            InnerTypes = graph.InnerTypes
                .Add(odd, new Unmask.Graphs.ValueType.Tensor(ElementType.Float32, ShapesOf.Parse("N,5")))
                .Add(sure, new Unmask.Graphs.ValueType.Tensor(ElementType.Float32, ShapesOf.Parse("1,9"))),
        };
        var inferred = ShapeInference.Run(graph);
        Assert.Equal("[N, 5]", inferred.ShapeOf(odd)?.ToString());
        Assert.Equal("[N, 8]", inferred.ShapeOf(sure)?.ToString());
        Assert.Equal("[4, 5]", ShapeInference.Run(graph, new Dictionary<string, Shape> { [x] = Shape.Of(4, 8) }).ShapeOf(odd)?.ToString());
        Assert.Null(ShapeInference.Run(graph, new Dictionary<string, Shape> { [x] = Shape.Of(4, 9) }).ShapeOf(odd));
    }

    [Fact]
    public void An_expression_in_a_symbol_that_is_replaced_is_forgotten()
    {
        string x = Input("N,8");
        string odd = _graph.AddNode("Frobnicate", [x], 1, "odd").Outputs[0];
        var graph = _graph.Build();
        graph = graph with { InnerTypes = graph.InnerTypes.Add(odd, new Unmask.Graphs.ValueType.Tensor(ElementType.Float32, ShapesOf.Parse("2*N,N,5"))) };
        var replaced = DimensionSymbols.Substitute(graph, new Dictionary<string, Dimension> { ["N"] = Dimension.Named("M") });
        Assert.Equal("[?, M, 5]", replaced.ShapeOf(odd)?.ToString());
        Assert.Equal("[?, 4, 5]", ShapeInference.Run(graph, new Dictionary<string, Shape> { [x] = Shape.Of(4, 8) }).ShapeOf(odd)?.ToString());
        Assert.Equal("[2*N, N, 5]", ShapeInference.Run(graph).ShapeOf(odd)?.ToString());
    }

    private string Input(string shape) => _graph.Input(_graph.Fresh("x") + "_in", ElementType.Float32, ShapesOf.Parse(shape));

    private string Scalar(long value) => _graph.Constant(TensorData.Scalar(value));

    private string Size(string x, long axis) => _graph.Add("Gather", [_graph.Add("Shape", [x]), Scalar(axis)], null, ("axis", 0));

    private string Unsqueezed(string scalar) => _graph.Add("Unsqueeze", [scalar, _graph.Constant([0])]);

    private string Vector(params string[] scalars) => _graph.Add("Concat", [.. scalars.Select(Unsqueezed)], null, ("axis", 0));

    private string Chosen(string comparison, string a, string b, string size)
    {
        string chosen = _graph.Add("Where", [_graph.Add(comparison, [a, b]), size, Scalar(2)]);
        return Result(_graph.Add("ConstantOfShape", [Unsqueezed(chosen)]));
    }

    private string Result(string value) => ShapeInference.Run(_graph.Build()).ShapeOf(value)?.ToString() ?? "null";
}

using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

public sealed class Float32BoundaryTests
{
    [Fact]
    public void Half_inputs_and_outputs_become_float_under_the_same_names()
    {
        var graph = Float32Boundary.Run(Model(ElementType.Float16));
        Assert.Equal(["x_Float16 = Cast(x) to=10", "y_Float16 = Relu(x_Float16)", "y = Cast(y_Float16) to=1"], graph.Lines());
        Assert.Equal(["x: Float32[N, 3]"], graph.InputLines());
        Assert.Equal(["y: Float32[N, 3]"], graph.OutputLines());
        Assert.Equal("Float16[N, 3]", graph.TypeOf("x_Float16")!.ToString());
    }

    [Fact]
    public void Bytes_are_left_alone_unless_asked()
    {
        var model = Model(ElementType.UInt8);
        Assert.Same(model, Float32Boundary.Run(model));
        Assert.Equal(
            ["x_Round_out = Round(x)", "x_Clip_out = Clip(x_Round_out, x_lowest, x_highest)", "x_UInt8 = Cast(x_Clip_out) to=2", "y_UInt8 = Relu(x_UInt8)", "y = Cast(y_UInt8) to=1"],
            Float32Boundary.Run(model, bytes: true).Lines());
    }

    [Fact]
    public void A_float_model_is_returned_as_it_is()
    {
        var model = Model(ElementType.Float32);
        Assert.Same(model, Float32Boundary.Run(model, bytes: true));
    }

    private static Graph Model(ElementType element)
    {
        var builder = new GraphBuilder("net");
        builder.Input("x", element, new Shape(Dimension.Named("N"), 3));
        builder.AddNode(new Node("relu", "Relu", ["x"], ["y"]));
        builder.Output("y", element, new Shape(Dimension.Named("N"), 3));
        return builder.Build();
    }
}

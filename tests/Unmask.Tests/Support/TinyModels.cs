using Unmask.Graphs;

namespace Unmask.Tests.Support;

/// <summary>Models small enough to know by hand what they compute.</summary>
internal static class TinyModels
{
    /// <summary>y = 2x on [N, 3].</summary>
    public static Graph Doubled()
    {
        var builder = new GraphBuilder("doubled");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        builder.OutputAs(builder.Add("Mul", [x, builder.Constant(2f)]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        return builder.Build();
    }

    /// <summary>A loop that would run for years: for testing cancellation inside a run.</summary>
    public static Graph EndlessLoop()
    {
        var body = new GraphBuilder("body", opset: 20);
        body.Input("i", ElementType.Int64, Shape.Scalar);
        string again = body.Input("again", ElementType.Bool, Shape.Scalar);
        string carried = body.Input("carried", ElementType.Float32, Shape.Of(1));
        body.OutputAs(again, "again_out", ElementType.Bool, Shape.Scalar);
        body.OutputAs(body.Add("Sin", [carried]), "carried_out", ElementType.Float32, Shape.Of(1));
        var builder = new GraphBuilder("endless");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1));
        string count = builder.Constant(TensorData.Scalar(long.MaxValue));
        string yes = builder.Constant(TensorData.Scalar(true));
        var loop = builder.AddNode("Loop", [count, yes, x], 1, "loop", ("body", body.Build() with { Opsets = body.Build().Opsets.Clear() }));
        builder.OutputAs(loop.Outputs[0], "y", ElementType.Float32, Shape.Of(1));
        return builder.Build();
    }
}

using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Runtime;

public sealed class SessionTests
{
    [Fact]
    public void A_graph_made_here_runs()
    {
        using var session = Session.FromGraph(TinyModels.Doubled());
        var result = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[] { 1, -2, 3 }, 1, 3) });
        Assert.Equal([2f, -4f, 6f], result[0].AsSpan<float>().ToArray());
        Assert.Equal("[1, 3]", result[0].Shape.ToString());
    }

    [Fact]
    public void A_missing_input_is_named()
    {
        using var session = Session.FromGraph(TinyModels.Doubled());
        var problem = Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string, TensorData>()));
        Assert.Contains("x: Float32[N, 3]", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_type_or_shape_is_named()
    {
        using var session = Session.FromGraph(TinyModels.Doubled());
        var wrongShape = Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[4], 1, 4) }));
        Assert.Contains("Float32[1, 4]", wrongShape.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new long[3], 1, 3) }));
    }

    [Fact]
    public void An_unknown_operator_is_named_with_its_node()
    {
        var builder = new GraphBuilder("odd");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2));
        builder.AddNode(new Node("strange", "Frobnicate", [x], ["y"]));
        builder.Output("y", ElementType.Float32, Shape.Of(2));
        var problem = Assert.Throws<RuntimeFailureException>(() => Session.FromGraph(builder.Build()));
        Assert.Contains("Frobnicate", problem.Message, StringComparison.Ordinal);
        Assert.Contains("strange", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_cancelled_stops_inside()
    {
        using var session = Session.FromGraph(TinyModels.EndlessLoop());
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(TimeSpan.FromMilliseconds(100));
        Assert.Throws<OperationCanceledException>(() => session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[1], 1) }, null, stop.Token));
    }

    [Fact]
    public void A_failure_inside_a_run_names_the_node()
    {
        var builder = new GraphBuilder("gather");
        string x = builder.Input("x", ElementType.Int64, new Shape(Dimension.Named("N")));
        builder.AddNode(new Node("pick", "Gather", [builder.Constant(TensorData.Vector(1f, 2f)), x], ["y"]));
        builder.Output("y", ElementType.Float32, new Shape(Dimension.Named("N")));
        using var session = Session.FromGraph(builder.Build());
        var problem = Assert.Throws<RuntimeFailureException>(() => session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(7L) }));
        Assert.Contains("pick", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_of_unknown_rank_takes_any_shape()
    {
        var builder = new GraphBuilder("any");
        string x = builder.Input("x", ElementType.Float32, null);
        builder.OutputAs(builder.Add("Neg", [x]), "y", ElementType.Float32, null);
        using var session = Session.FromGraph(builder.Build());
        var result = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[] { 1, 2 }, 2, 1) });
        Assert.Equal([-1f, -2f], result[0].AsSpan<float>().ToArray());
    }

    [Fact]
    public void The_processor_is_listed_as_a_provider() =>
        Assert.Contains(Providers.All(), provider => provider is { Name: "cpu", Available: true });
}

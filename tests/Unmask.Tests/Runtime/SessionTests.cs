using Unmask.Graphs;
using Unmask.Graphs.Onnx;
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
    public void Large_weights_are_read_where_they_lie_by_several_sessions()
    {
        float[] weights = [.. Enumerable.Range(0, 3 * 500).Select(i => (float)i)];
        var graph = Product(weights);
        var (model, data) = OnnxWriter.ToBytesAndData(graph);
        Assert.True(model.Length < 1000, $"{model.Length} bytes: the weights were written.");
        Assert.Equal(weights, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Assert.Single(data).Value.Span).ToArray());

        var x = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[] { 1, 0, 2 }, 1, 3) };
        float[] expected = [.. Enumerable.Range(0, 500).Select(i => i + (2f * (1000 + i)))];
        using var second = Session.FromGraph(graph);
        using (var first = Session.FromGraph(graph, new SessionOptions { Threads = 2 }))
        {
            Assert.Equal(expected, first.Run(x)[0].AsSpan<float>().ToArray());
            Assert.Equal(weights.Length * sizeof(float), first.WeightBytes);
        }

        GC.Collect();
        Assert.Equal(expected, second.Run(x)[0].AsSpan<float>().ToArray());
    }

    [Fact]
    public async Task A_session_that_is_disposed_during_a_run_ends_it_first_and_takes_no_more()
    {
        var session = Session.FromGraph(TinyModels.EndlessLoop());
        using var stop = new CancellationTokenSource();
        var x = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[1], 1) };
        var run = Task.Run(() => session.Run(x, null, stop.Token));
        while (session.Running == 0 && !run.IsCompleted)
        {
            await Task.Yield();
        }

        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(x));
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        session.Dispose();
    }

    /// <summary>y = x · W on [N, 3], W of 3 rows.</summary>
    private static Graph Product(float[] weights)
    {
        var builder = new GraphBuilder("product");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        string w = builder.Constant(TensorData.Adopt(weights, 3, weights.Length / 3), "w");
        builder.OutputAs(builder.Add("MatMul", [x, w]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), weights.Length / 3));
        return builder.Build();
    }

    [Fact]
    public void The_processor_is_listed_as_a_provider() =>
        Assert.Contains(Providers.All(), provider => provider is { Name: "cpu", Available: true });
}

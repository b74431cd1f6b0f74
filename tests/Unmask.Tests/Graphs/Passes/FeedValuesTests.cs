using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Autodiff;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs.Passes;

public sealed class FeedValuesTests
{
    [Fact]
    public void A_model_runs_from_a_layer_on()
    {
        var whole = SmallNets.ConvNet("Relu");
        var tail = FeedValues.Run(ShapeInference.Run(whole), ["pool_out"]);
        Assert.Equal(["pool_out"], tail.Inputs.Select(input => input.Name));
        Assert.DoesNotContain(tail.Nodes, node => node.Name == "conv1");
        Verifier.ThrowIfInvalid(tail);
        using var first = Session.FromGraph(ExposeValues.Run(whole, ["pool_out"]));
        using var second = Session.FromGraph(tail);
        var results = first.Run(new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(5, 2, 3, 9, 9) }, ["y", "pool_out"]);
        var again = second.Run(new Dictionary<string, TensorData> { ["pool_out"] = results[1] });
        Near.Equal(results[0].AsSpan<float>(), again[0].AsSpan<float>(), 1e-6, "y");
    }

    [Fact]
    public void Weights_become_inputs_and_change_the_scores()
    {
        var graph = FeedValues.Run(SmallNets.Mlp("Tanh"), ["b2"]);
        using var session = Session.FromGraph(graph);
        var x = SmallNets.Values(5, 1, 3);
        float[] zero = Run(0, 0), moved = Run(1, -2);
        Near.Equal([zero[0] + 1, zero[1] - 2], moved, 1e-6, "y");

        float[] Run(float a, float b) =>
            session.Run(new Dictionary<string, TensorData> { ["x"] = x, ["b2"] = TensorData.Vector(a, b) })[0].AsSpan<float>().ToArray();
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_names_the_nearest() =>
        Assert.Contains("pool_out", Assert.Throws<LayerNotFoundException>(() => FeedValues.Run(SmallNets.ConvNet("Relu"), ["pool_ou"])).Message, StringComparison.Ordinal);
}

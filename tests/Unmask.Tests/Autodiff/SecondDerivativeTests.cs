using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Programs of programs: Hessian-vector products.</summary>
public sealed class SecondDerivativeTests
{
    [Fact]
    public void Hessian_times_vector_of_an_mlp() => AssertHessian(SmallNets.Mlp("Tanh"), "y", SmallNets.Values(5, 2, 3), 0.01);

    [Fact]
    public void Hessian_times_vector_of_a_softplus_network() => AssertHessian(SmallNets.ConvNet("Softplus", maxPool: false), "y", SmallNets.Values(5, 2, 3, 9, 9), 0.02);

    [SharedFact]
    public void Hessian_times_vector_of_a_vision_transformer() => AssertHessian(
        RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Reference, "models", "vit_tiny.onnx"))), "logits", Npy.Read(ReferenceCases.Input("vit_tiny_x")), 0.008);

    [Fact]
    public void Second_derivatives_of_rectifier_networks_are_finite()
    {
        var graph = SmallNets.ConvNet("Relu");
        var (product, _) = HessianTimes(graph, "y", SmallNets.Values(5, 2, 3, 9, 9), SmallNets.Values(9, 2, 3, 9, 9));
        Assert.All(product, value => Assert.True(float.IsFinite(value)));
        Assert.All(product, value => Assert.Equal(0f, value)); // piecewise linear: no curvature
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Every_derivative_can_be_differentiated_again()
    {
        var wrong = new List<string>();
        foreach (var test in OperatorCases.All)
        {
            if (Problem(test) is { } problem)
            {
                wrong.Add($"{test}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join('\n', wrong)}");
    }

    // The multiplier of x0 as a function of all inputs and of the seed; where it depends on the seed alone, differences must say so too.
    private static string? Problem(OperatorCase test)
    {
        try
        {
            var graph = test.Graph(Sizes.Batch);
            var inputs = test.Inputs();
            var program = Gradient.Build(graph, graph.Outputs[0].Name, ["x0"]);
            using var forward = Session.FromGraph(graph);
            inputs[program.Seed] = Derivative.Random(forward.Run(inputs)[0], 3);
            string multiplier = program.Multipliers[0];
            string[] cuts = [.. inputs.Keys.Where(cut => DependsOn(program.Graph, multiplier, cut))];
            if (cuts.Length == 0)
            {
                return test.Operator is "Floor" or "Sign" ? null : "depends on nothing";
            }

            double error = Derivative.Error(program.Graph, multiplier, inputs, test.Step / 2, moved: [.. inputs.Keys], cuts);
            return error <= 5 * test.Tolerance ? null : $"differs by {error:g3}";
        }
        catch (Exception problem) when (problem is UnmaskException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            return problem.Message;
        }
    }

    private static bool DependsOn(Graph graph, string target, string cut)
    {
        try
        {
            return Gradient.Build(graph, target, [cut]).Graph.Nodes.Length > 0;
        }
        catch (NotDifferentiableException)
        {
            return false;
        }
    }

    private static void AssertHessian(Graph graph, string target, TensorData x, double h)
    {
        var u = Derivative.Random(x, 21);
        var (product, gradient) = HessianTimes(graph, target, x, u);
        float[] ahead = gradient(Plus(x, u, h)), behind = gradient(Plus(x, u, -h));
        double difference = 0, size = 0;
        for (int i = 0; i < product.Length; i++)
        {
            double expected = ((double)ahead[i] - behind[i]) / (2 * h);
            difference += (product[i] - expected) * (product[i] - expected);
            size += expected * expected;
        }

        Assert.True(size > 0);
        Assert.True(Math.Sqrt(difference / size) < 1e-3, $"differs by {Math.Sqrt(difference / size):g3}");
    }

    private static (float[] Product, Func<TensorData, float[]> Gradient) HessianTimes(Graph graph, string target, TensorData x, TensorData u)
    {
        string input = graph.Inputs[0].Name;
        var first = Gradient.Build(graph, target, [input]);
        var second = Gradient.Build(first.Graph, first.Multipliers[0], [input], new() { ZerosWithoutPath = true });
        using var forward = Session.FromGraph(graph);
        var seed = Derivative.Random(forward.Run(Feeds(x), [target])[0], 3);
        var feeds = new Dictionary<string, TensorData> { [input] = x, [first.Seed] = seed };
        return (Derivative.Run(second, feeds, u)[1].AsSpan<float>().ToArray(), at => Derivative.Run(first, Feeds(at), seed)[1].AsSpan<float>().ToArray());

        Dictionary<string, TensorData> Feeds(TensorData at) => new() { [input] = at };
    }

    private static TensorData Plus(TensorData x, TensorData u, double factor) =>
        TensorData.Adopt(x.AsSpan<float>().ToArray().Zip(u.AsSpan<float>().ToArray(), (a, b) => (float)(a + (factor * b))).ToArray(), [.. x.Dimensions]);
}

using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Autodiff;

/// <summary>Models in other widths of float: numbers in rules take the type of what they meet.</summary>
public sealed class ElementTypeTests
{
    [Fact]
    public void Double_precision_differentiates_to_double_precision()
    {
        var graph = As(Net(), ElementType.Float64, values => TensorData.Adopt(Array.ConvertAll(values, value => (double)value), values.Length));
        double[] x = [.. Enumerable.Range(0, 6).Select(i => Math.Sin(1 + (2 * i)))], seed = [0.3, -1, 0.7, 0.2];
        var program = Gradient.Build(graph, "y", ["x"]);
        using var session = Session.FromGraph(program.Graph);
        double[] gradient = Run(x)[1];
        for (int i = 0; i < x.Length; i++)
        {
            const double h = 1e-5;
            double[] ahead = [.. x], behind = [.. x];
            ahead[i] += h;
            behind[i] -= h;
            double difference = Run(ahead)[0].Zip(Run(behind)[0]).Zip(seed, (pair, v) => v * (pair.First - pair.Second)).Sum() / (2 * h);
            Assert.Equal(difference, gradient[i], 1e-8);
        }

        double[][] Run(double[] at) => [.. session.Run(
            new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(at, 2, 3), [program.Seed] = TensorData.Adopt(seed, 2, 2) }, ["y", program.Multipliers[0]])
            .Select(tensor => tensor.AsSpan<double>().ToArray())];
    }

    [Fact]
    public void Half_precision_agrees_with_single_precision()
    {
        float[] x = [.. Enumerable.Range(0, 6).Select(i => MathF.Sin(1 + (2 * i)))], seed = [0.25f, -1, 0.75f, 0.5f];
        var half = As(Net(), ElementType.Float16, values => TensorData.Adopt(Array.ConvertAll(values, value => (Half)value), values.Length));
        var expected = Derivative.Run(Gradient.Build(Net(), "y", ["x"]), new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(x, 2, 3) }, TensorData.Adopt(seed, 2, 2))[1];
        var found = Derivative.Run(
            Gradient.Build(half, "y", ["x"]),
            new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(Array.ConvertAll(x, value => (Half)value), 2, 3) },
            TensorData.Adopt(Array.ConvertAll(seed, value => (Half)value), 2, 2))[1];
        Assert.Equal(ElementType.Float16, found.Type);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(expected.AsSpan<float>()[i], (float)found.AsSpan<Half>()[i], 0.01);
        }
    }

    private static Graph Net()
    {
        var builder = SmallNets.Mlp("Sigmoid").ToBuilder();
        var start = SmallNets.Mlp("Sigmoid");
        string h = builder.Add("Softmax", ["y"], "softmax", ("axis", -1L));
        string scaled = builder.Add("Mul", [h, builder.Add("ReduceL2", ["act_out", builder.Constant([1], "last")], "norm")], "scaled");
        string relu = builder.Add("Relu", [builder.Add("Sub", [scaled, builder.Constant(0.4f, "threshold")])], "relu");
        builder.OutputAs(builder.Add("Pow", [builder.Add("Add", [relu, scaled]), builder.Constant(1.5f, "exponent")]), "z", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        var graph = builder.Build();
        return RenameValues.Run(graph with { Outputs = graph.Outputs.RemoveRange(start.Outputs) }, new Dictionary<string, string> { ["y"] = "logits", ["z"] = "y" });
    }

    private static Graph As(Graph graph, ElementType element, Func<float[], TensorData> convert) => graph with
    {
        Inputs = [.. graph.Inputs.Select(input => new Value(input.Name, element, input.Shape))],
        Outputs = [.. graph.Outputs.Select(output => new Value(output.Name, element, output.Shape))],
        Constants = graph.Constants.ToImmutableDictionary(
            pair => pair.Key,
            pair => pair.Value.Type == ElementType.Float32 ? convert(pair.Value.AsSpan<float>().ToArray()).Reshape([.. pair.Value.Dimensions]) : pair.Value),
    };
}

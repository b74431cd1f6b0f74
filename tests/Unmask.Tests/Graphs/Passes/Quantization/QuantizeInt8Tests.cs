using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs.Passes.Quantization;

public sealed class QuantizeInt8Tests
{
    [Fact]
    public void There_is_one_pair_after_each_operator_that_has_an_integer_kernel_and_at_the_input()
    {
        var graph = SmallNets.Residual();
        var quantized = QuantizeInt8.Run(graph, Observed(graph));
        Assert.Empty(GraphCheck(quantized));
        var producers = graph.Producers();
        string[] stored = [.. quantized.Nodes.Where(node => node.Is("QuantizeLinear")).Select(node => node.Inputs[0])];
        Assert.Equal(stored.Distinct(), stored);
        Assert.Equal(
            ["Clip", "Clip", "Concat", "Conv", "Flatten", "GlobalAveragePool", "MaxPool", "Relu", "Relu", "Relu", "x"],
            stored.Select(value => producers.GetValueOrDefault(value)?.OpType ?? value).Order(StringComparer.Ordinal));
        // What reads a stored value reads it dequantised, the fused activations apart.
        Assert.All(quantized.Nodes.Where(node => !node.Is("QuantizeLinear")), node => Assert.Empty(node.Inputs.Intersect(stored)));
        Assert.Equal(graph.OutputLines(), quantized.OutputLines());
    }

    [Fact]
    public void Outputs_agree_within_a_few_steps_and_the_runtime_fuses_everything_to_integer_kernels()
    {
        var graph = SmallNets.Residual();
        var quantized = QuantizeInt8.Run(graph, Observed(graph));
        var inputs = new Dictionary<string, TensorData> { ["x"] = SmallNets.Pictures(4, 3, seed: 100) };
        using var exact = Session.FromGraph(graph);
        float[] wanted = exact.Run(inputs)[0].AsSpan<float>().ToArray();
        using var folder = new TemporaryFolder();
        float[] found, plain;
        using (var int8 = Session.FromGraph(quantized, new() { ProfileTo = folder.File("profile") }))
        {
            found = int8.Run(inputs)[0].AsSpan<float>().ToArray();
        }

        using (var unfused = Session.FromGraph(quantized, new() { Optimize = false }))
        {
            plain = unfused.Run(inputs)[0].AsSpan<float>().ToArray();
        }

        float spread = wanted.Max() - wanted.Min();
        Near.Equal(wanted, plain, 0.02 * spread, "pairs, not fused");
        Near.Equal(wanted, found, 0.02 * spread, "integer kernels");
        string[] kernels = Kernels(Directory.GetFiles(folder.Path).Single());
        Assert.Equal(5, kernels.Count(kernel => kernel == "QLinearConv"));
        Assert.Contains("QLinearAdd", kernels);
        Assert.Contains("QLinearConcat", kernels);
        Assert.Contains("QLinearGlobalAveragePool", kernels);
        Assert.Contains("QGemm", kernels);
        Assert.DoesNotContain(kernels, kernel => kernel is "Conv" or "Add" or "Relu" or "Clip" or "Gemm" or "FusedConv");
    }

    [Fact]
    public void On_a_matrix_product_the_error_is_bounded_by_the_steps()
    {
        float[][] weights = [LinearModels.Values(48, 1), LinearModels.Values(48, 2)];
        var graph = LinearModels.Graph(weights, [0.5f, -1], 3, 4, 4);
        var seen = new Observations(QuantizeInt8.Values(graph).ToImmutableDictionary(value => value, _ => new ValueRange(-1, 1)), ImmutableDictionary<string, ImmutableArray<float>>.Empty);
        var x = TensorData.Adopt(LinearModels.Values(48, 3), 1, 3, 4, 4);
        using var exact = Session.FromGraph(graph);
        using var int8 = Session.FromGraph(QuantizeInt8.Run(graph, seen));
        var inputs = new Dictionary<string, TensorData> { ["x"] = x };
        float[] wanted = exact.Run(inputs)[0].AsSpan<float>().ToArray(), found = int8.Run(inputs)[0].AsSpan<float>().ToArray();
        // |Σ wx − Σ w′x′| ≤ Σ |w|·s_x/2 + |x|·s_w/2 + s_x·s_w/4
        double stepX = 2.0 / 255, stepW = 1.0 / 127;
        for (int k = 0; k < 2; k++)
        {
            double bound = weights[k].Sum(w => Math.Abs(w) * stepX) + (x.AsSpan<float>().ToArray().Sum(value => Math.Abs(value)) * stepW / 2) + 1e-3;
            Assert.InRange(Math.Abs(wanted[k] - found[k]), 1e-7, bound);
        }
    }

    [Fact]
    public void Means_that_are_known_take_the_average_error_of_rounding_away()
    {
        float[] weights = LinearModels.Values(48, 1);
        var graph = LinearModels.Graph([weights], [0.5f], 3, 4, 4);
        var input = QuantizeInt8.Inputs(graph).Single();
        var ranges = QuantizeInt8.Values(graph).ToImmutableDictionary(value => value, _ => new ValueRange(0, 1));
        // At the mean itself, which bytes meet exactly, only the bias's own step is left.
        float mean = new ValueRange(0, 1).ToBytes().Scale * 200;
        var means = ImmutableDictionary<string, ImmutableArray<float>>.Empty.Add(input.Value, [.. Enumerable.Repeat(mean, 48)]);
        var x = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(Enumerable.Repeat(mean, 48).ToArray(), 1, 3, 4, 4) };
        double Error(Observations seen)
        {
            using var exact = Session.FromGraph(graph);
            using var int8 = Session.FromGraph(QuantizeInt8.Run(graph, seen));
            return Math.Abs(exact.Run(x)[0].AsSpan<float>()[0] - int8.Run(x)[0].AsSpan<float>()[0]);
        }

        double without = Error(new(ranges, ImmutableDictionary<string, ImmutableArray<float>>.Empty)), with = Error(new(ranges, means));
        Assert.True(without > 1e-3, $"{without}");
        Assert.True(with < 1e-4, $"{with}");
    }

    [Fact]
    public void Models_that_cannot_be_quantised_say_why()
    {
        Assert.Null(QuantizeInt8.Obstacle(SmallNets.Residual()));
        Assert.Contains("no convolution or matrix product", QuantizeInt8.Obstacle(TinyModels.Doubled()));
        var graph = SmallNets.Residual();
        Assert.Contains("quantised already", QuantizeInt8.Obstacle(QuantizeInt8.Run(graph, Observed(graph))));
        var half = graph with { Constants = graph.Constants.SetItem("stem_w", TensorData.Adopt(new Half[16 * 27], 16, 3, 3, 3)) };
        Assert.Contains("Float16", QuantizeInt8.Obstacle(half));
    }

    [Fact]
    public void A_missing_range_is_refused()
    {
        var problem = Assert.Throws<ArgumentException>(() => QuantizeInt8.Run(SmallNets.Residual(), new(ImmutableDictionary<string, ValueRange>.Empty, ImmutableDictionary<string, ImmutableArray<float>>.Empty)));
        Assert.Contains("\"x\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folding_batch_normalisation_changes_no_output()
    {
        var net = new GraphBuilder("bn");
        string x = net.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4, 6, 6));
        string conv = net.Add("Conv", [x, net.Constant(TensorData.Adopt(LinearModels.Values(6 * 2 * 9, 1), 6, 2, 3, 3))], "conv", ("group", 2L));
        string[] parameters = [.. Enumerable.Range(2, 4).Select(seed => net.Constant(TensorData.Adopt(LinearModels.Values(6, (ulong)seed).Select(value => value + 1.5f).ToArray(), 6)))];
        net.OutputAs(net.Add("BatchNormalization", [conv, .. parameters], "bn"), "y", ElementType.Float32, null);
        var graph = net.Build();
        var folded = FoldBatchNormalization.Run(graph);
        Assert.DoesNotContain(folded.Nodes, node => node.Is("BatchNormalization"));
        Equivalence.AssertSame(graph, folded, 1e-6);
    }

    /// <summary>Observes a model on random pictures.</summary>
    public static Observations Observed(Graph graph)
    {
        var values = QuantizeInt8.Values(graph);
        var means = QuantizeInt8.Inputs(graph);
        using var observers = Session.FromGraph(ObserveRanges.Run(graph, values, means));
        return ObserveRanges.Read(values, means, observers.Run(new Dictionary<string, TensorData> { ["x"] = SmallNets.Pictures(16, 3, seed: 9) }));
    }

    private static IEnumerable<string> GraphCheck(Graph graph)
    {
        Verifier.ThrowIfInvalid(graph);
        return [];
    }

    /// <summary>The operators of a profile's nodes.</summary>
    private static string[] Kernels(string profile)
    {
        using var events = System.Text.Json.JsonDocument.Parse(File.ReadAllText(profile));
        return [.. events.RootElement.EnumerateArray()
            .Where(each => each.GetProperty("cat").GetString() == "Node" && each.GetProperty("name").GetString()!.EndsWith("kernel_time", StringComparison.Ordinal))
            .Select(each => each.GetProperty("args").GetProperty("op_name").GetString()!)];
    }
}

using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs;

/// <summary>Every inner tensor of every model: the type that is inferred against the one that ONNX Runtime makes.</summary>
[Trait("Category", "Slow")]
public sealed class ShapesRuntimeTests
{
    // A prime that occurs nowhere else, so that a batch axis cannot be right by accident.
    private const long Batch = 3;

    private static readonly HashSet<string> Layers = ["Conv", "ConvTranspose", "Gemm", "MatMul", "MaxPool", "AveragePool", "GlobalAveragePool", "LSTM", "GRU", "RNN"];

    [SharedFact]
    public void Every_inner_tensor_has_the_type_that_the_runtime_gives_it() => CheckAll(graph => graph);

    [SharedFact]
    public void Every_inner_tensor_has_the_type_that_the_runtime_gives_it_after_raising_the_opset() => CheckAll(graph => RaiseOpset.Run(graph));

    private static void CheckAll(Func<Graph, Graph> prepare)
    {
        int compared = 0;
        foreach (string path in ShapesReferenceTests.Files())
        {
            var graph = ShapesReferenceTests.Forgetful(prepare(OnnxReader.Read(path)));
            string[] values = [.. graph.Nodes.SelectMany(node => node.Outputs).Where(name => name.Length > 0)];
            var actual = Run(graph, values);
            Compare(path, ShapeInference.Run(graph), actual, symbolic: true);
            var bound = ShapeInference.Run(graph, graph.Inputs.ToDictionary(input => input.Name, Bound));
            Compare(path, bound, actual, symbolic: false);
            CheckLayers(path, bound);
            compared += values.Length;
        }

        Assert.True(compared > 2000);
    }

    private static Dictionary<string, TensorData> Run(Graph graph, string[] values)
    {
        // Types that the file states are gone; those of the exposed values are what the runtime finds for itself.
        using var session = Session.FromGraph(ExposeValues.Run(graph, values), new SessionOptions { Optimize = false });
        var results = session.Run(graph.Inputs.ToDictionary(input => input.Name, Feed), values);
        return values.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static Shape Bound(Value input) => new([.. (input.Shape ?? Shape.Scalar).Select(axis => axis.IsKnown ? axis : Dimension.Of(Batch))]);

    private static TensorData Feed(Value input)
    {
        long[] sizes = Bound(input).ToSizes() ?? [];
        int count = (int)sizes.Aggregate(1L, (product, size) => product * size);
        return input.Element == ElementType.Int64
            ? TensorData.Adopt([.. Enumerable.Range(0, count).Select(i => 1L + (i % 5))], sizes)
            : TensorData.Adopt([.. Enumerable.Range(0, count).Select(i => 0.1f + ((i * 7919 % 97) / 120f))], sizes);
    }

    private static void Compare(string path, Graph inferred, Dictionary<string, TensorData> actual, bool symbolic)
    {
        var symbols = inferred.Inputs.SelectMany(input => input.Shape ?? Shape.Scalar).Select(axis => axis.Symbol).OfType<string>().Distinct().ToDictionary(name => name, _ => Batch);
        foreach (var (name, tensor) in actual)
        {
            string where = $"{path}, {name}: inferred {inferred.TypeOf(name)}, is {tensor}";
            var type = Assert.IsType<Unmask.Graphs.ValueType.Tensor>(inferred.TypeOf(name));
            Assert.True(type.Element == tensor.Type, where);
            Assert.True(type.Shape?.Rank == tensor.Dimensions.Length, where);
            foreach (var (axis, size) in type.Shape!.Zip(tensor.Dimensions))
            {
                Assert.True(symbolic || axis.Symbol is null, where);
                Assert.True(axis == Dimension.Unknown || (axis.Size ?? ShapesText.Evaluate(axis.Symbol!, symbols)) == size, where);
            }
        }
    }

    private static void CheckLayers(string path, Graph bound)
    {
        foreach (var node in bound.Nodes.Where(node => Layers.Contains(node.OpType)))
        {
            Assert.True(bound.ShapeOf(node.Outputs[0])?.IsStatic, $"{path}, {node.OpType} {node.Name}: {bound.ShapeOf(node.Outputs[0])}");
        }
    }
}

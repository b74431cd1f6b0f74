using FsCheck;
using FsCheck.Fluent;
using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Graphs.Passes;

namespace Unmask.Tests.Graphs;

/// <summary>
/// Single operators in ONNX Runtime. Each is inferred three times: with the sizes of its data known, named, and unknown. Whatever is claimed
/// must be what the runtime makes.
/// </summary>
public sealed class ShapesRuntimeCaseTests
{
    private const int Trials = 200;

    // Outputs whose size depends on the data.
    private static readonly HashSet<string> Open = ["NonZero", "Compress", "Unique", "NonMaxSuppression"];

    public static TheoryData<string> Cases => [.. ShapesRuntimeCases.All().Select(one => one.ToString())];

    public static TheoryData<string> OldCases => [.. RaiseOpsetCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_operator_makes_what_is_inferred(string name)
    {
        var one = ShapesRuntimeCases.All().First(candidate => candidate.ToString() == name);
        Assert.True(Check(one), "the runtime refuses the case");
    }

    [Theory]
    [MemberData(nameof(OldCases))]
    public void Operators_of_old_sets_are_understood_before_and_after_they_are_raised(string name)
    {
        var old = RaiseOpsetCases.All[name];
        foreach (var graph in new[] { old, RaiseOpset.Run(old) })
        {
            if (graph.Inputs.Length != 1)
            {
                continue;
            }

            using var session = Session.FromGraph(graph);
            var results = session.Run(new Dictionary<string, TensorData> { [graph.Inputs[0].Name] = Equivalence.Some(graph.Inputs[0]) });
            var inferred = ShapeInference.Run(ShapesReferenceTests.Forgetful(graph));
            AssertClaims(name, inferred.Outputs, results, []);
        }
    }

    [Fact]
    public void Random_convolutions_and_poolings_have_the_sizes_of_the_runtime()
    {
        AssertOften(Gen.ArrayOf(Gen.Choose(0, 1000), 10), digits => RandomWindow(digits).Case, digits => RandomWindow(digits).IsTight);
    }

    [Fact]
    public void Random_slices_have_the_sizes_of_the_runtime() => AssertOften(Gen.ArrayOf(Gen.Choose(-9, 9), 4), digits =>
    {
        long step = digits[2] == 0 ? 1 : digits[2] % 4 == 0 ? 1 : digits[2] % 4;
        long size = Math.Abs(digits[3]) + 1;
        return new ShapesRuntimeCase(
            "Slice", [$"{size},2", TensorData.Vector<long>(digits[0]), TensorData.Vector<long>(digits[1]), TensorData.Vector<long>(0), TensorData.Vector(step)], 1, OperatorSets.Working, []);
    });

    [Fact]
    public void Random_resizings_have_the_sizes_of_the_runtime() => AssertOften(Gen.ArrayOf(Gen.Choose(1, 60), 2), digits =>
        new ShapesRuntimeCase("Resize", [$"1,1,{digits[0]}", null, TensorData.Vector(1f, 1f, digits[1] / 20f)], 1, OperatorSets.Working, []));

    // «Tight»: the window is larger than the axis, so that it may have no place.
    private static (ShapesRuntimeCase Case, bool IsTight) RandomWindow(int[] digits)
    {
        int At(int index, int from, int to) => from + (digits[index] % (to - from + 1));
        string operation = new[] { "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool" }[At(0, 0, 4)];
        bool pooling = operation.EndsWith("Pool", StringComparison.Ordinal);
        string padding = new[] { "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID" }[At(5, 0, 4)];

        // A pooling that pads a dilated window by itself is left open: definition and runtime disagree.
        bool dilated = !pooling || !padding.StartsWith("SAME", StringComparison.Ordinal);
        (int size, int kernel, int stride, int dilation) = (At(1, 1, 12), At(2, 1, 4), At(3, 1, 4), dilated ? At(4, 1, 3) : 1);
        List<(string, NodeAttribute)> attributes = [("strides", new long[] { stride }), ("dilations", new long[] { dilation }), ("auto_pad", padding)];
        if (padding == "NOTSET")
        {
            attributes.Add(("pads", new long[] { At(6, 0, kernel - 1), At(7, 0, kernel - 1) }));
        }

        if (pooling)
        {
            attributes.AddRange([("ceil_mode", At(8, 0, 1)), ("kernel_shape", new long[] { kernel })]);
        }
        else if (operation == "ConvTranspose")
        {
            attributes.Add(("output_padding", new long[] { At(9, 0, Math.Max(stride, dilation) - 1) }));
        }

        object?[] inputs = pooling ? [$"2,3,{size}"] : [$"2,3,{size}", $"3,3,{kernel}"];
        return (new(operation, inputs, 1, OperatorSets.Working, [.. attributes]), size < ((kernel - 1) * dilation) + 1);
    }

    private static void AssertOften(Gen<int[]> digits, Func<int[], ShapesRuntimeCase> make, Func<int[], bool>? mayBeOpen = null)
    {
        int accepted = 0;
        Prop.ForAll(digits.ToArbitrary(), made => accepted += Check(make(made), mayBeOpen?.Invoke(made) == true) ? 1 : 0).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials));
        Assert.True(accepted > 30, $"only {accepted} cases ran");
    }

    // Returns whether the runtime accepts the case. What inference calls a contradiction the runtime must refuse, or make an empty tensor of.
    private static bool Check(ShapesRuntimeCase one, bool mayBeOpen = false)
    {
        var graph = Build(one, axis => Dimension.Of(axis));
        IReadOnlyList<TensorData> results;
        try
        {
            using var session = Session.FromGraph(graph, new SessionOptions { Optimize = false });
            results = session.Run(graph.Inputs.ToDictionary(input => input.Name, Feed));
        }
        catch (RuntimeFailureException)
        {
            return false;
        }

        Graph known;
        try
        {
            known = ShapeInference.Run(graph);
        }
        catch (ShapeInferenceException)
        {
            Assert.All(results, result => Assert.Contains(0, result.Dimensions));
            return false;
        }

        AssertClaims(one.ToString(), known.Outputs, results, []);
        Assert.All(known.Outputs, output => Assert.True(output.Shape?.IsStatic == true || Open.Contains(one.Operation) || mayBeOpen, $"{one}: {output}"));
        if (mayBeOpen)
        {
            // Where definition and runtime part, an expression follows the definition.
            return true;
        }

        var symbols = Enumerable.Range(2, 70).ToDictionary(size => $"d{size}", size => (long)size);
        AssertClaims($"{one}, named", ShapeInference.Run(Build(one, axis => axis > 1 ? Dimension.Named($"d{axis}") : axis)).Outputs, results, symbols);
        AssertClaims($"{one}, unknown", ShapeInference.Run(Build(one, _ => Dimension.Unknown)).Outputs, results, symbols);
        return true;
    }

    private static Graph Build(ShapesRuntimeCase one, Func<long, Dimension> axis)
    {
        var builder = new GraphBuilder("one node", one.Opset);
        string[] names = [.. one.Inputs.Select((input, i) => input switch
        {
            TensorData constant => builder.Constant(constant),
            string text => builder.Input($"x{i}", ShapesOf.ElementOf(text), new([.. ShapesOf.Parse(text)!.Select(size => axis(size.Size.GetValueOrDefault()))])),
            _ => "",
        })];
        int colon = one.Operation.IndexOf(':', StringComparison.Ordinal);
        string domain = one.Operation[..Math.Max(colon, 0)];
        var node = new Node("the_node", one.Operation[(colon + 1)..], [.. names], [.. Enumerable.Range(0, one.Outputs).Select(i => $"y{i}")]) { Domain = domain };
        builder.AddNode(one.Attributes.Aggregate(node, (with, attribute) => with.With(attribute.Name, attribute.Value)));
        var graph = builder.Build();
        return graph with
        {
            Outputs = [.. node.Outputs.Select(name => new Value(name, null))],
            Opsets = domain.Length == 0 ? graph.Opsets : graph.Opsets.Add(domain, domain == "ai.onnx.ml" ? 3 : 1),
        };
    }

    private static TensorData Feed(Value input)
    {
        long[] sizes = input.Shape?.ToSizes() ?? [];
        int count = (int)sizes.Aggregate(1L, (product, size) => product * size);
        return input.Element switch
        {
            ElementType.Int64 => TensorData.Adopt([.. Enumerable.Range(0, count).Select(i => 0L + (i % 2))], sizes),
            ElementType.UInt8 => TensorData.Adopt([.. Enumerable.Range(0, count).Select(i => (byte)(i % 7))], sizes),
            ElementType.Bool => TensorData.Adopt([.. Enumerable.Range(0, count).Select(i => i % 2 == 0)], sizes),
            _ => TensorData.Adopt([.. Enumerable.Range(0, count).Select(i => i * 37 % 11 / 10f)], sizes),
        };
    }

    private static void AssertClaims(string what, IEnumerable<Value> outputs, IReadOnlyList<TensorData> actual, Dictionary<string, long> symbols)
    {
        foreach (var (output, tensor) in outputs.Zip(actual))
        {
            string where = $"{what}: inferred {output}, is {tensor}";
            Assert.True(output.Element == tensor.Type, where);
            if (output.Shape is { } shape)
            {
                Assert.True(shape.Rank == tensor.Dimensions.Length, where);
                Assert.All(shape.Zip(tensor.Dimensions), axis => Assert.True(
                    axis.First == Dimension.Unknown || (axis.First.Size ?? ShapesText.Evaluate(axis.First.Symbol!, symbols)) == axis.Second, where));
            }
        }
    }
}

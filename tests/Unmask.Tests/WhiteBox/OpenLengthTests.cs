using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Recurrent networks whose number of steps is only known of the input.</summary>
public sealed class OpenLengthTests
{
    private const int Hidden = 5;
    private const int Features = 3;

    [SharedFact]
    public void Text_networks_of_open_length_agree_with_captum()
    {
        var cases = ReferenceMaps.Of("grad", "EmbeddingGradient").Where(test => test.GetProperty("model").GetString() is "lstm_text" or "gru_text").ToList();
        Assert.Equal(4, cases.Count);
        foreach (var test in cases)
        {
            using var model = Model.FromGraph(Opened(test.GetProperty("model").GetString()!, null), new() { Output = ReferenceMaps.Text(test, "output"), OutputKind = OutputKind.Logits });
            var (expected, sizes, tolerance) = ReferenceCases.Output(test, "gradient");
            var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
            int length = expected.Length / (int)sizes[0];
            for (int item = 0; item < sizes[0]; item++)
            {
                float[] found = new InputGradient(model).Explain(inputs[item], Target.Class(ReferenceMaps.TargetOf(test, item))).ToArray();
                Near.Equal(expected.AsSpan(item * length, length), found, tolerance, $"{test.GetProperty("id")} item {item}");
            }
        }
    }

    [SharedFact]
    public void Every_length_agrees_with_the_network_of_that_length()
    {
        using var open = Model.FromGraph(Opened("lstm_text", null), new() { OutputKind = OutputKind.Logits });
        Assert.Null(Catalogue.Find("gradient").Obstacle(open));
        foreach (int length in new[] { 3, 11, 3 })
        {
            using var closed = Model.FromGraph(Opened("lstm_text", length), new() { OutputKind = OutputKind.Logits });
            var ids = TensorData.Adopt(Enumerable.Range(0, length).Select(i => (long)((i * 7) % 40)).ToArray(), 1, length);
            float[] expected = new IntegratedGradients(closed, new() { Steps = 6 }).Explain(closed.Prepare(ids)[0], Target.Class(1)).ToArray();
            Assert.Equal(length * 8, expected.Length);
            Near.Equal(expected, new IntegratedGradients(open, new() { Steps = 6 }).Explain(open.Prepare(ids)[0], Target.Class(1)).ToArray(), 1e-6, $"length {length}");
        }
    }

    [Fact]
    public void A_scan_of_open_length_is_a_recurrent_layer()
    {
        using var scan = Model.FromGraph(Recurrent(byScan: true), new() { OutputKind = OutputKind.Logits });
        using var layer = Model.FromGraph(Recurrent(byScan: false), new() { OutputKind = OutputKind.Logits });
        foreach (int length in new[] { 1, 6 })
        {
            var x = TensorData.Adopt(LinearModels.Values(length * Features, 5), 1, length, Features);
            var one = new SmoothGrad(scan, new() { Samples = 3 }).Explain(scan.Prepare(x)[0], Target.Class(1));
            var other = new SmoothGrad(layer, new() { Samples = 3 }).Explain(layer.Prepare(x)[0], Target.Class(1));
            Near.Equal(other.ToArray(), one.ToArray(), 1e-6, $"length {length}");
            Assert.Equal(other.ScoreValue, one.ScoreValue, 5);
        }
    }

    [Fact]
    public void Too_many_steps_say_how_many_there_may_be()
    {
        foreach (bool byScan in new[] { true, false })
        {
            using var model = Model.FromGraph(Recurrent(byScan), new() { OutputKind = OutputKind.Logits });
            int length = InlineKnownLoops.MostSteps + 1;
            var input = model.Prepare(TensorData.Adopt(LinearModels.Values(length * Features, 5), 1, length, Features))[0];
            Assert.Contains("1024", Assert.Throws<UnsupportedOperatorException>(() => new InputGradient(model).Explain(input)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>x [N, T, features] → the last state of h ← tanh(W xₜ + R h) → two classes.</summary>
    private static Graph Recurrent(bool byScan)
    {
        var builder = new GraphBuilder("recurrent");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), Dimension.Named("T"), Features));
        string steps = builder.Add("Transpose", [x], "steps", ("perm", new NodeAttribute.Ints([1, 0, 2])));
        var (w, r) = (LinearModels.Values(Hidden * Features, 1), LinearModels.Values(Hidden * Hidden, 2));
        string last;
        if (byScan)
        {
            string wt = builder.Constant(TensorData.Adopt(Turned(w, Features), Features, Hidden), "wt"), rt = builder.Constant(TensorData.Adopt(Turned(r, Hidden), Hidden, Hidden), "rt");
            string items = builder.Add("Shape", [x], "items", ("start", 0L), ("end", 1L));
            string start = builder.Add("ConstantOfShape", [builder.Add("Concat", [items, builder.Constant([(long)Hidden])], null, ("axis", 0L))], "start");
            last = builder.AddNode("Scan", [start, steps], 1, "scan", ("body", Body(wt, rt)), ("num_scan_inputs", 1L)).Outputs[0];
        }
        else
        {
            string[] inputs = [steps, builder.Constant(TensorData.Adopt(w, 1, Hidden, Features), "w"), builder.Constant(TensorData.Adopt(r, 1, Hidden, Hidden), "r")];
            string state = builder.AddNode("RNN", inputs, 2, "rnn", ("hidden_size", (long)Hidden)).Outputs[1];
            last = builder.Add("Squeeze", [state, builder.Constant([0L])]);
        }

        string head = builder.Constant(TensorData.Adopt(LinearModels.Values(2 * Hidden, 3), 2, Hidden), "head");
        builder.OutputAs(builder.Add("Gemm", [last, head], null, ("transB", 1L)), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return builder.Build();
    }

    private static Graph Body(string w, string r)
    {
        var builder = new GraphBuilder("body");
        string h = builder.Input("h", ElementType.Float32, new Shape(Dimension.Unknown, Hidden)), x = builder.Input("item", ElementType.Float32, new Shape(Dimension.Unknown, Features));
        builder.Output(builder.Add("Tanh", [builder.Add("Add", [builder.Add("MatMul", [x, w]), builder.Add("MatMul", [h, r])])], "next"), ElementType.Float32, null);
        return builder.Build() with { Opsets = new Graph().Opsets };
    }

    private static float[] Turned(float[] matrix, int columns) =>
        [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[(i % (matrix.Length / columns) * columns) + (i / (matrix.Length / columns))])];

    /// <summary>A reference network with another length of its text; <c>null</c>: open.</summary>
    private static Graph Opened(string model, int? length)
    {
        var graph = OnnxReader.Read(Path.Combine(Shared.Reference, "models", $"{model}.onnx"));
        var input = graph.Inputs[0];
        return graph with
        {
            Inputs = [new Value(input.Name, input.Element, new Shape(Dimension.Named("N"), length is { } known ? known : Dimension.Named("L")))],
            InnerTypes = ImmutableDictionary<string, Unmask.Graphs.ValueType>.Empty,
        };
    }
}

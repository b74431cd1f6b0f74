using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;
using Unmask.WhiteBox;

namespace Unmask.Tests.WhiteBox;

/// <summary>Attention between streams of tokens, and on real vision transformers.</summary>
public sealed class AttentionStreamTests
{
    private const int Source = 4, Queries = 3, Features = 6;

    [Fact]
    public void Streams_of_an_encoder_and_a_decoder_are_told_apart()
    {
        var blocks = AttentionBlock.FindAll(EncoderDecoder());
        Assert.Equal([(0, 0), (1, 1), (1, 0), (1, 1), (1, 0)], blocks.Select(block => (block.QueryStream, block.KeyStream)));
        Assert.Equal([true, true, false, true, false], blocks.Select(block => block.IsSelf));
    }

    [Fact]
    public void Relevance_passes_from_one_stream_to_the_other_as_the_equations_say()
    {
        using var model = Model.FromGraph(EncoderDecoder(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(Source * Features, 5), 1, Source, Features))[0];
        double[][,] gained = [.. Cut.Attention.Resolve(model).Select(cut => Contribution(model, input, cut.Value))];
        double[,] source = Plus(Identity(Source), gained[0]);
        double[,] own = Plus(Identity(Queries), gained[1]);
        double[,] from = Times(Times(Transposed(Normalised(own)), gained[2]), Normalised(source));
        (own, from) = (Plus(own, Times(gained[3], own)), Plus(from, Times(gained[3], from)));
        from = Plus(from, Times(Times(Transposed(Normalised(own)), gained[4]), Normalised(source)));
        float[] expected = [.. Enumerable.Range(0, Source).Select(j => (float)Enumerable.Range(0, Queries).Average(i => from[i, j]))];
        var map = new GenericAttention(model).Explain(input, Target.Class(0));
        Near.Equal(expected, map.ToArray(), 1e-6, "relevance of the source");
        Assert.Contains(expected, value => value > 1e-4);
        Assert.Contains("from one stream", Assert.Throws<UnmaskException>(() => new AttentionRollout(model).Explain(input, Target.Class(0))).Message, StringComparison.Ordinal);
    }

    [SharedTheory]
    [InlineData("vit_tiny", 2, "reference")]
    [InlineData("vit_cifar10", 6, "models")]
    public void On_a_vision_transformer_derivatives_are_finite_differences(string file, int blocks, string folder)
    {
        using var model = Model.Load(Path.Combine(folder == "models" ? Shared.Models : Path.Combine(Shared.Reference, "models"), $"{file}.onnx"), new() { OutputKind = OutputKind.Logits });
        var (height, width) = ((int)model.Inputs[0].Shape![2].Size!.Value, (int)model.Inputs[0].Shape![3].Size!.Value);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(3 * height * width, 1), 1, 3, height, width))[0];
        var cuts = Cut.Attention.Resolve(model);
        Assert.Equal(blocks, cuts.Length);
        foreach (var cut in cuts)
        {
            var (weights, sizes) = model.ValueOf(cut.Value, input, default);
            Assert.All(Enumerable.Range(0, weights.Length / sizes[^1]), row => Assert.Equal(1, weights.AsSpan(row * sizes[^1], sizes[^1]).ToArray().Sum(value => (double)value), 5));
            float[] gradient = new MultiplierProbe(model, "gradient", new(RuleSet.Gradient, Estimator.Point, Cut.Layer(cut.Value), Aggregator.Multiplier)).Explain(input, Target.Class(1)).ToArray();
            // Along the gradient itself: in a random direction of so many the change would be too small against the curvature.
            double length = Math.Sqrt(gradient.Sum(value => (double)value * value)), actual = (Logit(0.01f) - Logit(-0.01f)) / 0.02;
            Assert.True(Math.Abs(actual - length) < 0.01 * length, $"{cut.Value}: {actual} by differences, {length} by the gradient");

            double Logit(float step)
            {
                var rest = FeedValues.Run(model.Graph!, [cut.Value]);
                using var session = Unmask.Runtime.Session.FromGraph(rest);
                float[] moved = [.. weights.Zip(gradient, (weight, slope) => (float)(weight + (step * slope / length)))];
                var feeds = session.Inputs.ToDictionary(value => value.Name, value => value.Name == cut.Value
                    ? TensorData.Adopt(moved, [1, .. sizes.Select(size => (long)size)]) : TensorData.Adopt(input.Values.ToArray(), 1, 3, height, width));
                return session.Run(feeds)[0].AsSpan<float>()[1];
            }
        }

        foreach (IExplainer explainer in new IExplainer[] { new AttentionWeights(model), new AttentionRollout(model), new AttentionGradCam(model), new GenericAttention(model) })
        {
            var map = explainer.Explain(input, Target.Class(1));
            Assert.True(map.HasMap);
            Assert.Equal(map.Layer!.Grid!.Height * map.Layer.Grid.Width, map.Attributions.FlattenedLength);
            Assert.Contains(map.Diagnostics.Notes, note => note.Contains("row", StringComparison.Ordinal));
        }
    }

    // An encoder block on the source, then twice: learnt queries attend to each other, and to the source.
    private static Graph EncoderDecoder()
    {
        var b = new GraphBuilder("detr");
        string source = b.Input("source", ElementType.Float32, new Shape(Dimension.Named("N"), Source, Features));
        string encoded = b.Add("Add", [source, Attend(b, source, source, 10)]);
        string queries = b.Constant(TensorData.Adopt(LinearModels.Values(Queries * Features, 3), 1, Queries, Features), "queries");
        foreach (ulong seed in new ulong[] { 20, 30 })
        {
            queries = b.Add("Add", [queries, Attend(b, queries, queries, seed)]);
            queries = b.Add("Add", [queries, Attend(b, queries, encoded, seed + 5)]);
        }

        string read = b.Add("ReduceMean", [queries, b.Constant([1L])], null, ("keepdims", 0L));
        b.OutputAs(b.Add("MatMul", [read, W(b, 40, 2)]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return ShapeInference.Run(b.Build());
    }

    private static string Attend(GraphBuilder b, string asking, string looked, ulong seed)
    {
        string[] q = [b.Add("MatMul", [asking, W(b, seed, Features)]), b.Add("MatMul", [looked, W(b, seed + 1, Features)]), b.Add("MatMul", [looked, W(b, seed + 2, Features)])];
        string scores = b.Add("MatMul", [q[0], b.Add("Transpose", [q[1]], null, ("perm", new NodeAttribute.Ints([0, 2, 1])))]);
        return b.Add("MatMul", [b.Add("Softmax", [scores], null, ("axis", -1L)), q[2]]);
    }

    private static string W(GraphBuilder b, ulong seed, int columns) => b.Constant(TensorData.Adopt(LinearModels.Values(Features * columns, seed), Features, columns), $"w{seed}");

    // E_h (∇A ⊙ A)⁺ of the one head, from values and multipliers that are asked for one by one.
    private static double[,] Contribution(Model model, ModelInput input, string layer)
    {
        var probes = new[] { Aggregator.Value, Aggregator.Multiplier }.Select(aggregator =>
            new MultiplierProbe(model, "probe", new(RuleSet.Gradient, Estimator.Point, Cut.Layer(layer), aggregator)).Explain(input, Target.Class(0))).ToList();
        var (rows, columns) = (probes[0].Layer!.Sizes[^2], probes[0].Layer!.Sizes[^1]);
        float[] products = [.. probes[0].ToArray().Zip(probes[1].ToArray(), (weight, multiplier) => Math.Max(0, weight * multiplier))];
        return Filled(rows, columns, (i, j) => products[(i * columns) + j]);
    }

    private static double[,] Normalised(double[,] relevance) => Filled(relevance.GetLength(0), relevance.GetLength(0), (i, j) =>
    {
        double sum = Enumerable.Range(0, relevance.GetLength(0)).Sum(k => relevance[i, k] - (i == k ? 1 : 0)), other = relevance[i, j] - (i == j ? 1 : 0);
        return (i == j ? 1 : 0) + (sum == 0 ? 0 : other / sum);
    });

    private static double[,] Identity(int size) => Filled(size, size, (i, j) => i == j ? 1 : 0);

    private static double[,] Transposed(double[,] matrix) => Filled(matrix.GetLength(1), matrix.GetLength(0), (i, j) => matrix[j, i]);

    private static double[,] Plus(double[,] one, double[,] other) => Filled(one.GetLength(0), one.GetLength(1), (i, j) => one[i, j] + other[i, j]);

    private static double[,] Times(double[,] one, double[,] other) =>
        Filled(one.GetLength(0), other.GetLength(1), (i, j) => Enumerable.Range(0, one.GetLength(1)).Sum(k => one[i, k] * other[k, j]));

    private static double[,] Filled(int rows, int columns, Func<int, int, double> value)
    {
        double[,] matrix = new double[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            matrix[i / columns, i % columns] = value(i / columns, i % columns);
        }

        return matrix;
    }
}

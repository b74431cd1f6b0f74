using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Imaging;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>Existing models: their last layers, where they are cut, and what a training of a part changes.</summary>
public sealed class FineTuningTests
{
    private static readonly string[] Three = ["cat", "dog", "owl"];

    public static TheoryData<string> Heads => [.. HeadForms.Keys];

    private static Dictionary<string, Func<GraphBuilder, string>> HeadForms { get; } = new(StringComparer.Ordinal)
    {
        ["gemm"] = graph => graph.Add("Gemm", ["x", graph.Constant(Filled(1, 6, 5), "w"), graph.Constant(Filled(0, 5), "b")]),
        ["gemm of a transposed matrix"] = graph => graph.Add("Gemm", ["x", graph.Constant(Filled(1, 5, 6), "w")], null, ("transB", 1L)),
        ["matrix and sum"] = graph => graph.Add("Add", [graph.Constant(Filled(0, 5), "b"), graph.Add("MatMul", ["x", graph.Constant(Filled(1, 6, 5), "w")])]),
        ["reshaped"] = graph => graph.Add("Reshape", [graph.Add("MatMul", ["x", graph.Constant(Filled(1, 6, 5), "w")]), graph.Constant([-1L, 5], "shape")]),
        ["convolution, rectified and averaged"] = graph =>
        {
            string pixels = graph.Add("Reshape", ["x", graph.Constant([0L, 3, 1, 2], "pixels")]);
            string convolved = graph.Add("Conv", [pixels, graph.Constant(Filled(1, 5, 3, 1, 1), "w"), graph.Constant(Filled(0, 5), "b")]);
            return graph.Add("GlobalAveragePool", [graph.Add("Relu", [convolved])]);
        },
        ["convolution and a sum of its own"] = graph =>
        {
            string pixels = graph.Add("Reshape", ["x", graph.Constant([0L, 6, 1, 1], "pixels")]);
            return graph.Add("Add", [graph.Add("Conv", [pixels, graph.Constant(Filled(1, 5, 6, 1, 1), "w")]), graph.Constant(Filled(0, 1, 5, 1, 1), "b")]);
        },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_head_of_any_form_is_found_behind_a_softmax_and_renewed(string form)
    {
        var builder = new GraphBuilder("head");
        builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 6));
        builder.OutputAs(builder.Add("Softmax", [HeadForms[form](builder)], null, ("axis", 1L)), "probabilities", ElementType.Float32, null);
        var tuning = FineTuning.Of(builder.Build(), Three);
        Assert.Equal("w", tuning.Weights[0]);
        Assert.Equal(3, tuning.Network.Constants["w"].Dimensions.Max(size => size == 6 ? 0 : size));
        using var session = Session.FromGraph(tuning.Network);
        float[] row = [3, -1, 2, -5, 4, -2];
        var logits = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt([.. row, .. row], 2, 6) })[0];
        Assert.Equal([2L, 3], logits.Dimensions.ToArray());
        float[] values = logits.AsSpan<float>().ToArray();
        Assert.Equal(values[..3], values[3..]);
        Assert.True(values.Distinct().Count() > 1 && Math.Abs(values.Sum() - 2) > 1e-3, "Drawn weights give logits that differ and are no probabilities.");
    }

    [Fact]
    public void A_matrix_that_others_read_as_well_stays_for_them()
    {
        var builder = new GraphBuilder("tied");
        builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        string table = builder.Constant(Filled(1, 4, 4), "table"), hidden = builder.Add("MatMul", ["x", table], "hidden");
        builder.OutputAs(builder.Add("MatMul", [hidden, table], "last"), "logits", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        var tuning = FineTuning.Of(builder.Build(), Three);
        Assert.Equal([4L, 4], tuning.Network.Constants["table"].Dimensions.ToArray());
        Assert.Equal([4L, 3], tuning.Network.Constants[Assert.Single(tuning.Weights)].Dimensions.ToArray());
    }

    [Fact]
    public void The_last_layer_stays_where_the_labels_are_the_classes_and_only_there()
    {
        var model = ModelCard.WriteTo(Networks.ResNet(16, 3, 4), Three, Preprocessing.TensorFlow);
        var same = FineTuning.Of(model, ["Cat", "dog", "owl"]);
        Assert.True(same.KeepsHead);
        Assert.Same(model.Constants["head/linear.weight"], same.Network.Constants["head/linear.weight"]);
        var other = FineTuning.Of(model, ["dog", "cat", "owl"], seed: 5);
        Assert.False(other.KeepsHead);
        Assert.False(model.Constants["head/linear.weight"].Bytes.Span.SequenceEqual(other.Network.Constants["head/linear.weight"].Bytes.Span));
        Assert.Same(model.Constants["stem/conv.weight"], other.Network.Constants["stem/conv.weight"]);
        var card = ModelCard.Of(other.Network);
        Assert.Equal("dog", card.Labels![0]);
        Assert.Equal((127.5f, 1f), (card.Preprocessing!.Scale, card.Preprocessing.Mean[0]));
    }

    [Fact]
    public void The_last_block_of_a_built_network_is_its_last_block()
    {
        static string[] Parts(Graph network) => [.. FineTuning.Of(network, part: TrainedPart.LastBlock).Weights.Select(name => name[..name.LastIndexOf('/')]).Distinct()];
        Assert.Equal(["stage3/block2", "head"], Parts(Networks.ResNet(16, 3, 4, blocks: 2)));
        Assert.Equal(["stage3/block1", "head"], Parts(Networks.ResNet(16, 3, 4)));
        Assert.Equal(["stage3", "head"], Parts(Networks.Vgg(16, 3, [4, 4, 4])));
        Assert.Equal(["block2", "head"], Parts(Networks.VisionTransformer(16, 3, width: 8, blocks: 2, heads: 2)));
        Assert.Equal(["linear.weight_1", "linear.bias_1", "linear.weight_2", "linear.bias_2"], FineTuning.Of(Networks.Mlp(4, [5, 6], 3), part: TrainedPart.LastBlock).Weights.ToArray());
    }

    [SharedFact]
    public void Real_networks_are_cut_where_their_last_block_begins()
    {
        static (int Tensors, long Numbers) Trained(string file, TrainedPart part)
        {
            var tuning = FineTuning.Of(OnnxReader.Read(Path.Combine(Shared.Models, file)), Three, part);
            return (tuning.Weights.Length, tuning.Weights.Sum(name => tuning.Network.Constants[name].Count));
        }

        // Two convolutions of 64 channels with their normalisations, and 64 × 3 + 3.
        Assert.Equal((8, (2 * 36864) + 256 + 195), Trained("resnet20_cifar10.onnx", TrainedPart.LastBlock));
        Assert.Equal((2, 195), Trained("resnet20_cifar10.onnx", TrainedPart.Head));
        // Expansion 160 → 960, 3 × 3 of each channel, 960 → 320, the last convolution 320 → 1280, and 1280 × 3 + 3.
        Assert.Equal((10, (160 * 960) + 960 + (9 * 960) + 960 + (960 * 320) + 320 + (320 * 1280) + 1280 + 3843), Trained("mobilenet_v2_1.0_224.onnx", TrainedPart.LastBlock));
        Assert.Equal((2, (512 * 3) + 3), Trained("squeezenet_v1.1_224.onnx", TrainedPart.Head));
        Assert.Equal((2, (128 * 3) + 3), Trained("vit_cifar10.onnx", TrainedPart.Head));
    }

    [Fact]
    public void Training_a_head_on_features_is_training_it_on_items_and_nothing_else_moves()
    {
        var model = Networks.ResNet(16, 2, 4, seed: 2);
        var tuning = FineTuning.Of(model, Three);
        Assert.Equal(16, tuning.FeatureCount);
        var items = Items(30);
        var recipe = FineTuning.RecipeOf(TrainedPart.Head, epochs: 4, batch: 8);
        var cached = tuning.Whole(new Trainer(tuning.Tail, recipe).Run(tuning.FeaturesOf(items, threads: 2), tuning.FeaturesOf(items, threads: 1)));
        var direct = new Trainer(tuning.Network, recipe) { Weights = tuning.Weights }.Run(items, items);
        Assert.Equal(direct.Epochs[^1].ValidationLoss!.Value, cached.Epochs[^1].ValidationLoss!.Value, 1e-4);
        foreach (var (name, constant) in tuning.Network.Constants)
        {
            bool trained = tuning.Weights.Contains(name), same = constant.Bytes.Span.SequenceEqual(cached.Network.Constants[name].Bytes.Span);
            Assert.Equal(trained, !same);
            if (trained)
            {
                Assert.All(direct.Network.Constants[name].AsSpan<float>().ToArray().Zip(cached.Network.Constants[name].AsSpan<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            }
        }
    }

    [Fact]
    public void Training_the_last_block_moves_its_statistics_and_no_others()
    {
        var tuning = FineTuning.Of(Networks.ResNet(16, 2, 4, seed: 2), Three, TrainedPart.LastBlock);
        var result = tuning.Whole(new Trainer(tuning.Tail, FineTuning.RecipeOf(TrainedPart.LastBlock, epochs: 1, batch: 8)).Run(tuning.FeaturesOf(Items(16))));
        string[] moved = [.. tuning.Network.Constants.Where(pair => !pair.Value.Bytes.Span.SequenceEqual(result.Network.Constants[pair.Key].Bytes.Span)).Select(pair => pair.Key)];
        Assert.Contains("stage3/block1/norm.mean", moved);
        Assert.All(moved, name => Assert.True(name.StartsWith("stage3/block1/", StringComparison.Ordinal) || name.StartsWith("head/", StringComparison.Ordinal), name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_part_does_not_go_on_behind_other_weights(bool once)
    {
        using var folder = new TemporaryFolder();
        var recipe = FineTuning.RecipeOf(TrainedPart.Head, epochs: 1, batch: 8);
        TrainingResult Train(ulong seed, bool resume)
        {
            var tuning = FineTuning.Of(Networks.ResNet(16, 2, 4, seed: seed), Three);
            var trainer = new Trainer(once ? tuning.Tail : tuning.Network, recipe) { Weights = tuning.Weights, Folder = folder.Path, Resume = resume };
            return trainer.Run(once ? tuning.FeaturesOf(Items(16)) : Items(16));
        }

        Train(2, resume: false);
        Train(2, resume: true);
        Assert.Contains("weights", Assert.Throws<UnmaskException>(() => Train(3, resume: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_become_what_the_model_reads_at_use()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 3));
        var pictures = LabelledPictures.Of(photos, new(0));
        foreach (var (shape, preprocessing) in ((Shape, Preprocessing)[])
        [
            (new Shape(Dimension.Named("N"), 3, 16, 16), Preprocessing.TensorFlow),
            (new Shape(Dimension.Named("N"), 16, 12, 3), Preprocessing.Raw with { ChannelOrder = ChannelOrder.Bgr, Mean = [100, 110, 120] }),
        ])
        {
            var input = new Value("x", ElementType.Float32, shape);
            var set = new ModelPictures(PictureTrainingSet.Load(pictures.Training, ModelPictures.SizeFor(input, preprocessing)), input, preprocessing);
            var read = set.Read([1, 4], null);
            var reader = new PictureReader(input, ModelPictures.AtUse(input, preprocessing));
            float[] expected = [.. reader.Read(pictures.Training[1].Photo.Load()).Values.ToArray(), .. reader.Read(pictures.Training[4].Photo.Load()).Values.ToArray()];
            Assert.Equal(expected.Length, read["x"].Count);
            Assert.All(expected.Zip(read["x"].AsSpan<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Max(1, Math.Abs(pair.First))));
            Assert.Equal([pictures.Training[1].Class, pictures.Training[4].Class], read["target"].AsSpan<long>().ToArray());
        }
    }

    [Fact]
    public void Models_that_cannot_be_trained_are_refused_with_a_reason()
    {
        static string Refused(Graph model, string[]? classes = null, ModelOptions? options = null) => Assert.Throws<UnmaskException>(() => FineTuning.Of(model, classes ?? Three, TrainedPart.Head, options)).Message;
        var network = Networks.Mlp(4, [5], 3);
        Assert.Contains("There are 2 labels for the 3 outputs", Refused(network, options: new() { Labels = new(["a", "b"]) }), StringComparison.Ordinal);

        var builder = new GraphBuilder("no layer");
        builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        builder.OutputAs(builder.Add("Exp", ["x"], "exp"), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        Assert.Contains("is Exp at node", Refused(builder.Build()), StringComparison.Ordinal);
        Assert.Contains("no weights to train", Assert.Throws<UnmaskException>(() => FineTuning.Of(builder.Build(), null, TrainedPart.All)).Message, StringComparison.Ordinal);

        var places = new NetworkBuilder("places");
        Assert.Contains("it is no classifier", Refused(places.Build(places.Input("x", 3, 8, 8).Conv(5, 1))), StringComparison.Ordinal);

        var rounded = network.ToBuilder();
        rounded.Add("QuantizeLinear", ["features", rounded.Constant(0.1f), rounded.Constant(TensorData.Scalar((byte)0))]);
        Assert.Contains("computes in integers", Refused(rounded.Build()), StringComparison.Ordinal);
    }

    private static ArrayTrainingSet Items(int count)
    {
        float[] pixels = InitialWeights.Draw(Initialization.Xavier, [count, 3, 16, 16], (1, 1), Rng.At(8, 0)).AsSpan<float>().ToArray();
        return new(new Dictionary<string, TensorData> { ["image"] = TensorData.Adopt(pixels, count, 3, 16, 16), ["target"] = TensorData.Vector<long>([.. Enumerable.Range(0, count).Select(i => i % 3L)]) });
    }

    private static TensorData Filled(float value, params ReadOnlySpan<long> shape) =>
        InitialWeights.Filled(shape.ToArray().Aggregate(1L, (product, size) => product * size), value).Reshape(shape);
}

using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Models;

/// <summary>Segmenters and detectors: one score for each class, as a closed form says.</summary>
public sealed class PlaceScoreTests
{
    private const int Side = 6;

    private static readonly float[] Values = LinearModels.Values(3 * Side * Side, 5);

    private static readonly float[] Factors = [1.5f, -2f, 0.5f, 3f];

    [Theory]
    [InlineData(Score.Logit)]
    [InlineData(Score.Output)]
    [InlineData(Score.Probability)]
    [InlineData(Score.LogProbability)]
    [InlineData(Score.Sigmoid)]
    public void A_segmenter_scores_a_class_by_its_strongest_place(Score score)
    {
        using var model = Model.FromGraph(Segmenter());
        Near.Equal(Strongest(score), model.Evaluate(Input(model), score), 1e-6, score.Name());
        Assert.Contains(model.Notes, note => note.Contains("maximum over all places", StringComparison.Ordinal));
    }

    [Fact]
    public void A_segmenter_that_ends_in_a_softmax_shows_its_logits_too()
    {
        using var model = Model.FromGraph(Segmenter("Softmax"));
        Near.Equal(Strongest(Score.Probability), model.Evaluate(Input(model), Score.Probability), 1e-6, "probability");
        Near.Equal(Strongest(Score.Logit), model.Evaluate(Input(model), Score.Logit), 1e-6, "logit");
        Near.Equal(Strongest(Score.LogProbability), model.Evaluate(Input(model), Score.LogProbability), 1e-6, "log-probability");
    }

    [Fact]
    public void A_segmenter_that_ends_in_a_sigmoid_has_a_probability_for_each_class_alone()
    {
        using var model = Model.FromGraph(Segmenter("Sigmoid"));
        Near.Equal(Strongest(Score.Sigmoid), model.Evaluate(Input(model), Score.Probability), 1e-6, "probability");
        Near.Equal(Array.ConvertAll(Strongest(Score.Sigmoid), MathF.Log), model.Evaluate(Input(model), Score.LogProbability), 1e-6, "log-probability");
    }

    [Theory]
    [InlineData(Score.Logit)]
    [InlineData(Score.Probability)]
    public void Classes_on_the_last_axis_are_found_where_pictures_have_their_channels_last(Score score)
    {
        using var model = Model.FromGraph(Segmenter(channelsLast: true));
        float[] last = new float[Values.Length];
        for (int i = 0; i < last.Length; i++)
        {
            last[((i % (Side * Side)) * 3) + (i / (Side * Side))] = Values[i];
        }

        Near.Equal(Strongest(score), model.Evaluate(model.Prepare(TensorData.Adopt(last, 1, Side, Side, 3))[0], score), 1e-6, score.Name());
    }

    [Fact]
    public void A_detector_scores_a_class_by_objectness_times_probability_of_its_strongest_box()
    {
        using var model = Model.FromGraph(Detector(), new() { OutputKind = OutputKind.Detections });
        Assert.Equal<Score>([Score.Probability, Score.LogProbability, Score.Output], model.AvailableScores.ToArray());
        // Boxes (objectness; classes): (0.5; 0.9, 0.2), (0.8; 0.5, 0.1), (0.1; 0.3, 1.0) times the picture's mean of 1.
        var input = model.Prepare(TensorData.Adopt(Enumerable.Repeat(1f, 3 * Side * Side).ToArray(), 1, 3, Side, Side))[0];
        Near.Equal([0.45f, 0.1f], model.Evaluate(input, Score.Probability), 1e-6, "probability");
        Near.Equal([MathF.Log(0.45f), MathF.Log(0.1f)], model.Evaluate(input, Score.LogProbability), 1e-6, "log-probability");
        Assert.Contains(model.Notes, note => note.Contains("objectness times class probability", StringComparison.Ordinal));
    }

    [Fact]
    public void Boxes_are_recognised_when_the_labels_count_their_classes()
    {
        using var model = Model.FromGraph(Detector(), new() { Labels = new Labels(["cat", "dog"]) });
        Assert.Equal(2, model.Predict(Input(model)).ClassCount);
        Assert.Contains("--output-kind detections", Refusal(Detector(), new()), StringComparison.Ordinal);
        Assert.Contains("2 classes, but there are 3 labels", Refusal(Detector(), new() { OutputKind = OutputKind.Detections, Labels = new Labels(["a", "b", "c"]) }), StringComparison.Ordinal);
        Assert.Contains("four axes", Refusal(Detector(), new() { OutputKind = OutputKind.Segmentation }), StringComparison.Ordinal);
        Assert.Contains("[N, boxes, 5 + classes]", Refusal(Segmenter(), new() { OutputKind = OutputKind.Detections }), StringComparison.Ordinal);
    }

    /// <summary>The class's score is the centre's brightness: RISE must find the centre, as for a classifier, and with any batch.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Explainers_work_on_a_segmenter_as_on_the_classifier_that_pools_its_places(int batch)
    {
        using var segmenter = Model.FromGraph(Segmenter(), new() { Throughput = new() { BatchSize = batch } });
        using var function = Model.FromFunction(Pooled, LinearModels.Layout(3, Side, Side), OutputKind.Logits);
        var options = RiseOptions.Paper with { Masks = 50, Score = Score.Logit, Cells = 3 };
        var expected = new Rise(function, options).Explain(Input(function), Target.Class(2));
        var map = new Rise(segmenter, options).Explain(Input(segmenter), Target.Class(2));
        Near.Equal(expected.ToArray(), map.ToArray(), 1e-5, "map");
        Assert.Contains(map.Diagnostics.Notes, note => note.Contains("segmentation", StringComparison.Ordinal));
    }

    [Fact]
    public void Functions_may_return_places_and_boxes()
    {
        using var segmenter = Model.FromFunction(Places, LinearModels.Layout(3, Side, Side), OutputKind.Segmentation);
        Near.Equal(Strongest(Score.Probability), segmenter.Evaluate(Input(segmenter), Score.Probability), 1e-6, "segmentation");
        using var detector = Model.FromFunction(
            batch => Tensor.Create([0, 0, 1, 1, 0.5f, 0.4f, 0, 0, 1, 1, 0.25f, 1f], [(nint)1, 2, 6]), LinearModels.Layout(3, Side, Side), OutputKind.Detections);
        Near.Equal([0.25f], detector.Evaluate(Input(detector), Score.Probability), 1e-6, "detections");
        using var wrong = Model.FromFunction(Pooled, LinearModels.Layout(3, Side, Side), OutputKind.Segmentation);
        Assert.Contains("must have 4 axes", Assert.Throws<UnmaskException>(() => wrong.Predict(Input(wrong))).Message, StringComparison.Ordinal);
    }

    [SharedFact]
    [Trait("Category", "Slow")]
    public void The_segmenter_and_the_detector_see_what_is_on_photos()
    {
        using var photos = PhotoSet.Open(Path.Combine(Shared.Data, "coco128_masks.zip"));
        using var segmenter = Real("deeplabv3_mnv2_dm05_voc_257.onnx", Preprocessing.TensorFlow, "labels_voc21.txt");
        using var detector = Real("yolo_fastestv2_coco_352.onnx", Preprocessing.Unit, "labels_coco80.txt");
        Assert.Equal((21, 80), (segmenter.Predict(segmenter.Prepare(photos.Photos[0].Load())).ClassCount, detector.Predict(detector.Prepare(photos.Photos[0].Load())).ClassCount));
        Assert.True(ChanceToRankRight(segmenter, photos) > 0.9, $"segmenter: {ChanceToRankRight(segmenter, photos):f3}");
        Assert.True(ChanceToRankRight(detector, photos) > 0.9, $"detector: {ChanceToRankRight(detector, photos):f3}");
    }

    private static Model Real(string file, Preprocessing preprocessing, string labels) => Model.Load(Path.Combine(Shared.Models, file), new()
    {
        Preprocessing = preprocessing with { Fit = Fit.Stretch },
        Labels = Labels.FromFile(Path.Combine(Shared.Models, labels)),
    });

    /// <summary>How often a category that fills a twentieth of a photo scores above one that is not on it; 0.5 by guessing.</summary>
    private static double ChanceToRankRight(Model model, PhotoSet photos)
    {
        var map = ClassMap.ByName(model.Labels);
        string[] known = [.. photos.Photos.SelectMany(photo => photo.Categories).Distinct(StringComparer.Ordinal).Where(name => map.ClassesOf(name).Count > 0)];
        int right = 0, pairs = 0;
        foreach (var photo in photos.Photos.Take(30))
        {
            var prediction = model.Predict(model.Prepare(photo.Load()));
            foreach (string there in photo.Categories.Intersect(known, StringComparer.Ordinal).Where(name => photo.TruthOf(name) is { } truth && truth.Count >= 0.05 * truth.Pixels.Length))
            {
                foreach (string absent in known.Except(photo.Categories, StringComparer.Ordinal))
                {
                    pairs++;
                    right += prediction.Probability(map.ClassesOf(there)[0]) > prediction.Probability(map.ClassesOf(absent)[0]) ? 1 : 0;
                }
            }
        }

        return (double)right / pairs;
    }

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(Values, 1, 3, Side, Side))[0];

    private static string Refusal(Graph graph, ModelOptions options) => Assert.Throws<UnmaskException>(() => Model.FromGraph(graph, options)).Message;

    /// <summary>Four classes at each place: the red value times a factor each.</summary>
    private static Graph Segmenter(string? activation = null, bool channelsLast = false)
    {
        var builder = new GraphBuilder("segmenter");
        var n = Dimension.Named("N");
        string x = builder.Input("x", ElementType.Float32, channelsLast ? new Shape(n, Side, Side, 3) : new Shape(n, 3, Side, Side));
        string axis = builder.Constant([channelsLast ? 3L : 1L]);
        string red = builder.Add("Slice", [x, builder.Constant([0L]), builder.Constant([1L]), axis]);
        string y = builder.Add("Mul", [red, builder.Constant(channelsLast ? TensorData.Adopt(Factors, 1, 1, 1, 4) : TensorData.Adopt(Factors, 1, 4, 1, 1))]);
        if (activation is not null)
        {
            y = activation == "Sigmoid" ? builder.Add("Sigmoid", [y]) : builder.Add("Softmax", [y], null, ("axis", 1L));
        }

        builder.OutputAs(y, "y", ElementType.Float32, channelsLast ? new Shape(n, Side, Side, 4) : new Shape(n, 4, Side, Side));
        return builder.Build();
    }

    /// <summary>Three fixed boxes of two classes; objectness times the picture's mean.</summary>
    private static Graph Detector()
    {
        var builder = new GraphBuilder("detector");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string mean = builder.Add("ReduceMean", [x, builder.Constant([1L, 2L, 3L])], null, ("keepdims", 1L));
        string flat = builder.Add("Reshape", [mean, builder.Constant([-1L, 1L, 1L])]);
        float[] boxes = [7, 8, 9, 9, 0.5f, 0.9f, 0.2f, 7, 8, 9, 9, 0.8f, 0.5f, 0.1f, 7, 8, 9, 9, 0.1f, 0.3f, 1.0f];
        float[] bright = [0, 0, 0, 0, 1, 0, 0], fixedPart = [1, 1, 1, 1, 0, 1, 1];
        string scale = builder.Add("Add", [builder.Add("Mul", [flat, builder.Constant(TensorData.Adopt(bright, 1, 1, 7))]), builder.Constant(TensorData.Adopt(fixedPart, 1, 1, 7))]);
        string y = builder.Add("Mul", [scale, builder.Constant(TensorData.Adopt(boxes, 1, 3, 7))]);
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 7));
        return builder.Build();
    }

    private static float[] Strongest(Score score)
    {
        float[] best = [.. Enumerable.Repeat(float.NegativeInfinity, Factors.Length)];
        for (int place = 0; place < Side * Side; place++)
        {
            double sum = Factors.Sum(factor => Math.Exp(factor * Values[place]));
            for (int k = 0; k < best.Length; k++)
            {
                double logit = Factors[k] * Values[place];
                double value = score switch
                {
                    Score.Probability => Math.Exp(logit) / sum,
                    Score.LogProbability => logit - Math.Log(sum),
                    Score.Sigmoid => 1 / (1 + Math.Exp(-logit)),
                    _ => logit,
                };
                best[k] = Math.Max(best[k], (float)value);
            }
        }

        return best;
    }

    private static Tensor<float> Places(Tensor<float> batch)
    {
        int items = (int)batch.Lengths[0], area = Side * Side;
        float[] values = new float[(int)batch.FlattenedLength], places = new float[items * Factors.Length * area];
        batch.FlattenTo(values);
        for (int i = 0; i < places.Length; i++)
        {
            int item = i / (Factors.Length * area), k = i / area % Factors.Length;
            places[i] = Factors[k] * values[(item * 3 * area) + (i % area)];
        }

        return Tensor.Create(places, [(nint)items, Factors.Length, Side, Side]);
    }

    private static Tensor<float> Pooled(Tensor<float> batch)
    {
        var places = Places(batch);
        int items = (int)places.Lengths[0], area = Side * Side;
        float[] values = new float[(int)places.FlattenedLength];
        places.FlattenTo(values);
        float[] pooled = new float[items * Factors.Length];
        for (int i = 0; i < pooled.Length; i++)
        {
            pooled[i] = TensorPrimitives.Max<float>(values.AsSpan(i * area, area));
        }

        return Tensor.Create(pooled, [(nint)items, Factors.Length]);
    }
}

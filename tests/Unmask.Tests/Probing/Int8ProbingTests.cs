using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Graphs.Passes.Quantization;
using Unmask.Tests.Support;

namespace Unmask.Tests.Probing;

public sealed class Int8ProbingTests
{
    private static readonly RiseOptions Options = RiseOptions.Paper with { Masks = 400, Cells = 4, Score = Score.Logit, Normalization = MaskNormalization.MeanSubtracted };

    [Fact]
    public void The_int8_map_agrees_with_float32s_and_says_how_well()
    {
        using var model = Model.FromGraph(SmallNets.Residual(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(SmallNets.Pictures(1, 3, seed: 5))[0];
        Target[] targets = [Target.Class(0), Target.Class(3), Target.Contrast(1, 2)];
        var exact = new Rise(model, Options).Explain(input, targets);
        var int8 = new Rise(model, Options with { Precision = Precision.Int8 }).Explain(input, targets);
        for (int i = 0; i < targets.Length; i++)
        {
            Assert.Equal("int8", int8[i].Options["precision-used"]);
            var maps = Agreement.Of([.. exact[i].ToArray().Select(value => (double)value)], [.. int8[i].ToArray().Select(value => (double)value)]);
            Assert.InRange(maps.Correlation, 0.995, 0.9999999);
            Assert.Equal(exact[i].ScoreValue, int8[i].ScoreValue);
            Assert.InRange(double.Parse(int8[i].Options["int8-correlation"], System.Globalization.CultureInfo.InvariantCulture), Agreement.LeastCorrelation, 0.999999);
            Assert.Contains(int8[i].Diagnostics.Notes, note => note.StartsWith("Masked inputs were scored in int8, calibrated on this input", StringComparison.Ordinal));
            Assert.DoesNotContain("precision-used", exact[i].Options.Keys);
        }

        // 400 masks, the input, 32 + 1 to calibrate, 32 in each precision to check.
        Assert.Equal(400 + 1 + 33 + 64, int8[0].Cost.ForwardPasses);
        Assert.Equal(401, exact[0].Cost.ForwardPasses);
    }

    [Fact]
    public void A_later_input_is_checked_but_not_calibrated_again()
    {
        using var model = Model.FromGraph(SmallNets.Residual(), new() { OutputKind = OutputKind.Logits });
        var inputs = model.Prepare(SmallNets.Pictures(2, 3, seed: 6));
        var rise = new Rise(model, Options with { Precision = Precision.Int8 });
        rise.Explain(inputs[0], [Target.Class(0)]);
        var later = rise.Explain(inputs[1], [Target.Class(0)])[0];
        Assert.Equal(400 + 1 + 64, later.Cost.ForwardPasses);
        Assert.Contains(later.Diagnostics.Notes, note => note.Contains("calibrated on an earlier input", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_int8_does_not_agree_float32_is_used_and_the_result_says_so()
    {
        using var model = Model.FromGraph(SmallNets.Spoilt(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(SmallNets.Pictures(1, 1, seed: 7))[0];
        var exact = new Rise(model, Options).Explain(input, [Target.Class(0)])[0];
        var asked = new Rise(model, Options with { Precision = Precision.Int8 }).Explain(input, [Target.Class(0)])[0];
        Assert.Equal(exact.ToArray(), asked.ToArray());
        Assert.Equal("float32", asked.Options["precision-used"]);
        Assert.Equal("int8", asked.Options["precision"]);
        Assert.Contains(asked.Diagnostics.Notes, note => note.Contains("do not agree with float32's well enough", StringComparison.Ordinal));
        Assert.Equal(400 + 1 + 33 + 64, asked.Cost.ForwardPasses);
    }

    [Fact]
    public void Models_and_runs_that_int8_is_not_for_stay_in_float32_with_the_reason()
    {
        using var quantized = Model.FromGraph(Quantized(), new() { OutputKind = OutputKind.Logits });
        var input = quantized.Prepare(SmallNets.Pictures(1, 3, seed: 5))[0];
        Assert.Contains("quantised already", Note(quantized, input, Options));
        using var model = Model.FromGraph(SmallNets.Residual(), new() { OutputKind = OutputKind.Logits });
        Assert.Contains("127 masks are too few", Note(model, input, Options with { Masks = 127 }));
    }

    [Fact]
    public void A_function_is_refused_before_it_is_called()
    {
        using var function = Model.FromFunction(_ => throw new InvalidOperationException("called"), LinearModels.Layout(1, 8, 8));
        var input = function.Prepare(TensorData.Adopt(new float[64], 1, 1, 8, 8))[0];
        var problem = Assert.Throws<UnmaskException>(() => new Rise(function, Options with { Precision = Precision.Int8 }).Explain(input, [Target.Class(0)]));
        Assert.Contains("is a function", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_batch_size_nor_threads_change_the_int8_map()
    {
        float[]? first = null;
        foreach (var (batch, threads) in new[] { (1, 1), (8, 2), (5, 3) })
        {
            using var model = Model.FromGraph(SmallNets.Residual(), new() { OutputKind = OutputKind.Logits, Throughput = new ThroughputOptions { BatchSize = batch, Threads = threads } });
            float[] map = new Rise(model, Options with { Precision = Precision.Int8 }).Explain(model.Prepare(SmallNets.Pictures(1, 3, seed: 5))[0], [Target.Class(0)])[0].ToArray();
            first ??= map;
            // Means of the calibration are added up in float32, and a byte may round to its neighbour.
            Near.Equal(first, map, 0.002 * (first.Max() - first.Min()), $"batch {batch}, {threads} threads");
        }
    }

    [Fact]
    public void A_frozen_batch_and_occlusion_work_as_well()
    {
        var free = SmallNets.Residual();
        var frozen = ShapeInference.Run(free, new Dictionary<string, Shape> { ["x"] = Shape.Of(3, 3, SmallNets.Side, SmallNets.Side) });
        // A bright square: hiding a part of it changes the score by far more than a step of a byte does.
        float[] square = new float[3 * SmallNets.Side * SmallNets.Side];
        for (int i = 0; i < square.Length; i++)
        {
            int y = i / SmallNets.Side % SmallNets.Side, x = i % SmallNets.Side;
            square[i] = y is >= 4 and < 10 && x is >= 5 and < 11 ? 3 : 0;
        }

        foreach (var graph in new[] { free, frozen })
        {
            using var model = Model.FromGraph(graph, new() { OutputKind = OutputKind.Logits });
            var input = model.Prepare(TensorData.Adopt(square, 1, 3, SmallNets.Side, SmallNets.Side))[0];
            var options = new OcclusionOptions { Window = [4], Stride = [1], Score = Score.Logit };
            float[] exact = new Occlusion(model, options).Explain(input, [Target.Class(1)])[0].ToArray();
            var int8 = new Occlusion(model, options with { Precision = Precision.Int8 }).Explain(input, [Target.Class(1)])[0];
            Assert.True(int8.Options["precision-used"] == "int8", int8.Diagnostics.Notes[^1]);
            var maps = Agreement.Of([.. exact.Select(value => (double)value)], [.. int8.ToArray().Select(value => (double)value)]);
            Assert.InRange(maps.Correlation, 0.99, 0.9999999);
        }
    }

    [Fact]
    public void Cancelling_the_calibration_leaves_the_model_usable()
    {
        using var model = Model.FromGraph(SmallNets.Residual(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(SmallNets.Pictures(1, 3, seed: 5))[0];
        using var stop = new CancellationTokenSource();
        model.Predict(input);
        stop.Cancel();
        var rise = new Rise(model, Options with { Precision = Precision.Int8 });
        Assert.ThrowsAny<OperationCanceledException>(() => rise.Explain(input, [Target.Class(0)], null, stop.Token));
        Assert.Equal("int8", rise.Explain(input, [Target.Class(0)])[0].Options["precision-used"]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Masks_to_calibrate_on_and_masks_to_check_on_have_none_in_common(int count)
    {
        int[] indices = new int[2 * Int8Trial.Masks];
        var (first, second) = SelectedMasks.Split(new Numbered(count), Int8Trial.Masks);
        for (int i = 0; i < Int8Trial.Masks; i++)
        {
            (indices[2 * i], indices[(2 * i) + 1]) = (first.At(i).Offset.Span[0], second.At(i).Offset.Span[0]);
        }

        Assert.Equal(indices.Distinct().Order(), indices);
        Assert.InRange(indices[^1], count - (count / 64) - 1, count - 1);
    }

    [SharedFact]
    [Trait("Category", "Slow")]
    public void On_the_reference_networks_maps_agree_or_the_result_says_that_float32_was_used()
    {
        int used = 0;
        foreach (string name in new[] { "cnn_relu", "cnn_vgg", "resnet_bn_unfolded", "mobile", "densenet_like" })
        {
            using var model = ReferenceCases.Load(name);
            var input = model.Prepare(Npy.Read(ReferenceCases.Input($"{name.Replace("_unfolded", "", StringComparison.Ordinal)}_x")))[0];
            var exact = new Rise(model, Options).Explain(input);
            var int8 = new Rise(model, Options with { Precision = Precision.Int8 }).Explain(input);
            var maps = Agreement.Of([.. exact.ToArray().Select(value => (double)value)], [.. int8.ToArray().Select(value => (double)value)]);
            Assert.True(maps.Correlation > 0.99, $"{name}: {maps}");
            used += int8.Options["precision-used"] == "int8" ? 1 : 0;
        }

        Assert.True(used >= 3, $"only {used} networks were run in int8");
    }

    private static string Note(Model model, ModelInput input, RiseOptions options)
    {
        var explanation = new Rise(model, options with { Precision = Precision.Int8 }).Explain(input, [Target.Class(0)])[0];
        Assert.Equal("float32", explanation.Options["precision-used"]);
        Assert.Equal(new Rise(model, options).Explain(input, [Target.Class(0)])[0].ToArray(), explanation.ToArray());
        Assert.Equal(options.Masks + 1, explanation.Cost.ForwardPasses);
        return explanation.Diagnostics.Notes[^1];
    }

    private static Graph Quantized()
    {
        var graph = SmallNets.Residual();
        return QuantizeInt8.Run(graph, QuantizeInt8Tests.Observed(graph));
    }

    private sealed class Numbered(int count) : MaskLaw
    {
        public override int Count => count;

        public override MaskCoordinates At(int index) => new(default, new[] { index });
    }
}

using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>FullGrad and bias attribution on all reference networks.</summary>
[Trait("Category", "Slow")]
public sealed class BiasReferenceTests
{
    // It draws the biases of convolutions and batch normalisations alone: the networks whose other units (transposed convolutions, smooth ones) add nothing of their own.
    private static readonly string[] Rectifiers = ["cnn_relu", "cnn_vgg", "convzoo", "densenet_like", "two_head"];

    [SharedFact]
    public void Full_grad_agrees_with_pytorch_grad_cam_given_its_scaling()
    {
        var cases = ReferenceMaps.Of("cams", "FullGrad").Where(test => Rectifiers.Contains(test.GetProperty("model").GetString()) && test.GetProperty("params").TryGetProperty("final", out _)).ToList();
        Assert.Equal(5, cases.Count);
        ReferenceMaps.Compare(cases, (model, _) => new FullGrad(model, new() { Scale = BiasScale.Channel, AlignCorners = false, Epsilon = 1e-7 }), "final", null, Final);
    }

    [SharedFact]
    public void Full_grad_is_complete_on_every_network()
    {
        var cases = ReferenceMaps.Of("cams", "GradCAM").DistinctBy(test => test.GetProperty("model").GetString()).ToList();
        Assert.True(cases.Count >= 10);
        foreach (var test in cases)
        {
            using var model = ReferenceMaps.Load(test);
            foreach (var input in model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!))))
            {
                var explanation = new FullGrad(model).Explain(input, Target.Class(1));
                Assert.True(Math.Abs(explanation.Diagnostics.CompletenessGap!.Value) <= 1e-4 * Math.Max(1, Math.Abs(explanation.ScoreValue)), $"{test.GetProperty("id")}: {explanation.Diagnostics.CompletenessGap} of {explanation.ScoreValue}");
            }
        }
    }

    [SharedFact]
    public void Bias_attributions_are_complete_on_networks_that_are_linear_piece_by_piece()
    {
        foreach (string name in new[] { "cnn_relu", "cnn_vgg", "resnet_bn_unfolded", "convzoo", "densenet_like" })
        {
            using var model = Model.Load(Path.Combine(Shared.Reference, "models", $"{name}.onnx"), new() { OutputKind = Unmask.Probing.OutputKind.Logits });
            foreach (var input in model.Prepare(Npy.Read(ReferenceCases.Input($"{name.Replace("_unfolded", "", StringComparison.Ordinal)}_x"))))
            {
                var explanation = new BiasAttribution(model).Explain(input, Target.Class(0));
                double gap = explanation.Diagnostics.CompletenessGap!.Value;
                Assert.True(Math.Abs(gap) <= 1e-4 * Math.Max(1, explanation.ToArray().Sum(value => Math.Abs((double)value))), $"{name}: {gap} of {explanation.Diagnostics.ExplainedDifference}");
            }
        }
    }

    /// <summary>The peer scales the sum to 0 … 1 at the end.</summary>
    private static float[] Final(Explanation explanation)
    {
        float[] map = explanation.ToArray();
        float low = map.Min(), range = map.Max() - low;
        return [.. map.Select(value => (value - low) / range)];
    }
}

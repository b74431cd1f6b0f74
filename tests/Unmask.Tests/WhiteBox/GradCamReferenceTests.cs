using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Grad-CAM against pytorch-grad-cam, Captum and TorchRay, of all networks.</summary>
[Trait("Category", "Slow")]
public sealed class GradCamReferenceTests
{
    [SharedFact]
    public void The_map_before_the_relu_agrees_with_pytorch_grad_cam()
    {
        var cases = Cases().Where(test => test.GetProperty("outputs").TryGetProperty("raw", out _)).ToList();
        Assert.True(ReferenceMaps.Compare(cases, Explainer, "raw") >= 25);
    }

    [SharedFact]
    public void The_map_over_pixels_agrees_with_pytorch_grad_cam() => Assert.True(ReferenceMaps.Compare(Cases(), Explainer, "final", null, Final) >= 30);

    [SharedFact]
    public void The_map_agrees_with_captums_and_its_interpolation()
    {
        var cases = ReferenceMaps.Of("cams", "LayerGradCam").Where(ReferenceMaps.HasLayer).ToList();
        Assert.Equal(18, ReferenceMaps.Compare(cases, Unrectified));
        Assert.Equal(18, ReferenceMaps.Compare(cases, Unrectified, "upsampled_bilinear", null, explanation => [.. explanation.ToMap().Cast<float>()]));
    }

    [SharedFact]
    public void The_rectified_map_agrees_with_torchray()
    {
        var cases = ReferenceMaps.Of("cams", "TorchRay_cam").ToList();
        Assert.Equal(5, ReferenceMaps.Compare(cases, Explainer, "grad_cam", value => Math.Max(0, value)));
        Assert.Equal(5, ReferenceMaps.Compare(cases, Explainer, "grad_cam_resized", null, explanation => [.. explanation.ToMap().Cast<float>()]));
    }

    // Several layers at once are a combination of maps, not a map.
    private static IEnumerable<JsonElement> Cases() => ReferenceMaps.Of("cams", "GradCAM").Where(test => test.GetProperty("params").TryGetProperty("layer", out _));

    private static GradCam Explainer(Model model, JsonElement test) => new(model, new()
    {
        Layer = Cut.Layer(ReferenceMaps.Layer(test)),
        Score = ReferenceMaps.Text(test, "target") == "softmax probability" ? Score.Probability : Score.Logit,
    });

    private static GradCam Unrectified(Model model, JsonElement test) => new(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)), Relu = false });

    /// <summary>The peer scales to 0 … 1 before and after it resizes; resizing is linear, so once is enough.</summary>
    private static float[] Final(Explanation explanation)
    {
        float[] map = [.. explanation.ToMap().Cast<float>()];
        float low = map.Min(), range = map.Max() - low;
        return [.. map.Select(value => range == 0 ? 0 : (value - low) / range)];
    }
}

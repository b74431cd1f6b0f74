using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Class activation maps against pytorch-grad-cam, of all networks, a vision transformer among them.</summary>
[Trait("Category", "Slow")]
public sealed class ActivationMapReferenceTests
{
    [SharedFact]
    public void XGrad_cam_agrees_with_pytorch_grad_cam() => Same("XGradCAM", 29, CamFormula.XGradCam);

    [SharedFact]
    public void HiRes_cam_agrees_with_pytorch_grad_cam() => Same("HiResCAM", 28, CamFormula.HiResCam);

    [SharedFact]
    public void HiRes_cam_agrees_with_torchrays_linear_approximation() =>
        Assert.Equal(5, ReferenceMaps.Compare(ReferenceMaps.Of("cams", "TorchRay_cam"), Explainer(CamFormula.HiResCam), "linear_approx"));

    [SharedFact]
    public void Layer_cam_agrees_with_pytorch_grad_cam() => Same("LayerCAM", 29, CamFormula.LayerCam);

    [SharedFact]
    public void Element_wise_grad_cam_agrees_with_pytorch_grad_cam() => Same("GradCAMElementWise", 27, CamFormula.ElementWise);

    [SharedFact]
    public void Grad_cam_plus_plus_agrees_with_pytorch_grad_cam_given_its_epsilon()
    {
        var cases = ReferenceMaps.Of("cams", "GradCAMPlusPlus").ToList();
        Assert.Equal(29, ReferenceMaps.Compare(cases, Explainer, "raw"));
        Assert.Equal(29, ReferenceMaps.Compare(cases, Explainer, "final", null, Final));

        static IExplainer Explainer(Model model, JsonElement test) => new GradCamPlusPlus(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)), Epsilon = 1e-6 });
    }

    // The peer's sign is LAPACK's; ours makes what stands out most positive.
    [SharedFact]
    public void Eigen_cam_agrees_with_pytorch_grad_cam_up_to_the_sign()
    {
        Assert.Equal(20, CompareTurned(ReferenceMaps.Of("cams", "EigenCAM"), CamFormula.EigenCam, LargestPositive));
        Assert.Equal(27, CompareTurned(ReferenceMaps.Of("cams", "EigenGradCAM"), CamFormula.EigenGradCam, LargestPositive));
    }

    // Ours divides by the magnitude: where the score is negative, the peer's map is turned round.
    [SharedFact]
    public void Ablation_cam_agrees_with_pytorch_grad_cam_and_the_papers_formula_and_keeps_the_sign_of_negative_scores()
    {
        var cases = ReferenceMaps.Of("cams", "AblationCAM").Concat(ReferenceMaps.Of("cams", "AblationCAM_zero"));
        Assert.Equal(33, CompareTurned(cases, CamFormula.AblationCam, (_, explanation) => Math.Sign(explanation.ScoreValue)));
    }

    [SharedFact]
    public void Score_cam_agrees_with_pytorch_grad_cam_given_its_resizing()
    {
        var cases = ReferenceMaps.Of("cams", "ScoreCAM").ToList();
        Assert.Equal(20, ReferenceMaps.Compare(cases, Explainer, "raw"));
        Assert.Equal(20, ReferenceMaps.Compare(cases, Explainer, "final", null, Final));

        static IExplainer Explainer(Model model, JsonElement test) => new ScoreCam(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)), AlignCorners = true });
    }

    [SharedFact]
    public void Several_layers_join_as_in_pytorch_grad_cam()
    {
        var cases = ReferenceMaps.Of("cams", "GradCAM").Where(test => test.GetProperty("params").TryGetProperty("layers", out _)).ToList();
        Assert.Equal(3, ReferenceMaps.Compare(cases, (model, test) => new GradCam(model, new() { Layer = Layers(test) }), "final", null, Final));
    }

    private static void Same(string method, int cases, CamFormula formula)
    {
        var all = ReferenceMaps.Of("cams", method).ToList();
        Assert.Equal(cases, ReferenceMaps.Compare(all, Explainer(formula), "raw"));
        Assert.Equal(cases, ReferenceMaps.Compare(all, Explainer(formula), "final", null, Final));
    }

    private static Func<Model, JsonElement, IExplainer> Explainer(CamFormula formula) =>
        (model, test) => new GradCam(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)) }, formula);

    private static Cut Layers(JsonElement test) => Cut.Parse(string.Join(',', test.GetProperty("params").GetProperty("layers").EnumerateArray()
        .Select(module => ReferenceMaps.LayerOf(test.GetProperty("model").GetString()!, module.GetString()!))));

    private static int CompareTurned(IEnumerable<JsonElement> cases, CamFormula formula, Func<float[], Explanation, int> sign)
    {
        int compared = 0;
        foreach (var test in cases)
        {
            using var model = ReferenceMaps.Load(test);
            var (expected, sizes, tolerance) = ReferenceCases.Output(test, "raw");
            var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
            for (int item = 0; item < sizes[0]; item++)
            {
                var explanation = Explainer(formula)(model, test).Explain(inputs[item], Target.Class(ReferenceMaps.TargetOf(test, item)));
                float[] found = explanation.ToArray(), theirs = expected[(item * found.Length)..][..found.Length];
                int turn = sign(theirs, explanation);
                Near.Equal([.. theirs.Select(value => turn * value)], found, tolerance, $"{test.GetProperty("id")} item {item}");
            }

            compared++;
        }

        return compared;
    }

    private static int LargestPositive(float[] map, Explanation explanation) => Math.Sign(map.MaxBy(Math.Abs));

    /// <summary>The peer scales to 0 … 1 before and after it resizes; resizing is linear, so once is enough.</summary>
    private static float[] Final(Explanation explanation)
    {
        float[] map = [.. explanation.ToMap().Cast<float>()];
        float low = map.Min(), range = map.Max() - low;
        return [.. map.Select(value => range == 0 ? 0 : (value - low) / range)];
    }
}

using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

public sealed class OcclusionTests
{
    private const int Side = 8;

    [Fact]
    public void On_a_linear_model_each_window_gets_its_weighted_sum()
    {
        float[] weights = LinearModels.Values(2 * Side * Side, 1), picture = LinearModels.Values(2 * Side * Side, 2);
        using var model = LinearModels.Load([weights], [0.4f], 2, Side, Side);
        var options = new OcclusionOptions { Window = [4], Stride = [4], Infill = Infill.Constant(0.25f), Score = Score.Logit };
        float[] map = Values(new Occlusion(model, options).Explain(Input(model, picture, 2)));
        for (int i = 0; i < map.Length; i++)
        {
            double expected = 0;
            for (int k = 0; k < map.Length; k++)
            {
                bool sameWindow = k % (Side * Side) / Side / 4 == i % (Side * Side) / Side / 4 && k % Side / 4 == i % Side / 4;
                expected += sameWindow ? weights[k] * (picture[k] - 0.25) : 0;
            }

            Assert.Equal(expected, map[i], 4);
        }
    }

    [Fact]
    public void A_window_of_everything_gives_the_whole_difference_everywhere()
    {
        float[] weights = LinearModels.Values(Side * Side, 1), picture = LinearModels.Values(Side * Side, 2);
        using var model = LinearModels.Load([weights], [0.4f], 1, Side, Side);
        float[] map = Values(new Occlusion(model, new() { Window = [Side], Stride = [1], Score = Score.Logit }).Explain(Input(model, picture, 1)));
        double whole = weights.Zip(picture, (w, x) => (double)w * x).Sum();
        Assert.All(map, value => Assert.Equal(whole, value, 4));
    }

    [Fact]
    public void An_infill_that_equals_the_input_gives_zero_and_says_so()
    {
        float[] picture = LinearModels.Values(Side * Side, 2);
        using var model = LinearModels.Load([LinearModels.Values(Side * Side, 1)], [0.4f], 1, Side, Side);
        var explanation = new Occlusion(model, new() { Window = [3], Infill = Infill.Given(picture, "itself"), Score = Score.Logit }).Explain(Input(model, picture, 1));
        Assert.All(Values(explanation), value => Assert.Equal(0, value));
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("zero everywhere", StringComparison.Ordinal));
    }

    [Fact]
    public void Holes_between_windows_are_reported()
    {
        using var model = LinearModels.Load([LinearModels.Values(Side * Side, 1)], [0.4f], 1, Side, Side);
        var explanation = new Occlusion(model, new() { Window = [2], Stride = [3], Score = Score.Logit }).Explain(Input(model, LinearModels.Values(Side * Side, 2), 1));
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("stride is larger", StringComparison.Ordinal));
    }

    [Fact]
    public void Inputs_without_spatial_axes_are_explained_element_by_element()
    {
        using var model = Model.FromGraph(TinyModels.Doubled());
        var explanation = new Occlusion(model, new() { Score = Score.Output }).Explain(model.Prepare(TensorData.Adopt(new float[] { 3, -1, 5 }, 1, 3))[0], Target.Class(0));
        Assert.Equal([6f, 0f, 0f], Values(explanation));
        Assert.Equal(MapKind.Elements, explanation.Kind);
    }

    [Fact]
    public void The_last_window_is_clipped_at_the_border()
    {
        var law = new EveryWindow([10], [4], [3]);
        Assert.Equal(3, law.Count);
        Assert.Equal([0, 3, 6], Enumerable.Range(0, 3).Select(i => law.At(i).Offset.Span[0]));
        Assert.Equal(4, new EveryWindow([11], [4], [3]).Count);
        Assert.Equal((9, 11), new WindowMap([11], [4]).Extent(new EveryWindow([11], [4], [3]).At(3), 0));
    }

    private static ModelInput Input(Model model, float[] picture, int channels) => model.Prepare(TensorData.Adopt(picture, 1, channels, Side, Side))[0];

    private static float[] Values(Explanation explanation) => explanation.ToTensorData().AsSpan<float>().ToArray();
}

using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

public sealed class ReferenceRowTests
{
    private const int Height = 9, Width = 15;

    [Fact]
    public void Noise_is_uniform_and_a_function_of_seed_and_input()
    {
        using var model = LinearModels.Load([new float[100 * 100]], [0f], 1, 100, 100);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(10_000, 1), 1, 1, 100, 100))[0];
        var other = model.Prepare(TensorData.Adopt(LinearModels.Values(10_000, 2), 1, 1, 100, 100))[0];
        float[] map = new RandomMap(model).Explain(input).ToArray();
        Assert.InRange(map.Average(), 0.49, 0.51);
        Assert.InRange(map.Average(value => value * value), 0.32, 0.347);
        Assert.Equal(map, new RandomMap(model).Explain(input).ToArray());
        Assert.NotEqual(map, new RandomMap(model, new() { Seed = 1 }).Explain(input).ToArray());
        Assert.NotEqual(map, new RandomMap(model).Explain(other).ToArray());
    }

    [Fact]
    public void The_centre_is_a_bell_of_a_quarter_of_each_side()
    {
        using var model = LinearModels.Load([new float[Height * Width]], [0f], 1, Height, Width);
        float[,] map = new CenterMap(model).Explain(Input(model, new float[Height * Width])).ToMap();
        Assert.Equal(1, map[4, 7]);
        Assert.Equal(Math.Exp(-0.5 * 4 * 4 / (Height / 4.0 * (Height / 4.0))), map[0, 7], 6);
        Assert.Equal(Math.Exp(-0.5 * 7 * 7 / (Width / 4.0 * (Width / 4.0))), map[4, 14], 6);
        Assert.Equal(map[1, 2], map[7, 12]);
    }

    [Fact]
    public void The_centred_box_leaves_the_published_margin()
    {
        using var model = LinearModels.Load([new float[224 * 224]], [0f], 1, 224, 224);
        float[,] map = new CenterBox(model).Explain(model.Prepare(TensorData.Adopt(new float[224 * 224], 1, 1, 224, 224))[0]).ToMap();
        Assert.Equal(158 * 158, map.Cast<float>().Count(value => value == 1));
        Assert.Equal((0, 1, 1, 0), (map[32, 100], map[33, 33], map[190, 190], map[190, 191]));
    }

    [Fact]
    public void Edges_are_where_the_input_steps()
    {
        using var model = LinearModels.Load([new float[Height * Width]], [0f], 1, Height, Width);
        float[] step = [.. Enumerable.Range(0, Height * Width).Select(i => i % Width < 6 ? 0f : 2)];
        float[,] map = new EdgeMap(model).Explain(Input(model, step)).ToMap();
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                Assert.Equal(x is 5 or 6 ? 8 : 0, map[y, x]);
            }
        }

        // x + 2y: the Sobel responses are 8 and 16 away from the border.
        float[] ramp = [.. Enumerable.Range(0, Height * Width).Select(i => (float)((i % Width) + (2 * (i / Width))))];
        Assert.Equal(Math.Sqrt(64 + 256), new EdgeMap(model).Explain(Input(model, ramp)).ToMap()[4, 7], 4);
    }

    [Fact]
    public void They_cost_no_passes_and_say_that_they_do_not_ask_the_model()
    {
        using var model = Demo.LoadModel();
        var input = model.Prepare(Demo.LoadPhoto());
        foreach (var method in Catalogue.All.Where(method => method.IsReference))
        {
            var explanation = method.Create(model, []).Explain(input);
            Assert.Equal(0, explanation.Cost.ForwardPasses);
            Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("does not ask the model", StringComparison.Ordinal));
        }

        Assert.Equal(["random", "center", "center-box", "edge"], Catalogue.All.Where(method => method.IsReference).Select(method => method.Id));
    }

    private static ModelInput Input(Model model, float[] values) => model.Prepare(TensorData.Adopt(values, 1, 1, Height, Width))[0];
}

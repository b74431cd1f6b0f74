using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class CurveChartTests
{
    [Fact]
    public void A_falling_curve_looks_as_it_did() =>
        Golden.Check("curve.png", new CurveChart { At = [0, 0.25, 0.5, 0.75, 1], Values = [0.95, 0.6, 0.2, 0.1, 0.05], Label = "AUC 0.350", AxisLabel = "fraction removed", Pixels = 240 }.Render());

    [Fact]
    public void The_area_below_the_curve_is_filled_and_the_rest_is_not()
    {
        var flat = new CurveChart { At = [0, 1], Values = [0.5, 0.5], Color = new(255, 0, 0), Pixels = 300 }.Render();
        int filled = Enumerable.Range(0, 300 * 300).Count(i => flat[i % 300, i / 300] is { G: < 240, R: 255 });
        var full = new CurveChart { At = [0, 1], Values = [1, 1], Color = new(255, 0, 0), Pixels = 300 }.Render();
        int all = Enumerable.Range(0, 300 * 300).Count(i => full[i % 300, i / 300] is { G: < 240, R: 255 });
        Assert.InRange((double)filled / all, 0.48, 0.52);
    }

    [Fact]
    public void Values_beyond_one_and_below_zero_stay_inside()
    {
        var chart = new CurveChart { At = [0, 0.5, 1], Values = [14, 3, -2], Color = new(255, 0, 0), Pixels = 300 }.Render();
        Assert.All(Enumerable.Range(0, 300), i => Assert.True(chart[i, 0] == Rgb.White && chart[i, 299] == Rgb.White && chart[299, i] == Rgb.White));
        Assert.Throws<InvalidOperationException>(() => new CurveChart { At = [0], Values = [1] }.Render());
    }
}

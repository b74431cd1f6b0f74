using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>Single steps against the formulas, and schedules against theirs.</summary>
public sealed class OptimizerTests
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void Sgd_moves_by_rate_times_velocity()
    {
        var (w, v, _) = TwoSteps(new Sgd { Momentum = 0.8 }, decay: 0.1);
        // v₁ = g + λw, w₁ = w − ηv₁; v₂ = μv₁ + g + λw₁, w₂ = w₁ − ηv₂.
        double v1 = 0.5 + (0.1 * 2), w1 = 2 - (0.3 * v1), v2 = (0.8 * v1) + 0.5 + (0.1 * w1);
        Assert.Equal(v2, v, Tolerance);
        Assert.Equal(w1 - (0.3 * v2), w, Tolerance);
    }

    [Fact]
    public void Nesterov_looks_ahead()
    {
        var (w, _, _) = TwoSteps(new Sgd { Momentum = 0.8, Nesterov = true }, decay: 0);
        double w1 = 2 - (0.3 * (0.5 + (0.8 * 0.5))), v2 = (0.8 * 0.5) + 0.5;
        Assert.Equal(w1 - (0.3 * (0.5 + (0.8 * v2))), w, Tolerance);
    }

    [Fact]
    public void Sgd_without_momentum_keeps_nothing()
    {
        Assert.Equal(0, new Sgd { Momentum = 0 }.Slots);
        var (w, _, _) = TwoSteps(new Sgd { Momentum = 0 }, decay: 0);
        Assert.Equal(2 - (2 * 0.3 * 0.5), w, Tolerance);
    }

    [Fact]
    public void Adam_follows_its_algorithm()
    {
        var (w, m, v) = TwoSteps(new Adam(), decay: 0.1);
        double weight = 2, mean = 0, square = 0;
        for (int t = 1; t <= 2; t++)
        {
            double g = 0.5 + (0.1 * weight);
            mean = (0.9 * mean) + (0.1 * g);
            square = (0.999 * square) + (0.001 * g * g);
            weight -= 0.3 * (mean / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(square / (1 - Math.Pow(0.999, t))) + 1e-8);
        }

        Assert.Equal(mean, m, Tolerance);
        Assert.Equal(square, v, Tolerance);
        Assert.Equal(weight, w, 1e-5);
    }

    [Fact]
    public void AdamW_shrinks_weights_beside_the_gradient()
    {
        var (w, _, _) = TwoSteps(Adam.W, decay: 0.1);
        // With a constant gradient m̂ ÷ √v̂ is 1: every step is −η after shrinking by 1 − ηλ.
        double w1 = (2 * (1 - 0.03)) - 0.3;
        Assert.Equal((w1 * (1 - 0.03)) - 0.3, w, 1e-5);
    }

    [Fact]
    public void A_cosine_rises_to_its_peak_and_falls_to_its_floor()
    {
        var rate = new LearningRate { Peak = 2, Decay = RateDecay.Cosine, WarmUp = 0.1, Floor = 0.5 };
        Assert.Equal(0.2, rate.At(0, 100), 12);
        Assert.Equal(2, rate.At(9, 100), 12);
        Assert.Equal(2, rate.At(10, 100), 12);
        Assert.Equal(1.5, rate.At(55, 100), 12);
        Assert.Equal(1, rate.At(100, 100), 12);
    }

    [Fact]
    public void Steps_fall_at_their_milestones()
    {
        var rate = new LearningRate { Peak = 1, Decay = RateDecay.Steps };
        Assert.Equal([1, 0.1, 0.01], new double[] { rate.At(49, 100), rate.At(50, 100), rate.At(75, 100) }.Select(value => Math.Round(value, 12)));
    }

    /// <summary>From w = 2 with g = 0.5 at the rate 0.3, in the last of many places.</summary>
    private static (float Weight, float First, float Second) TwoSteps(Optimizer optimizer, double decay)
    {
        float[] w = new float[32], g = new float[32], first = new float[optimizer.Slots > 0 ? 32 : 0], second = new float[optimizer.Slots > 1 ? 32 : 0];
        (w[31], g[31]) = (2, 0.5f);
        optimizer.Update(w, g, first, second, new(0.3, decay, 1));
        optimizer.Update(w, g, first, second, new(0.3, decay, 2));
        Assert.All(w[..31], value => Assert.Equal(0, value));
        return (w[31], first.LastOrDefault(), second.LastOrDefault());
    }
}

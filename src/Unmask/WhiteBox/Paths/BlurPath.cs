using Unmask.WhiteBox;

namespace Unmask;

/// <summary>How blur steps become an integral.</summary>
public enum BlurRule
{
    /// <summary>Between two blurs: their difference, times the gradient half-way. Telescopes, so the attributions add up.</summary>
    Midpoint,

    /// <summary>The paper's repository: the gradient at each blur times the forward difference of the blur by σ (0.01 pixels), the border fading to 0.</summary>
    Code,
}

/// <summary>How σ falls from its largest value to 0.</summary>
public enum BlurSpacing
{
    /// <summary>σ = σ_max (k/n)²: fine steps where the picture is nearly sharp, since that is where scores change fastest.</summary>
    Quadratic,

    /// <summary>σ = σ_max k/n: the paper's.</summary>
    Linear,

    /// <summary>σ = √(σ_max k/n), as the paper's repository has it: σ² in equal steps, from √σ_max.</summary>
    SquareRoot,
}

/// <summary>From the fully blurred picture to the picture itself, by less and less blur.</summary>
/// <param name="maxSigma">Standard deviation of the strongest blur in pixels, above 0.</param>
/// <param name="steps">How many steps, at least 1.</param>
/// <param name="spacing">How σ falls.</param>
/// <param name="rule">How steps become an integral.</param>
public sealed class BlurPath(double maxSigma, int steps, BlurSpacing spacing, BlurRule rule) : AttributionPath
{
    /// <inheritdoc/>
    public override string Name => $"blur from {maxSigma} pixels in {steps} steps";

    internal override long MostPoints => steps + 2L;

    internal override PathPoints On(WhiteBoxRun run, float[] x)
    {
        // Complains where there is no height and width.
        _ = run.Input.Layout.Spatial;
        double[] sigmas = [.. Enumerable.Range(0, steps + 1).Select(Sigma)];
        return new BlurPoints(x, sigmas, new GaussianBlur(run.Input.Layout, zeroOutside: rule == BlurRule.Code), rule);
    }

    private double Sigma(int step) => spacing switch
    {
        BlurSpacing.Quadratic => maxSigma * step * step / ((double)steps * steps),
        BlurSpacing.SquareRoot => Math.Sqrt(step * maxSigma / steps),
        _ => step * maxSigma / steps,
    };
}

/// <summary>The blurred pictures, sharp ones first.</summary>
internal sealed class BlurPoints(float[] x, double[] sigmas, GaussianBlur blur, BlurRule rule) : PathPoints
{
    // The step of the repository's forward difference, in pixels.
    private const double CodeStep = 0.01;

    private int _displaced = -1;
    private double[] _displacement = [];
    private double[] _sharper = [];

    public override int Count => sigmas.Length - 1;

    public override int Starts => 1;

    public override bool IsFirst(int point) => point == 0;

    public override double Weight(int point) => (sigmas[point + 1] - sigmas[point]) / sigmas[^1];

    public override void Write(int point, Span<float> value) => Write(rule == BlurRule.Code ? sigmas[point] : (sigmas[point] + sigmas[point + 1]) / 2, value);

    public override void WriteStart(int start, Span<float> value) => Write(sigmas[^1], value);

    public override void Add(int point, ReadOnlySpan<float> multiplier, double[] integral)
    {
        if (point != _displaced)
        {
            _displacement = rule == BlurRule.Code ? ForwardDifference(point) : Difference(point);
            _displaced = point;
        }

        for (int i = 0; i < integral.Length; i++)
        {
            integral[i] += _displacement[i] * multiplier[i];
        }
    }

    private void Write(double sigma, Span<float> value)
    {
        double[] blurred = blur.Run(x, sigma);
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = (float)blurred[i];
        }
    }

    /// <summary>L(σ_i) − L(σ_{i+1}): towards the sharp picture.</summary>
    private double[] Difference(int point)
    {
        double[] sharper = point == 0 ? blur.Run(x, sigmas[0]) : _sharper;
        _sharper = blur.Run(x, sigmas[point + 1]);
        return [.. sharper.Zip(_sharper, (sharp, blurred) => sharp - blurred)];
    }

    /// <summary>−Δσ (L(σ + h) − L(σ)) ÷ h: Xu et al., eq. 8, as released.</summary>
    private double[] ForwardDifference(int point)
    {
        double[] here = blur.Run(x, sigmas[point]), further = blur.Run(x, sigmas[point] + CodeStep);
        double factor = -(sigmas[point + 1] - sigmas[point]) / CodeStep;
        return [.. here.Zip(further, (one, other) => factor * (other - one))];
    }
}

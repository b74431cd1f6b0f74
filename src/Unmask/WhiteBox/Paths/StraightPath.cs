using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>The straight way from baselines to the input; of several baselines the attributions are averaged.</summary>
/// <param name="baselines">Where it starts, in the model's input space. For a path at an inner layer: the layer's values at these inputs.</param>
/// <param name="quadrature">The nodes.</param>
/// <param name="steps">How many nodes, at least 1.</param>
public sealed class StraightPath(ImmutableArray<Infill> baselines, Quadrature quadrature, int steps) : AttributionPath
{
    /// <inheritdoc/>
    public override string Name => $"straight from {string.Join(", ", baselines.Select(baseline => baseline.Name))}, {steps} {Quadratures.All.First(pair => pair.Value == quadrature).Name} nodes";

    /// <summary>The part of the difference that may be missing before the nodes are doubled. Default: infinite, never.</summary>
    public double AllowedGap { get; init; } = double.PositiveInfinity;

    /// <summary>How often the nodes may be doubled. Default 0.</summary>
    public int MostDoublings { get; init; }

    /// <summary>Whether differences of an inner layer's values take the multiplier before them, rather than the mean of both neighbours'. Default <c>false</c>.</summary>
    public bool LeftMultiplier { get; init; }

    internal override double Tolerance => AllowedGap;

    internal override int Refinements => MostDoublings;

    internal override long MostPoints => Enumerable.Range(0, MostDoublings + 1).Sum(doubling => ((long)steps << doubling) * baselines.Length + 1 + baselines.Length);

    internal override AttributionPath Refined(int refinement) => new StraightPath(baselines, quadrature, checked(steps << refinement)) { LeftMultiplier = LeftMultiplier };

    internal override PathPoints On(WhiteBoxRun run, float[] x) =>
        new StraightPoints(x, [.. baselines.Select(baseline => run.FedAt(baseline))], Quadratures.Of(quadrature, steps), LeftMultiplier);
}

/// <summary>The points of straight paths, baseline after baseline.</summary>
internal sealed class StraightPoints(float[] x, ImmutableArray<float[]> starts, ImmutableArray<(double Node, double Weight)> nodes, bool leftMultiplier) : PathPoints
{
    public override int Count => starts.Length * nodes.Length;

    public override int Starts => starts.Length;

    public override bool LeftMultiplier => leftMultiplier;

    public override bool IsFirst(int point) => point % nodes.Length == 0;

    public override double Weight(int point) => nodes[point % nodes.Length].Weight / starts.Length;

    public override void Write(int point, Span<float> value)
    {
        float[] start = starts[point / nodes.Length];
        double node = nodes[point % nodes.Length].Node;
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = (float)(start[i] + (node * ((double)x[i] - start[i])));
        }
    }

    public override void WriteStart(int start, Span<float> value) => starts[start].CopyTo(value);

    /// <summary>A += w (x − x̄) ⊙ m: Sundararajan et al., eq. 1.</summary>
    public override void Add(int point, ReadOnlySpan<float> multiplier, double[] integral)
    {
        float[] start = starts[point / nodes.Length];
        double weight = Weight(point);
        for (int i = 0; i < integral.Length; i++)
        {
            integral[i] += weight * ((double)x[i] - start[i]) * multiplier[i];
        }
    }
}

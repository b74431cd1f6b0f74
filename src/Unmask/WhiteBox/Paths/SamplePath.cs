using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Points drawn at random on straight ways from random baselines: each baseline equally often, α stratified over its draws.</summary>
/// <param name="baselines">The distribution of baselines, each as likely.</param>
/// <param name="draws">How many points, at least 1.</param>
/// <param name="noise">Standard deviation of noise on the input ÷ (largest − smallest element); 0: none.</param>
/// <param name="seed">Seed of the draws.</param>
public sealed class SamplePath(ImmutableArray<Infill> baselines, int draws, double noise, ulong seed) : AttributionPath
{
    /// <inheritdoc/>
    public override string Name => $"{draws} draws on straight ways from {baselines.Length} baselines";

    internal override long MostPoints => draws + 1L + baselines.Length;

    internal override PathPoints On(WhiteBoxRun run, float[] x) => new SamplePoints(x, [.. baselines.Select(run.FedAt)], draws, noise, seed);
}

/// <summary>The draws.</summary>
internal sealed class SamplePoints(float[] x, ImmutableArray<float[]> starts, int draws, double noise, ulong seed) : PathPoints
{
    private readonly double _sigma = noise * ((double)TensorPrimitives.Max<float>(x) - TensorPrimitives.Min<float>(x));

    public override int Count => draws;

    public override int Starts => starts.Length;

    public override bool IsRandom => true;

    public override bool IsFirst(int point) => true;

    public override double Weight(int point) => 1.0 / draws;

    public override void WriteStart(int start, Span<float> value) => starts[start].CopyTo(value);

    public override void Write(int point, Span<float> value)
    {
        float[] start = starts[point % starts.Length];
        double alpha = Alpha(point);
        var ends = new Ends(x, _sigma, seed, point);
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = (float)(start[i] + (alpha * (ends.Next(i) - start[i])));
        }
    }

    /// <summary>A += (x + ε − x̄) ⊙ m ÷ n: Erion et al., eq. 5.</summary>
    public override void Add(int point, ReadOnlySpan<float> multiplier, double[] integral)
    {
        float[] start = starts[point % starts.Length];
        var ends = new Ends(x, _sigma, seed, point);
        for (int i = 0; i < integral.Length; i++)
        {
            integral[i] += Weight(point) * (ends.Next(i) - start[i]) * multiplier[i];
        }
    }

    /// <summary>Uniform within the draw's own part of [0, 1), of as many parts as its baseline has draws.</summary>
    private double Alpha(int point)
    {
        int parts = (draws - (point % starts.Length) + starts.Length - 1) / starts.Length;
        var random = Rng.At(seed, point);
        return ((point / starts.Length) + random.NextDouble()) / parts;
    }

    /// <summary>The input with the noise of one draw, element after element: the same on the way there and back.</summary>
    private ref struct Ends(float[] x, double sigma, ulong seed, int point)
    {
        private Rng _random = Rng.At(seed, point + (1L << 32));
        private double _other;

        public double Next(int element)
        {
            if (sigma == 0)
            {
                return x[element];
            }

            double normal = _other;
            if (element % 2 == 0)
            {
                (normal, _other) = Normal.Pair(ref _random);
            }

            return x[element] + (sigma * normal);
        }
    }
}

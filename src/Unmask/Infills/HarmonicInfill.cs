using System.Globalization;

namespace Unmask;

/// <summary>
/// Each hidden pixel is the weighted mean of its eight neighbours, kept or hidden (direct ones count 1/6, diagonal ones 1/12, those outside the picture not at all): the smoothest
/// picture that agrees with what is kept. ROAD's noisy linear imputation. With nothing kept it is the input's mean.
/// </summary>
/// <remarks>Source: Rong et al., «A consistent and efficient evaluation strategy for attribution methods», ICML 2022, §5.</remarks>
/// <param name="noise">Standard deviation of what is added to hidden pixels, in parts of the range from black to white; 0: nothing. ROAD's is 0.01.</param>
internal sealed class HarmonicInfill(double noise) : MaskedInfill
{
    // Relative to the right-hand side; far below what eight bits show.
    private const double Tolerance = 1e-6;

    private const float WhiteLevel = 255;

    public override string Name => noise == 0 ? "harmonic" : $"harmonic:{noise.ToString(CultureInfo.InvariantCulture)}";

    internal override bool IsStochastic => noise > 0;

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        float[] filled = HarmonicSystem.Of(keep, input.Layout.Spatial.Width) is { } system
            ? system.Solve(input.Values, input.Layout, Tolerance)
            : (float[])Mean.For(input).Clone();
        if (noise > 0)
        {
            AddNoise(filled, input, keep, Rng.At(seed, draw));
        }

        return filled;
    }

    private void AddNoise(float[] filled, ModelInput input, ReadOnlySpan<float> keep, Rng random)
    {
        var layout = input.Layout;
        int width = layout.Spatial.Width;
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            double deviation = noise * (input.Preprocessing.Normalize(WhiteLevel, channel) - input.Preprocessing.Normalize(0, channel));
            for (int place = 0; place < keep.Length; place++)
            {
                if (keep[place] == 0)
                {
                    filled[layout.IndexOf(channel, place / width, place % width)] += (float)(deviation * Normal.Pair(ref random).One);
                }
            }
        }
    }
}

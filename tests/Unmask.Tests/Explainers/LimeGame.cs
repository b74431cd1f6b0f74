using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>A linear model on a small picture: over segments, its score is a sum whose terms are known.</summary>
internal static class LimeGame
{
    public const int Side = 12, Channels = 3, Count = Channels * Side * Side;

    public static readonly float[] Weights = LinearModels.Values(Count, 1);
    public static readonly float[] Picture = LinearModels.Values(Count, 2);

    /// <summary>A grid of 4 × 4 cells, hidden by ¼.</summary>
    public static readonly LimeOptions Options = new() { Segmenter = new GridSegments { Rows = 4, Columns = 4 }, Samples = 300, Infill = Infill.Constant(0.25f), Score = Score.Logit };

    public static SurrogateFit Fit(Model model, LimeOptions options) => new Lime(model, options).Explain(Input(model)).Diagnostics.Surrogate!;

    public static Model Load() => LinearModels.Load([Weights], [0.1f], Channels, Side, Side);

    public static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt(Picture, 1, Channels, Side, Side))[0];

    /// <summary>Σ w·(x − x̂) over each cell of the 4 × 4 grid, or over given segments.</summary>
    public static double[] Gains(double infill, Segments? segments = null)
    {
        segments ??= Segments.Of([Side, Side], Enumerable.Range(0, Side * Side).Select(p => (p / Side / 3 * 4) + (p % Side / 3)).ToArray());
        double[] gains = new double[segments.Count];
        for (int i = 0; i < Count; i++)
        {
            gains[segments.Labels[i % (Side * Side)]] += Weights[i] * (Picture[i] - infill);
        }

        return gains;
    }
}

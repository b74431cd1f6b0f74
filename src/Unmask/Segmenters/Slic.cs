using Unmask.Segmenters;

namespace Unmask;

/// <summary>SLIC: k-means of colour and place from a regular grid; compact segments of similar size, each one connected piece.</summary>
/// <remarks>
/// Distance √(d_lab² + (m·d_xy ÷ S)²), S = √(pixels ÷ segments), each centre looking no further than S; pieces below S² ÷ 4 are united with the neighbour of the most similar
/// colour. Source: Achanta et al., «SLIC superpixels compared to state-of-the-art superpixel methods», TPAMI 2012. Deterministic: the seed is not used.
/// </remarks>
public sealed record Slic : Segmenter
{
    /// <summary>About how many segments, 1 to 100,000. Default 100.</summary>
    public int Segments { get; init => field = Require.PositiveUpTo(value, 100_000); } = 100;

    /// <summary>m, how much place counts against colour (units of L*a*b*), above 0; 10 to 30 are usual. Default 10.</summary>
    public double Compactness { get; init => field = Require.Positive(value); } = 10;

    /// <summary>Standard deviation in pixels of a Gaussian blur before, 0 to 20. Default 1; 0: none.</summary>
    public double SigmaPixels { get; init => field = Require.Between(value, 0, 20); } = 1;

    /// <summary>Rounds of k-means, 1 to 1,000. Default 10.</summary>
    public int Iterations { get; init => field = Require.PositiveUpTo(value, 1000); } = 10;

    /// <inheritdoc/>
    public override string Name => $"slic:{Table.Text(this)}";

    internal static SettingTable<Slic> Table { get; } = new SettingTable<Slic>(new())
        .Add("segments", "About how many segments; 1 to 100000.", o => SettingText.Of(o.Segments), (o, text) => o with { Segments = SettingText.Int(text) })
        .Add("compactness", "How much place counts against colour; above 0.", o => SettingText.Of(o.Compactness), (o, text) => o with { Compactness = SettingText.Double(text) })
        .Add("sigma", "Blur before, in pixels; 0 to 20.", o => SettingText.Of(o.SigmaPixels), (o, text) => o with { SigmaPixels = SettingText.Double(text) })
        .Add("iterations", "Rounds of k-means; 1 to 1000.", o => SettingText.Of(o.Iterations), (o, text) => o with { Iterations = SettingText.Int(text) });

    /// <inheritdoc/>
    public override Segments Segment(ModelInput input, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var picture = SeenPicture.Of(input).Smoothed(SigmaPixels);
        float[][] lab = CieLab.Of(picture);
        var clusters = new SlicClusters(lab, picture.Height, picture.Width, Segments, Compactness);
        clusters.Run(Iterations);
        int smallest = Math.Max(1, (int)(clusters.Step * clusters.Step / 4));
        int[] pieces = Components.Connected(clusters.Labels, lab, picture.Width, smallest);
        return Unmask.Segments.InOrderOfAppearance(picture.Height, picture.Width, pieces);
    }
}

using Unmask.Graphs;

namespace Unmask.Benchmarks;

/// <summary>
/// Dabkowski and Gal's saliency metric: log max(area, 0.05) − log p(class | the tightest box around the region, cut out and stretched to the whole input). Lower is better: a small box that is
/// recognised alone.
/// </summary>
/// <remarks>Source: Dabkowski and Gal, «Real time image saliency for black box classifiers», NeurIPS 2017, eq. 2.</remarks>
internal static class SaliencyMetric
{
    private const double SmallestArea = 0.05;

    /// <summary>The metric of one region.</summary>
    /// <param name="model">The model; its input has channels first.</param>
    /// <param name="input">The input.</param>
    /// <param name="target">The class.</param>
    /// <param name="region">One value a pixel: above ½ belongs to it. Where nothing does, the pixels of the highest value do.</param>
    public static double Of(Model model, ModelInput input, int target, float[] region)
    {
        var (height, width) = input.Layout.Spatial;
        var (top, left, bottom, right) = Box(region, width);
        var stretched = model.Prepare(TensorData.Adopt(Stretched(input, top, left, bottom - top, right - left), 1, input.Layout.Channels, height, width))[0];
        double area = (bottom - top) * (right - left) / (double)(height * width);
        return Math.Log(Math.Max(SmallestArea, area)) - model.Evaluate(stretched, Score.LogProbability)[target];
    }

    /// <summary>The tightest box: first row and column, and the ones behind the last.</summary>
    private static (int Top, int Left, int Bottom, int Right) Box(float[] region, int width)
    {
        float most = region.Max();
        int[] inside = [.. Enumerable.Range(0, region.Length).Where(place => most > 0.5f ? region[place] > 0.5f : region[place] == most)];
        return (inside.Min(place => place / width), inside.Min(place => place % width), inside.Max(place => place / width) + 1, inside.Max(place => place % width) + 1);
    }

    /// <summary>A box, bilinearly stretched to the whole; its rim is held outwards.</summary>
    private static float[] Stretched(ModelInput input, int top, int left, int tall, int wide)
    {
        var (height, width) = input.Layout.Spatial;
        float[] stretched = new float[input.Values.Length];
        for (int place = 0; place < stretched.Length; place++)
        {
            int plane = place / (height * width) * height * width;
            var (above, below, down) = Between(place / width % height, height, top, tall);
            var (before, behind, across) = Between(place % width, width, left, wide);
            float At(int row, int column) => input.Values[plane + (row * width) + column];
            float upper = At(above, before) + (across * (At(above, behind) - At(above, before)));
            float lower = At(below, before) + (across * (At(below, behind) - At(below, before)));
            stretched[place] = upper + (down * (lower - upper));
        }

        return stretched;
    }

    private static (int Low, int High, float Part) Between(int at, int size, int start, int length)
    {
        double position = Math.Clamp(((at + 0.5) * length / size) - 0.5, 0, length - 1);
        int low = (int)position;
        return (start + low, start + Math.Min(low + 1, length - 1), (float)(position - low));
    }
}

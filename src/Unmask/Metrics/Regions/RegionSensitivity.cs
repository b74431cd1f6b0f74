namespace Unmask.Metrics;

/// <summary>How much a region matters for each of its pixels: RS = |N(x) − N(x without the region)| ÷ the region's pixels, N the logit of the class (the output where the model shows no logits).</summary>
/// <remarks>Source: «Gradient Artificial Distancing», its relative sensitivity: what is hidden becomes 0, which on pictures is black.</remarks>
public static class RegionSensitivity
{
    /// <summary>Measures a region.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The picture.</param>
    /// <param name="index">The class.</param>
    /// <param name="region">height · width values, row by row.</param>
    /// <param name="infill">What replaces the region; <c>null</c> (default): black, 0 before normalisation.</param>
    /// <param name="cancel">Ends the pass.</param>
    /// <returns>RS, at least 0; <c>null</c>: the region has no pixels.</returns>
    public static double? Of(Model model, ModelInput input, int index, ReadOnlySpan<bool> region, Infill? infill = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        var (height, width) = input.Layout.Spatial;
        if (region.Length != height * width)
        {
            throw new ArgumentException($"The model's input has {height} × {width} pixels; the region has {region.Length}.", nameof(region));
        }

        int count = region.Count(true);
        if (count == 0)
        {
            return null;
        }

        float[] keep = new float[region.Length];
        for (int i = 0; i < keep.Length; i++)
        {
            keep[i] = region[i] ? 0 : 1;
        }

        var score = WhiteBox.WhiteBoxRun.DefaultScore(model);
        var hidden = new ModelInput((infill ?? Infill.Black).Apply(input, keep), input.Layout, input.Preprocessing) { Others = input.Others };
        return Math.Abs((double)model.Evaluate(input, score, cancel)[index] - model.Evaluate(hidden, score, cancel)[index]) / count;
    }
}

namespace Unmask;

/// <summary>What white-box methods say alike of settings that they share.</summary>
internal static class WhiteBoxSettings
{
    public const string LayerText = "What is attributed to: input, embedding, last-spatial, mid-spatial, or the name of a layer (`unmask inspect` lists them).";

    public const string RowText = "Whose attention is read: auto (the queries of the last attention that reach the score), mean (all), or a token counted from 0.";

    public const string AttentionText = "last-attention, or the name of an attention map (`unmask inspect` lists them).";

    public const string ReductionText = "How channels become one number on pictures and for metrics: sum, mean, abs-max, abs-sum or l2. The array keeps all channels.";

    public const string ScoreText = "logit, probability, log-probability, sigmoid or output. Default: logit where the model shows it.";

    public const string BaselinesText = "Where the path starts, several separated by +: zero, black, grey, white, mean, blur, blur:SIGMA, a number or a .npy file.";

    public const string QuadratureText = "gauss-legendre, trapezoid, midpoint, left or right.";

    /// <summary>Reads in-fills that are separated by +.</summary>
    public static System.Collections.Immutable.ImmutableArray<Infill> Infills(string text) => [.. text.Split('+').Select(part => Infill.Parse(part.Trim()))];

    /// <summary>The items of a file as in-fills.</summary>
    public static System.Collections.Immutable.ImmutableArray<Infill> Items(string file)
    {
        var (values, sizes) = Npy.ReadFloats(file);
        int length = values.Length / (int)sizes[0];
        return [.. Enumerable.Range(0, (int)sizes[0]).Select(item => Infill.Given(values.AsSpan(item * length, length).ToArray(), $"{file}[{item}]"))];
    }

    /// <summary>Writes them.</summary>
    public static string Of(IEnumerable<Infill> infills) => string.Join('+', infills.Select(infill => infill.Name));
}

/// <summary>Names of averages, and the ids of the methods that they make.</summary>
internal static class NoiseAverages
{
    public static IReadOnlyList<(string Name, NoiseAverage Value)> All { get; } = [("mean", NoiseAverage.Mean), ("squared", NoiseAverage.Squared), ("variance", NoiseAverage.Variance)];

    public static string IdOf(NoiseAverage average) => average switch
    {
        NoiseAverage.Mean => SmoothGrad.Id,
        NoiseAverage.Squared => SmoothGrad.SquaredId,
        _ => SmoothGrad.VarianceId,
    };
}

/// <summary>Names of blur rules.</summary>
internal static class BlurRules
{
    public static IReadOnlyList<(string Name, BlurRule Value)> All { get; } = [("midpoint", BlurRule.Midpoint), ("code", BlurRule.Code)];
}

/// <summary>Names of spacings.</summary>
internal static class BlurSpacings
{
    public static IReadOnlyList<(string Name, BlurSpacing Value)> All { get; } =
        [("quadratic", BlurSpacing.Quadratic), ("linear", BlurSpacing.Linear), ("square-root", BlurSpacing.SquareRoot)];
}

/// <summary>Names of orders of regions.</summary>
internal static class RegionOrders
{
    public static IReadOnlyList<(string Name, RegionOrder Value)> All { get; } = [("greedy", RegionOrder.Greedy), ("fast", RegionOrder.Fast)];
}

/// <summary>Names of ways to fuse heads.</summary>
internal static class HeadFusions
{
    public static IReadOnlyList<(string Name, HeadFusion Value)> All { get; } = [("mean", HeadFusion.Mean), ("max", HeadFusion.Max), ("min", HeadFusion.Min)];
}

using System.Globalization;

namespace Unmask;

/// <summary>In-fills as they are written: a name, and behind a colon what it needs and its settings.</summary>
internal static class InfillText
{
    /// <summary>What is understood, in words.</summary>
    public const string Known = "zero, black, grey, white, mean, min, max, blur, blur:SIGMA, blur:SIGMA:RADIUS, rise-blur, noise, noise:uniform, mixed, shuffled, local, local:SIDE, harmonic, harmonic:NOISE, exemplar, local-gaussian, "
        + "dataset-mean:PATH, inpainter:FILE, onnx:FILE, a number or a .npy file";

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    /// <exception cref="UnmaskException">A setting is unknown or out of range, or a file cannot be used.</exception>
    public static Infill Parse(string text)
    {
        var (name, rest) = text.Split(':', 2) is [var before, var after] ? (before, after) : (text, "");
        return rest.Length == 0 ? Plain(text) : name switch
        {
            "blur" when rest.Split(':') is [var sigma, var radius] => Infill.Blur(float.Parse(sigma, CultureInfo.InvariantCulture), SettingText.Int(radius)),
            "blur" => Infill.Blur(float.Parse(rest, CultureInfo.InvariantCulture)),
            "noise" when rest == "uniform" => Infill.Noise(uniform: true),
            "local" => Infill.Local(SettingText.Int(rest)),
            "harmonic" => SettingText.Double(rest) is >= 0 and var noise ? Infill.Harmonic(noise) : throw new FormatException($"The noise of the in-fill harmonic is 0 or more, not {rest}."),
            "local-gaussian" => new LocalGaussianInfill(LocalGaussianSettings.Table.Parse(new(), rest, name)),
            "dataset-mean" => new DatasetMeanInfill(rest),
            "inpainter" or "onnx" => Inpainter(text, name, rest),
            _ => Plain(text),
        };
    }

    /// <summary>The settings that differ from the defaults, behind a colon; empty when none does.</summary>
    public static string Changed<T>(SettingTable<T> table, T settings)
        where T : notnull
    {
        var defaults = table.Describe(table.Defaults);
        string[] changed = [.. table.Describe(settings).Where(pair => !defaults.TryGetValue(pair.Key, out string? value) || value != pair.Value).Select(pair => $"{pair.Key}={pair.Value}")];
        return changed.Length == 0 ? "" : $":{string.Join(',', changed)}";
    }

    private static Infill Plain(string text) => text switch
    {
        "zero" => Infill.Zero,
        "black" => Infill.Black,
        "grey" or "gray" => Infill.Grey,
        "white" => Infill.White,
        "mean" => Infill.Mean,
        "min" => Infill.Min,
        "max" => Infill.Max,
        "segment-mean" => Infill.SegmentMean,
        "blur" => Infill.Blur(10),
        "rise-blur" => Infill.RiseBlur,
        "noise" => Infill.Noise(),
        "mixed" => Infill.Mixed,
        "shuffled" => Infill.Shuffled,
        "local" => Infill.Local(),
        "harmonic" => Infill.Harmonic(),
        "exemplar" => Infill.Exemplar,
        "local-gaussian" => new LocalGaussianInfill(new()),
        _ when float.TryParse(text, CultureInfo.InvariantCulture, out float value) => Infill.Constant(value),
        _ when text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) => Infill.Given(Npy.ReadFloats(text).Values, text),
        _ => throw new FormatException($"\"{text}\" is no in-fill. Known: {Known}."),
    };

    /// <summary>FILE, or FILE,name=value,name=value.</summary>
    private static InpainterInfill Inpainter(string text, string name, string rest)
    {
        string[] parts = rest.Split(',', 2);
        return InpainterInfill.Load(text, parts[0], InpainterSettings.Table.Parse(new(), parts.Length > 1 ? parts[1] : "", name));
    }
}

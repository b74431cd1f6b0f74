namespace Unmask.Imaging;

/// <summary>Brings whatever colours a file has to 8-bit sRGB without transparency.</summary>
internal static class SourceColors
{
    /// <summary>Converts through the embedded profile where there is a fitting one, then flattens transparency on white.</summary>
    public static VipsHandle ToSrgb(VipsHandle picture)
    {
        using var bytes = ToBytes(picture);
        using var colors = ColorProfile.Of(bytes) is { Matters: true } ? ThroughProfile(bytes) : Assumed(bytes);
        return Vips.HasAlpha(colors) == 0 ? Same(colors) : OnWhite(colors);
    }

    /// <summary>Converts through the embedded profile, as photo editors do: relative colorimetric with black point compensation.</summary>
    public static VipsHandle ThroughProfile(VipsHandle picture)
    {
        using var convert = new VipsOperation("icc_transform").With("in", picture).With("output-profile", "srgb")
            .With("embedded", true).With("intent", VipsArgument.IntentRelative).With("black-point-compensation", true).With("depth", 8);
        return convert.Run();
    }

    // 16 bits become 8 before colours are converted, not after: the 16-bit conversions go through coarse tables and are off by up to
    // 13 grey levels for saturated colours, the 8-bit ones by 1.
    private static VipsHandle ToBytes(VipsHandle picture)
    {
        using var cast = new VipsOperation("cast").With("in", picture).With("format", (int)VipsBandFormat.Byte).With("shift", true);
        using var bytes = cast.Run();
        using var name = new VipsOperation("copy").With("in", bytes).With("interpretation", (int)(Vips.Interpretation(picture) switch
        {
            VipsInterpretation.Rgb16 => VipsInterpretation.Srgb,
            VipsInterpretation.Grey16 => VipsInterpretation.BlackAndWhite,
            var other => other,
        }));
        return name.Run();
    }

    private static VipsHandle OnWhite(VipsHandle transparent)
    {
        using var flatten = new VipsOperation("flatten").With("in", transparent).With("background", [255.0, 255, 255]);
        return flatten.Run();
    }

    private static VipsHandle Same(VipsHandle picture)
    {
        using var copy = new VipsOperation("copy").With("in", picture);
        return copy.Run();
    }

    // Without a profile: sRGB, or for CMYK the generic press profile that libvips carries.
    private static VipsHandle Assumed(VipsHandle picture)
    {
        using var convert = new VipsOperation("colourspace").With("in", picture).With("space", (int)VipsInterpretation.Srgb);
        return convert.Run();
    }
}

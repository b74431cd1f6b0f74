namespace Unmask.Imaging;

/// <summary>Brings whatever colours a file has to 8-bit sRGB without transparency.</summary>
internal static class SourceColors
{
    /// <summary>Converts through the embedded profile where there is a fitting one, then flattens transparency on white.</summary>
    public static VipsHandle ToSrgb(VipsHandle picture)
    {
        using var colors = ColorProfile.Of(picture) is { Matters: true } ? ThroughProfile(picture) : Assumed(picture);
        if (Vips.HasAlpha(colors) == 0) return ToBytes(colors);
        using var flatten = new VipsOperation("flatten").With("in", colors).With("background", [255.0, 255, 255]);
        using var opaque = flatten.Run();
        return ToBytes(opaque);
    }

    /// <summary>Converts through the embedded profile, as photo editors do: relative colorimetric with black point compensation.</summary>
    public static VipsHandle ThroughProfile(VipsHandle picture)
    {
        using var convert = new VipsOperation("icc_transform").With("in", picture).With("output-profile", "srgb")
            .With("embedded", true).With("intent", VipsArgument.IntentRelative).With("black-point-compensation", true).With("depth", 8);
        return convert.Run();
    }

    // Without a profile: sRGB, or for CMYK the generic press profile that libvips carries. Also brings 16 bits to 8.
    private static VipsHandle Assumed(VipsHandle picture)
    {
        using var convert = new VipsOperation("colourspace").With("in", picture).With("space", (int)VipsInterpretation.Srgb);
        return convert.Run();
    }

    private static VipsHandle ToBytes(VipsHandle srgb)
    {
        using var cast = new VipsOperation("cast").With("in", srgb).With("format", (int)VipsBandFormat.Byte);
        return cast.Run();
    }
}

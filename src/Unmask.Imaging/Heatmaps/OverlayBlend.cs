namespace Unmask.Imaging;

/// <summary>Mixes the colours of a map into pixels of a picture.</summary>
internal sealed class OverlayBlend
{
    private const int Steps = 1024;

    private readonly Palette _palette;
    private readonly float[] _opacities = new float[Steps];
    private readonly float _fading;

    public OverlayBlend(Heatmap map, OverlayOptions options)
    {
        _palette = new(options.Colors ?? map.DefaultColors);
        _fading = (float)options.Fading;
        for (var i = 0; i < Steps; i++)
        {
            var at = i / (Steps - 1.0);
            _opacities[i] = map.IsConstant ? 0 : (float)(options.Opacity * Strength(map.Options.Signed ? Math.Abs(2 * at - 1) : at));
        }
    }

    /// <summary>Lays a row of numbers from 0 to 1 over a row of pixels.</summary>
    public void Apply(ReadOnlySpan<float> values, Span<byte> row)
    {
        for (var x = 0; x < values.Length; x++)
        {
            var pixel = row.Slice(3 * x, 3);
            var color = _palette[values[x]];
            var opacity = _opacities[(int)(values[x] * (Steps - 1) + 0.5f)];
            var grey = Luma(pixel) * _fading;
            pixel[0] = Mix(pixel[0] * (1 - _fading) + grey, color.R, opacity);
            pixel[1] = Mix(pixel[1] * (1 - _fading) + grey, color.G, opacity);
            pixel[2] = Mix(pixel[2] * (1 - _fading) + grey, color.B, opacity);
        }
    }

    /// <summary>Takes colour and light away from pixels.</summary>
    public static void StepBack(Span<byte> row, float fading, float light)
    {
        for (var x = 0; x < row.Length; x += 3)
        {
            var grey = Luma(row.Slice(x, 3)) * fading;
            for (var c = x; c < x + 3; c++)
                row[c] = (byte)((row[c] * (1 - fading) + grey) * light + 0.5f);
        }
    }

    // Small numbers leave the picture alone, the middle of the scale already shows.
    private static double Strength(double t) => t * t * (3 - 2 * t);

    // ITU-R BT.601.
    private static float Luma(ReadOnlySpan<byte> pixel) => 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];

    private static byte Mix(float from, byte to, float weight) => (byte)(from + (to - from) * weight + 0.5f);
}

namespace Unmask.Segmenters;

/// <summary>CIE 1976 L*a*b* under the white of D65: L is lightness, 0 to 100; equal distances look about equally different.</summary>
internal static class CieLab
{
    private const float WhiteX = 0.95047f, WhiteZ = 1.08883f;

    /// <summary>L, a and b of a picture, each a plane of height × width.</summary>
    public static float[][] Of(SeenPicture picture)
    {
        int count = picture.Height * picture.Width;
        float[][] lab = [new float[count], new float[count], new float[count]];
        var red = picture.Plane(0);
        var green = picture.Plane(1);
        var blue = picture.Plane(2);
        for (int i = 0; i < count; i++)
        {
            float r = Linear(red[i]), g = Linear(green[i]), b = Linear(blue[i]);
            // IEC 61966-2-1: linear sRGB to XYZ.
            float x = Root(((0.4124564f * r) + (0.3575761f * g) + (0.1804375f * b)) / WhiteX);
            float y = Root((0.2126729f * r) + (0.7151522f * g) + (0.0721750f * b));
            float z = Root(((0.0193339f * r) + (0.1191920f * g) + (0.9503041f * b)) / WhiteZ);
            lab[0][i] = (116 * y) - 16;
            lab[1][i] = 500 * (x - y);
            lab[2][i] = 200 * (y - z);
        }

        return lab;
    }

    private static float Linear(float value) => value <= 0.04045f ? value / 12.92f : MathF.Pow((value + 0.055f) / 1.055f, 2.4f);

    private static float Root(float t) => t > 216f / 24389 ? MathF.Cbrt(t) : ((24389f / 27 * t) + 16) / 116;
}

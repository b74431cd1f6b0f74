namespace Unmask;

/// <summary>Resizes maps bilinearly; the corners of both grids coincide as areas (half-pixel centres), and outwards the border is repeated.</summary>
internal static class BilinearResize
{
    /// <summary>Resizes a map.</summary>
    public static float[,] Run(ReadOnlySpan<float> map, int height, int width, int newHeight, int newWidth)
    {
        float[,] resized = new float[newHeight, newWidth];
        for (int y = 0; y < newHeight; y++)
        {
            var (top, bottom, down) = Neighbours(y, height, newHeight);
            for (int x = 0; x < newWidth; x++)
            {
                var (left, right, across) = Neighbours(x, width, newWidth);
                float above = Between(map[(top * width) + left], map[(top * width) + right], across);
                float below = Between(map[(bottom * width) + left], map[(bottom * width) + right], across);
                resized[y, x] = Between(above, below, down);
            }
        }

        return resized;
    }

    private static (int Low, int High, float Part) Neighbours(int at, int size, int newSize)
    {
        double source = Math.Clamp(((at + 0.5) * size / newSize) - 0.5, 0, size - 1);
        int low = (int)source;
        return (low, Math.Min(low + 1, size - 1), (float)(source - low));
    }

    private static float Between(float one, float other, float part) => one + (part * (other - one));
}

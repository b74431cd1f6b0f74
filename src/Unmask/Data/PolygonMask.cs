namespace Unmask;

/// <summary>Which pixels lie inside an outline.</summary>
internal static class PolygonMask
{
    /// <summary>Adds the pixels whose centres lie inside by the even-odd rule.</summary>
    /// <param name="mask">height · width, row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="outline">x and y in turns, in pixels; the last point is joined to the first.</param>
    public static void Add(bool[] mask, int width, ReadOnlySpan<double> outline)
    {
        var crossings = new List<double>();
        for (int y = 0; y < mask.Length / width; y++)
        {
            crossings.Clear();
            for (int i = 0; i < outline.Length; i += 2)
            {
                int next = (i + 2) % outline.Length;
                double above = outline[i + 1] - (y + 0.5), below = outline[next + 1] - (y + 0.5);
                if (above <= 0 != below <= 0)
                {
                    crossings.Add(outline[i] + (above / (above - below) * (outline[next] - outline[i])));
                }
            }

            crossings.Sort();
            for (int i = 0; i + 1 < crossings.Count; i += 2)
            {
                int from = FirstCentre(crossings[i], width), to = FirstCentre(crossings[i + 1], width);
                mask.AsSpan((y * width) + from, to - from).Fill(true);
            }
        }
    }

    /// <summary>The first column whose centre lies at an edge or beyond.</summary>
    private static int FirstCentre(double edge, int width) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, width);
}

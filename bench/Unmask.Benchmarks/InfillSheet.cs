using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>The built-in photo with the same parts hidden, in each of some in-fills.</summary>
internal static class InfillSheet
{
    public static void Run(string path, string[] infills)
    {
        var input = InfillQuality.Prepare(Demo.LoadPhoto());
        // A grid of RISE's coarseness and a large square over the face.
        float[] mask = InfillQuality.Cells(7, 0.7, 3);
        InfillQuality.Hide(mask, 60, 80, 64);
        List<ContactSheetCell> cells = [new(ToImage(input, input.Values), "the photo"), new(ToImage(input, Infill.Parse("grey").Apply(input, mask)), "grey")];
        foreach (string infill in infills)
        {
            cells.Add(new(ToImage(input, Infill.Parse(infill).Apply(input, mask)), Caption(infill)));
        }

        new ContactSheet { Cells = cells, Title = "In-fills", Subtitle = "the same parts of the photo are hidden in each", Columns = 4, CellPixels = 224 }.Save(path);
    }

    private static string Caption(string infill) => infill.Split(':', 2) is [var name, var rest] && rest.Contains('/', StringComparison.Ordinal)
        ? $"{name}:{Path.GetFileName(rest)}"
        : infill;

    private static Image ToImage(ModelInput input, ReadOnlySpan<float> values)
    {
        var (height, width) = input.Layout.Spatial;
        byte[] pixels = new byte[3 * height * width];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(Math.Round(InfillQuality.LevelOf(values[(i % 3 * height * width) + (i / 3)], i % 3)), 0, 255);
        }

        return Image.FromPixels(width, height, pixels);
    }
}

using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>The first pictures of a study with the maps of every row's first seed: white is what is marked.</summary>
internal static class StudySheet
{
    private const int Photos = 6;
    private const int Pixels = 160;

    /// <summary>Writes the sheet into the study's folder.</summary>
    /// <param name="folder">Where the maps are.</param>
    /// <param name="photos">The pictures, in the order of the maps.</param>
    public static void Save(string folder, IEnumerable<StudyPhoto> photos)
    {
        List<ContactSheetCell> cells = [.. photos.Take(Photos).Select(photo => new ContactSheetCell(photo.Picture.ResizeShorterSide(Pixels).CropCenter(Pixels, Pixels), "picture"))];
        foreach (string file in Directory.EnumerateFiles(folder, "*.0.npy").Order(StringComparer.Ordinal))
        {
            var (values, sizes) = Npy.ReadFloats(file);
            int height = (int)sizes[1], width = (int)sizes[2];
            for (int i = 0; i < Math.Min(Photos, (int)sizes[0]); i++)
            {
                cells.Add(new(Grey(values.AsSpan(i * height * width, height * width), height, width), Path.GetFileName(file).Split('.')[0]));
            }
        }

        new ContactSheet { Cells = cells, Title = Path.GetFileName(folder), Subtitle = "white: marked; maps that are no masks are stretched", Columns = Photos, CellPixels = Pixels }.Save(Path.Combine(folder, "sheet.png"));
    }

    private static Image Grey(ReadOnlySpan<float> map, int height, int width)
    {
        float low = 0, high = 1;
        foreach (float value in map)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        byte[] pixels = new byte[3 * map.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(255 * (map[i / 3] - low) / (high - low));
        }

        return Image.FromPixels(width, height, pixels).Resize(Pixels, Pixels, ResizeFilter.Nearest);
    }
}

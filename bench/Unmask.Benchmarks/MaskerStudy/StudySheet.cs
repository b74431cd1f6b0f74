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
            string row = Path.GetFileName(file).Split('.')[0];
            for (int i = 0; i < Math.Min(Photos, (int)sizes[0]); i++)
            {
                float[] map = values[(i * height * width)..((i + 1) * height * width)];
                cells.Add(new(StudyRows.Learns(row) ? Grey(map, 0, 1, height, width) : Grey(map, map.Min(), map.Max(), height, width), row));
            }
        }

        new ContactSheet { Cells = cells, Title = Path.GetFileName(folder), Subtitle = "white: marked; maps that are no masks are stretched", Columns = Photos, CellPixels = Pixels }.Save(Path.Combine(folder, "sheet.png"));
    }

    private static Image Grey(float[] map, float low, float high, int height, int width)
    {
        byte[] pixels = new byte[3 * map.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(255 * (map[i / 3] - low) / Math.Max(high - low, float.Epsilon));
        }

        return Image.FromPixels(width, height, pixels).Resize(Pixels, Pixels, ResizeFilter.Nearest);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask;

/// <summary>The files beside one photo that say where objects are; read when they are wanted.</summary>
internal sealed class PhotoTruths(DataFiles files, CategoryNames names, string? boxes, string? polygons, string? mask)
{
    private const int BoxNumbers = 4;

    private readonly Lock _gate = new();
    private ImmutableArray<string>? _categories;

    /// <summary>The files of boxes and polygons, where there are both.</summary>
    public (string Boxes, string Polygons)? BoxesAndPolygons => boxes is not null && polygons is not null ? (boxes, polygons) : null;

    /// <summary>The categories on the photo: those of boxes or outlines, else those of the mask.</summary>
    public IReadOnlyList<string> Categories
    {
        get
        {
            lock (_gate)
            {
                return _categories ??= [.. FindCategories().Distinct(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>All objects of a category; <c>null</c> when this kind of truth is not there.</summary>
    public GroundTruth? Of(string category, TruthKind kind, Func<Image> photo) => kind switch
    {
        TruthKind.Masks => mask is null ? null : WithBoxes(OfMask(category, mask), category),
        TruthKind.Polygons => polygons is null ? null : WithBoxes(OfOutlines(category, polygons, photo()), category),
        TruthKind.Boxes => boxes is null ? null : OfBoxes(category, boxes, photo()),
        // A mask that has no value for the category («things» only, «stuff» only) does not speak about it.
        _ => (mask is not null && names.OfMasks.Values.Contains(category) ? Of(category, TruthKind.Masks, photo) : null)
            ?? Of(category, TruthKind.Polygons, photo) ?? Of(category, TruthKind.Boxes, photo),
    };

    private IEnumerable<string> FindCategories() => (boxes ?? polygons) is { } shapes
        ? Shapes(shapes).Select(shape => shape.Category)
        : Values(Decode(mask!)).Distinct().Order().Where(value => value != 0).Select(value => CategoryNames.Name(names.OfMasks, value));

    private GroundTruth OfMask(string category, string file)
    {
        var picture = Decode(file);
        var values = names.OfMasks.Where(pair => pair.Value == category).Select(pair => pair.Key).ToHashSet();
        return GroundTruth.FromMask(picture.Width, picture.Height, [.. Values(picture).Select(values.Contains)]);
    }

    private GroundTruth OfOutlines(string category, string file, Image photo)
    {
        bool[] inside = new bool[photo.Width * photo.Height];
        foreach (var (_, numbers) in Shapes(file).Where(shape => shape.Category == category))
        {
            PolygonMask.Add(inside, photo.Width, [.. numbers.Select((value, index) => value * (index % 2 == 0 ? photo.Width : photo.Height))]);
        }

        return GroundTruth.FromMask(photo.Width, photo.Height, inside);
    }

    private GroundTruth OfBoxes(string category, string file, Image photo) => GroundTruth.FromBoxes(
        photo.Width,
        photo.Height,
        BoxesOf(category, file, photo.Width, photo.Height));

    /// <summary>The boxes of single objects, where the data has them: pixels alone do not tell objects apart.</summary>
    private GroundTruth WithBoxes(GroundTruth truth, string category) =>
        boxes is not null && BoxesOf(category, boxes, truth.Width, truth.Height) is { Length: > 0 } found ? truth.WithBoxes(found) : truth;

    private Region[] BoxesOf(string category, string file, int width, int height) =>
        [.. Shapes(file).Where(shape => shape.Category == category).Select(shape => BoxOf(shape.Numbers, width, height))];

    /// <summary>A box as YOLO writes it (centre and size), or the one around an outline; both as shares of the picture.</summary>
    private static Region BoxOf(double[] numbers, int width, int height)
    {
        if (numbers is [var x, var y, var wide, var tall])
        {
            return new Region((x - (wide / 2)) * width, (y - (tall / 2)) * height, wide * width, tall * height);
        }

        var across = numbers.Where((_, index) => index % 2 == 0).ToArray();
        var down = numbers.Where((_, index) => index % 2 == 1).ToArray();
        return new Region(across.Min() * width, down.Min() * height, (across.Max() - across.Min()) * width, (down.Max() - down.Min()) * height);
    }

    /// <summary>One object a line: the category's number, then a box (centre x, centre y, width, height) or an outline (x, y, x, y …).</summary>
    private List<(string Category, double[] Numbers)> Shapes(string file)
    {
        var shapes = new List<(string, double[])>();
        foreach (var (number, line) in files.ReadText(file).Split('\n').Index())
        {
            string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }

            double[] numbers = [.. parts.Skip(1).Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
            bool right = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int category) && numbers.All(double.IsFinite)
                && (numbers.Length == BoxNumbers || (numbers.Length >= 6 && numbers.Length % 2 == 0));
            shapes.Add(right ? (CategoryNames.Name(file == polygons ? names.OfPolygons : names.OfBoxes, category), numbers) : throw new UnmaskException(
                $"{files.Place(file)}, line {number + 1}: an object is a category's number and four numbers of a box or three points and more of an outline; there is \"{line.Trim()}\"."));
        }

        return shapes;
    }

    private Image Decode(string file) => Image.Decode(files.Read(file), files.Place(file));

    private static IEnumerable<int> Values(Image picture)
    {
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            yield return picture.Pixels[3 * i];
        }
    }
}

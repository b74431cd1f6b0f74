using System.IO.Compression;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Tests.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Data;

/// <summary>The same collections as folders and as archives.</summary>
public sealed class PhotoSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plain_pictures_say_nothing_of_themselves(bool zipped)
    {
        Picture("b.png");
        Picture("a.png");
        using var photos = Open(zipped);
        Assert.Equal(["a", "b"], photos.Photos.Select(photo => photo.Id));
        Assert.False(photos.HasTruth);
        Assert.Null(photos.LabelSource);
        Assert.Equal((8, 4), (photos.Photos[0].Load().Width, photos.Photos[0].Load().Height));
        Assert.Null(photos.Photos[0].TruthOf("cat"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_table_gives_numbers_and_names(bool zipped)
    {
        Picture("images/a.png");
        Picture("images/b.png");
        Text("labels.tsv", "index\tname\tfile\n7\ttench\ta.png\n\tn0\timages/b.png\n");
        using var photos = Open(zipped);
        Assert.Equal([7, null], photos.Photos.Select(photo => photo.ClassIndex));
        Assert.Equal(["tench", "n0"], photos.Photos.Select(photo => photo.Label));
    }

    [Fact]
    public void A_table_that_names_no_photo_is_refused()
    {
        Picture("a.png");
        Text("labels.tsv", "7\tother.png\n");
        Assert.Contains("names none of the photos", Assert.Throws<UnmaskException>(() => Open(false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_at_the_beginning_of_all_names_are_classes()
    {
        Picture("386_African_elephant.png");
        Picture("007_cock.png");
        using var photos = Open(false);
        Assert.Equal([7, 386], photos.Photos.Select(photo => photo.ClassIndex));
        Assert.Equal(["cock", "African_elephant"], photos.Photos.Select(photo => photo.Label));
    }

    [Fact]
    public void Folders_side_by_side_are_classes()
    {
        Picture("train/cat/1.png");
        Picture("train/dog/1.png");
        using var photos = Open(false);
        Assert.Equal(["cat", "dog"], photos.Photos.Select(photo => photo.Label));
        Assert.Equal(["train/cat/1", "train/dog/1"], photos.Photos.Select(photo => photo.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Boxes_outlines_and_masks_cover_the_pixels_that_they_should(bool zipped)
    {
        Located();
        using var photos = Open(zipped);
        var photo = Assert.Single(photos.Photos);
        Assert.True(photos.HasTruth);
        Assert.Equal(["cat", "dog"], photo.Categories);
        // A box of half the width and height around the centre of 8 × 4: columns 2 to 5, rows 1 and 2.
        Assert.Equal(Pixels((x, y) => x is >= 2 and < 6 && y is >= 1 and < 3), photo.TruthOf("cat", TruthKind.Boxes)!.Pixels.ToArray());
        // The triangle (0, 0), (8, 0), (0, 4): a centre (x + ½, y + ½) is inside where (x + ½) ÷ 8 + (y + ½) ÷ 4 < 1.
        Assert.Equal(Pixels((x, y) => ((x + 0.5) / 8) + ((y + 0.5) / 4) < 1), photo.TruthOf("cat", TruthKind.Polygons)!.Pixels.ToArray());
        Assert.Equal(Pixels((x, _) => x < 3), photo.TruthOf("cat", TruthKind.Masks)!.Pixels.ToArray());
        // Masks are the most exact, but this one does not speak of dogs.
        Assert.Equal(3 * 4, photo.TruthOf("cat")!.Count);
        Assert.Equal(photo.TruthOf("dog", TruthKind.Polygons)!.Count, photo.TruthOf("dog")!.Count);
        Assert.Equal(2, photo.TruthOf("dog", TruthKind.Boxes)!.Count);
    }

    [Fact]
    public void A_damaged_file_of_boxes_is_named_with_its_line()
    {
        Located();
        Text("d/boxes/p.txt", "0 0.5 0.5 0.5 0.5\n1 0.5 half 0.5 0.5\n");
        using var photos = Open(false);
        string message = Assert.Throws<UnmaskException>(() => photos.Photos[0].Categories).Message;
        Assert.Contains("p.txt, line 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_collection_is_refused()
    {
        Text("notes.txt", "no pictures here");
        Assert.Contains("holds no pictures", Assert.Throws<UnmaskException>(() => Open(false)).Message, StringComparison.Ordinal);
        Assert.Contains("neither a folder nor a readable .zip", Assert.Throws<UnmaskException>(() => PhotoSet.Open(_folder.File("data/notes.txt"))).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => PhotoSet.Open(_folder.File("none")));
    }

    [SharedFact]
    public void The_archive_of_COCO_photos_opens_with_its_masks()
    {
        using var photos = PhotoSet.Open(Path.Combine(Shared.Data, "coco128_masks.zip"));
        Assert.Equal(128, photos.Photos.Length);
        var giraffes = photos.Photos.Single(photo => photo.Id == "000000000072");
        Assert.Equal(["giraffe"], giraffes.Categories);
        // Box, outline and mask of the same animals agree about most of the picture.
        var (mask, outline, box) = (giraffes.TruthOf("giraffe")!, giraffes.TruthOf("giraffe", TruthKind.Polygons)!, giraffes.TruthOf("giraffe", TruthKind.Boxes)!);
        Assert.True(Overlap(mask, outline) > 0.85, $"mask and outline overlap by {Overlap(mask, outline):f3}");
        Assert.True(mask.Count < box.Count);
        Assert.True(Overlap(mask, box) > 0.4, $"mask and box overlap by {Overlap(mask, box):f3}");
    }

    private static double Overlap(GroundTruth one, GroundTruth other)
    {
        var pairs = one.Pixels.ToArray().Zip(other.Pixels.ToArray()).ToList();
        return (double)pairs.Count(pair => pair.First && pair.Second) / pairs.Count(pair => pair.First || pair.Second);
    }

    private static bool[] Pixels(Func<int, int, bool> inside) => [.. Enumerable.Range(0, 32).Select(at => inside(at % 8, at / 8))];

    private void Located()
    {
        Picture("d/images/p.png");
        Text("names3.txt", "cat\ndog\n");
        Text("panoptic_names.tsv", "0\tunlabeled\n17\tcat\n90\ttoothbrush\n");
        Text("d/boxes/p.txt", "0 0.5 0.5 0.5 0.5\n1 0.0625 0.125 0.125 0.25\n1 0.9375 0.875 0.125 0.25\n");
        Text("d/polygons/p.txt", "0 0 0 1 0 0 1\n1 0.5 0.5 1 0.5 1 1 0.5 1\n");
        byte[] mask = [.. Enumerable.Range(0, 32).SelectMany(at => Enumerable.Repeat((byte)(at % 8 < 3 ? 17 : 90), 3))];
        Save("d/semantic/p.png", Image.FromPixels(8, 4, mask));
    }

    private void Picture(string name) => Save(name, TestPictures.Irregular(8, 4));

    private void Save(string name, Image picture)
    {
        Text(name, "");
        picture.Save(_folder.File(Path.Combine("data", name)));
    }

    private void Text(string name, string text)
    {
        string path = _folder.File(Path.Combine("data", name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private PhotoSet Open(bool zipped)
    {
        string data = _folder.File("data");
        if (!zipped)
        {
            return PhotoSet.Open(data);
        }

        ZipFile.CreateFromDirectory(data, _folder.File("data.zip"));
        return PhotoSet.Open(_folder.File("data.zip"));
    }
}

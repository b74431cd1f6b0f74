using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>What is read of pictures and tables, and how it varies.</summary>
public sealed class TrainingDataTests
{
    [Fact]
    public void Folders_named_train_and_test_part_the_data()
    {
        using var folder = new TemporaryFolder();
        Stripes.Write(folder, 3, "data/train");
        Stripes.Write(folder, 2, "data/test");
        using var photos = PhotoSet.Open(folder.File("data"));
        var pictures = LabelledPictures.Of(photos);
        Assert.Equal((4, 2, 4), (pictures.Training.Length, pictures.Validation.Length, pictures.Test.Length));
        Assert.All(pictures.Training.Concat(pictures.Validation), picture => Assert.StartsWith("train/", picture.Photo.File, StringComparison.Ordinal));
        Assert.All(pictures.Test, picture => Assert.StartsWith("test/", picture.Photo.File, StringComparison.Ordinal));
    }

    [Fact]
    public void Folders_named_val_leave_nothing_to_chance()
    {
        using var folder = new TemporaryFolder();
        Stripes.Write(folder, 3, "data/train");
        Stripes.Write(folder, 2, "data/val");
        using var photos = PhotoSet.Open(folder.File("data"));
        var pictures = LabelledPictures.Of(photos, new(Validation: 0.5));
        Assert.Equal((6, 4, 0), (pictures.Training.Length, pictures.Validation.Length, pictures.Test.Length));
    }

    [Fact]
    public void A_share_of_each_class_is_drawn_by_the_seed()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 10));
        string[] Drawn(ulong seed) => [.. LabelledPictures.Of(photos, new(0.3, 0.2, seed)).Validation.Select(picture => picture.Photo.Id)];
        Assert.Equal([3, 3], LabelledPictures.Of(photos, new(0.3)).Validation.GroupBy(picture => picture.Class).Select(group => group.Count()));
        var parted = LabelledPictures.Of(photos, new(0.3, 0.2, 1));
        Assert.Equal((10, 6, 4), (parted.Training.Length, parted.Validation.Length, parted.Test.Length));
        Assert.Equal(20, parted.Training.Concat(parted.Validation).Concat(parted.Test).Select(picture => picture.Photo.Id).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelledPictures.Of(photos, new(0.5, 0.5)));
        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
    }

    [Fact]
    public void Pictures_are_the_same_whether_cached_or_not_and_vary_by_epoch_only_when_asked()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 4));
        var pictures = LabelledPictures.Of(photos, new(0)).Training;
        using var cached = PictureTrainingSet.Load(pictures, Stripes.Side);
        using var decoded = PictureTrainingSet.Load(pictures, Stripes.Side, cacheBytes: 0);
        int[] items = [5, 0, 3];
        byte[] Of(PictureTrainingSet set, Variation? variation) => set.Read(items, variation)["image"].Bytes.ToArray();
        Assert.Equal(Of(cached, null), Of(decoded, null));
        Assert.Equal(Of(cached, new(7, 2)), Of(decoded, new(7, 2)));
        Assert.NotEqual(Of(cached, new(7, 2)), Of(cached, new(7, 3)));
        Assert.NotEqual(Of(cached, new(7, 2)), Of(cached, null));
    }

    [Fact]
    public void A_varied_picture_is_the_picture_shifted_or_mirrored()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 2));
        var set = PictureTrainingSet.Load(LabelledPictures.Of(photos, new(0)).Training, Stripes.Side);
        float[] plain = set.Read([1], null)["image"].AsSpan<float>()[..(Stripes.Side * Stripes.Side)].ToArray();
        for (int epoch = 0; epoch < 20; epoch++)
        {
            float[] varied = set.Read([1], new(1, epoch))["image"].AsSpan<float>()[..plain.Length].ToArray();
            Assert.Equal(1, Places().Count(place => Matches(plain, varied, place)));
        }
    }

    /// <summary>Whatever the batch and the threads, a picture in an epoch is the same.</summary>
    [Fact]
    public void A_varied_picture_depends_on_seed_epoch_and_picture_alone()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 10));
        var law = new Augmentation { SmallestArea = 0.2, Brightness = 0.3, Contrast = 0.3, Saturation = 0.3, Erasing = 0.5 };
        using var set = PictureTrainingSet.Load(LabelledPictures.Of(photos, new(0)).Training, Stripes.Side, law, cacheBytes: 5 * 3 * Stripes.Side * Stripes.Side);
        int[] all = [.. Enumerable.Range(0, set.Count)];
        var variation = new Variation(9, 4);
        byte[] together = set.Read(all, variation)["image"].Bytes.ToArray();
        byte[][] apart = new byte[set.Count][];
        Parallel.For(0, set.Count, new() { MaxDegreeOfParallelism = 4 }, item => apart[item] = set.Read([item], variation)["image"].Bytes.ToArray());
        Assert.Equal(together, apart.SelectMany(bytes => bytes));
        set.Announce(all, variation);
        Assert.Equal(set.Count, set.ViewsWaiting);
        Assert.Equal(together, set.Read(all, variation)["image"].Bytes.ToArray());
        Assert.Equal(0, set.ViewsWaiting);
        Assert.Contains("smallest-area=0.2", set.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named_and_left_out()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 3);
        File.WriteAllText(Path.Combine(data, "down", "broken.jpg"), "no picture");
        File.WriteAllText(Path.Combine(data, "across", "empty.png"), "");
        byte[] whole = Stripes.Draw(1).Encode(Unmask.Imaging.ImageFormat.Png);
        File.WriteAllBytes(Path.Combine(data, "across", "half.png"), whole[..(whole.Length / 2)]);
        using var photos = PhotoSet.Open(data);
        var set = PictureTrainingSet.Load(LabelledPictures.Of(photos, new(0)).Training, Stripes.Side);
        Assert.Equal(6, set.Count);
        Assert.Equal(["across/empty.png", "across/half.png", "down/broken.jpg"], set.Failures.Select(failure => failure.File));
        Assert.All(set.Failures, failure => Assert.Contains(failure.File, failure.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_is_read_by_its_column_names()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.csv"), "name,a,y,b\n\"x, \"\"1\"\"\",1,10,0.5\nz,3,30,2.5\n");
        var table = TrainingTable.ReadCsv(folder.File("t.csv"), "y");
        Assert.Equal(["a", "b"], table.Features);
        Assert.Equal([1, 0.5f, 3, 2.5f], table.Values.ToArray());
        Assert.Equal([10, 30f], table.Targets.ToArray());
        var (mean, deviation) = table.Scale([0, 1]);
        Assert.Equal([2, 1.5f], mean);
        Assert.Equal([1, 1f], deviation);
        Assert.Contains("no column \"z\"", Assert.Throws<UnmaskException>(() => TrainingTable.ReadCsv(folder.File("t.csv"), "z")).Message, StringComparison.Ordinal);
        Assert.Contains("row 2: \"name\" is no number", Assert.Throws<UnmaskException>(() => TrainingTable.ReadCsv(folder.File("t.csv"), "y", ["name"])).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int X, int Y, bool Mirrored)> Places()
    {
        for (int i = 0; i < 9 * 9 * 2; i++)
        {
            yield return ((i / 2 % 9) - 4, (i / 18) - 4, i % 2 == 1);
        }
    }

    // Without the border, which is mirrored.
    private static bool Matches(float[] plain, float[] varied, (int X, int Y, bool Mirrored) place)
    {
        for (int y = 4; y < Stripes.Side - 4; y++)
        {
            for (int x = 4; x < Stripes.Side - 4; x++)
            {
                int column = place.X + (place.Mirrored ? Stripes.Side - 1 - x : x);
                if (varied[(y * Stripes.Side) + x] != plain[((y + place.Y) * Stripes.Side) + column])
                {
                    return false;
                }
            }
        }

        return true;
    }
}

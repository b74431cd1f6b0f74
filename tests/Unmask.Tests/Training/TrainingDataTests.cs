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
        Assert.Equal((6, 4), (pictures.Training.Length, pictures.Validation.Length));
        Assert.All(pictures.Validation, picture => Assert.StartsWith("test/", picture.Photo.File, StringComparison.Ordinal));
    }

    [Fact]
    public void A_share_of_each_class_is_drawn_by_the_seed()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 10));
        string[] Drawn(ulong seed) => [.. LabelledPictures.Of(photos, 0.3, seed).Validation.Select(picture => picture.Photo.Id)];
        Assert.Equal([3, 3], LabelledPictures.Of(photos, 0.3).Validation.GroupBy(picture => picture.Class).Select(group => group.Count()));
        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
    }

    [Fact]
    public void Pictures_are_the_same_whether_cached_or_not_and_vary_by_epoch_only_when_asked()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 4));
        var pictures = LabelledPictures.Of(photos, 0).Training;
        var cached = PictureTrainingSet.Load(pictures, Stripes.Side);
        var decoded = PictureTrainingSet.Load(pictures, Stripes.Side, cacheBytes: 0);
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
        var set = PictureTrainingSet.Load(LabelledPictures.Of(photos, 0).Training, Stripes.Side);
        float[] plain = set.Read([1], null)["image"].AsSpan<float>()[..(Stripes.Side * Stripes.Side)].ToArray();
        for (int epoch = 0; epoch < 20; epoch++)
        {
            float[] varied = set.Read([1], new(1, epoch))["image"].AsSpan<float>()[..plain.Length].ToArray();
            Assert.Equal(1, Places().Count(place => Matches(plain, varied, place)));
        }
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named_and_left_out()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 3);
        File.WriteAllText(Path.Combine(data, "down", "broken.jpg"), "no picture");
        using var photos = PhotoSet.Open(data);
        var set = PictureTrainingSet.Load(LabelledPictures.Of(photos, 0).Training, Stripes.Side);
        Assert.Equal(6, set.Count);
        Assert.Equal("down/broken.jpg", Assert.Single(set.Failures).File);
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

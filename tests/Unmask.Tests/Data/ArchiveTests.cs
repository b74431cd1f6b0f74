using System.Formats.Tar;
using System.IO.Compression;
using Unmask.Imaging;
using Unmask.Tests.Imaging;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Data;

/// <summary>Archives other than .zip, CIFAR's binary files, and what is wrong with folders.</summary>
public sealed class ArchiveTests : IDisposable
{
    private const int Record = 1 + (3 * 32 * 32);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data.tar")]
    [InlineData("data.tar.gz")]
    [InlineData("data.tgz")]
    public void A_tar_holds_what_the_folder_holds(string name)
    {
        string data = _folder.File("data");
        foreach (string file in (string[])["train/cat/1.png", "train/dog/2.png", "test/cat/3.png", "test/dog/4.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(data, file))!);
            TestPictures.Irregular(5 + file.Length, 7).Save(Path.Combine(data, file));
        }

        string archive = _folder.File(name);
        Pack(data, archive);
        using var folder = PhotoSet.Open(data);
        using var packed = PhotoSet.Open(archive);
        Assert.Equal(folder.Photos.Select(photo => (photo.File, photo.Label)), packed.Photos.Select(photo => (photo.File, photo.Label)));
        Assert.All(folder.Photos.Zip(packed.Photos), pair => Assert.Equal(pair.First.Load().Pixels.ToArray(), pair.Second.Load().Pixels.ToArray()));
        var pictures = LabelledPictures.Of(packed);
        Assert.Equal((2, 2), (pictures.Training.Length, pictures.Test.Length));
    }

    [Theory]
    [InlineData("bad.tar")]
    [InlineData("bad.tar.gz")]
    public void A_damaged_archive_is_named(string name)
    {
        File.WriteAllText(_folder.File(name), new string('x', 2000));
        Assert.Contains(name, Assert.Throws<UnmaskException>(() => PhotoSet.Open(_folder.File(name))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_off_archive_is_named()
    {
        string data = _folder.File("cut");
        Directory.CreateDirectory(data);
        TestPictures.Irregular(60, 60).Save(Path.Combine(data, "a.png"));
        Pack(data, _folder.File("cut.tar.gz"));
        byte[] whole = File.ReadAllBytes(_folder.File("cut.tar.gz"));
        File.WriteAllBytes(_folder.File("cut.tar.gz"), whole[..(whole.Length / 2)]);
        Assert.Contains("cut.tar.gz", Assert.Throws<UnmaskException>(() => PhotoSet.Open(_folder.File("cut.tar.gz"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_of_CIFAR_are_pictures_of_their_classes()
    {
        string data = _folder.File("cifar-10-batches-bin");
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, "batches.meta.txt"), "airplane\nautomobile\n\n");
        File.WriteAllBytes(Path.Combine(data, "data_batch_1.bin"), [.. Bytes(1, 10), .. Bytes(0, 20)]);
        File.WriteAllBytes(Path.Combine(data, "test_batch.bin"), Bytes(1, 30));
        using var photos = PhotoSet.Open(data);
        Assert.Equal(["test/automobile/test_batch-00000.png", "train/airplane/data_batch_1-00001.png", "train/automobile/data_batch_1-00000.png"], photos.Photos.Select(photo => photo.File));
        var picture = photos.Photos[2].Load();
        Assert.Equal((32, 32, new Rgb(10, 11, 12), new Rgb(15, 11, 12)), (picture.Width, picture.Height, picture[0, 0], picture[5, 0]));
        var pictures = LabelledPictures.Of(photos);
        Assert.Equal((2, 1), (pictures.Training.Length, pictures.Test.Length));
        File.WriteAllBytes(Path.Combine(data, "test_batch.bin"), Bytes(1, 30)[..100]);
        Assert.Contains("test_batch.bin is damaged", Assert.Throws<UnmaskException>(() => PhotoSet.Open(data)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(data, "test_batch.bin"), Bytes(7, 30));
        Assert.Contains("of class 7, and there are 2 names", Assert.Throws<UnmaskException>(() => PhotoSet.Open(data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_without_pictures_and_classes_without_any_to_learn_from_are_told()
    {
        foreach (string file in (string[])["train/cat/1.png", "train/dog/2.png", "test/cat/3.png", "test/fox/4.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
            TestPictures.Irregular(5, 5).Save(_folder.File(file));
        }

        Directory.CreateDirectory(_folder.File("train/owl/inner"));
        using var photos = PhotoSet.Open(_folder.Path);
        var pictures = LabelledPictures.Of(photos);
        Assert.Equal(["cat", "dog", "fox"], pictures.Classes.ToArray());
        Assert.Collection(
            pictures.Notes,
            note => Assert.Contains("train/owl holds no pictures", note, StringComparison.Ordinal),
            note => Assert.Contains("\"fox\" has no pictures to learn from", note, StringComparison.Ordinal));
    }

    private static byte[] Bytes(byte label, byte first) =>
        [label, .. Enumerable.Range(0, Record - 1).Select(i => (byte)(first + (i / 1024) + (i == 5 ? 5 : 0)))];

    private static void Pack(string folder, string archive)
    {
        using var file = File.Create(archive);
        using var stream = archive.EndsWith(".tar", StringComparison.Ordinal) ? (Stream)file : new GZipStream(file, CompressionLevel.Fastest);
        TarFile.CreateFromDirectory(folder, stream, includeBaseDirectory: false);
    }
}

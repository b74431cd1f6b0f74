using System.Text;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Data;

public sealed class NpyTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        foreach (var tensor in new[]
        {
            TensorData.Adopt(new float[] { 1, -2.5f, float.NaN, 4, 5, 6 }, 2, 3), TensorData.Adopt(new long[] { long.MinValue, 7 }, 2),
            TensorData.Adopt(new byte[] { 1, 2, 255 }, 1, 3, 1), TensorData.Scalar(3.5), TensorData.Adopt(Array.Empty<float>(), 0, 4),
        })
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("x.npy");
            Npy.Write(path, tensor);
            var back = Npy.Read(path);
            Assert.Equal(tensor.ToString(), back.ToString());
            Assert.Equal(tensor.Bytes.ToArray(), back.Bytes.ToArray());
            Assert.Equal(0, (new FileInfo(path).Length - tensor.ByteLength) % 64);
        }
    }

    [Theory]
    [InlineData("not numpy at all", "signature")]
    [InlineData("\u0093NUMPY\u0001\u0000\u00ff\u00ff{", "cut off")]
    [InlineData("\u0093NUMPY\u0001\u0000\u0003\u0000{}\n", "not understood")]
    public void A_broken_file_is_explained(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x.npy");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        var problem = Assert.Throws<UnmaskException>(() => Npy.Read(path));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains("x.npy", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_explained()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x.npy");
        Npy.Write(path, TensorData.Adopt(new float[100], 100));
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^40]);
        Assert.Contains("cut off", Assert.Throws<UnmaskException>(() => Npy.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Named_arrays_are_read_back_from_an_archive()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x.npz");
        using (var file = File.Create(path))
        {
            Npz.Write(file, ("a", TensorData.Adopt(new float[] { 1, 2 }, 2)), ("b", TensorData.Scalar(7L)));
        }

        var back = Npz.Read(path);
        Assert.Equal([1f, 2f], back["a"].AsSpan<float>().ToArray());
        Assert.Equal(7L, back["b"].AsSpan<long>()[0]);
        File.WriteAllText(path, "no archive");
        Assert.Contains("x.npz", Assert.Throws<UnmaskException>(() => Npz.Read(path)).Message, StringComparison.Ordinal);
    }
}

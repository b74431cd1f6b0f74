using System.Text;

namespace Unmask.Graphs;

/// <summary>Says what a file is that is not ONNX, from its first bytes.</summary>
internal static class NotOnnx
{
    private static readonly (byte[] Start, string What)[] Known =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ("GIF8"u8.ToArray(), "a GIF picture"),
        ("RIFF"u8.ToArray(), "a RIFF file (WebP, WAV)"),
        ("%PDF"u8.ToArray(), "a PDF document"),
        ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive (PyTorch's .pt files are such): export the model to ONNX, or unpack it"),
        ([0x1F, 0x8B], "a gzip archive: unpack it"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file (Keras): export the model to ONNX"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], "a NumPy array"),
        ([0x80, 0x02], "a Python pickle (PyTorch): export the model to ONNX"),
        ("version https://git-lfs"u8.ToArray(), "a Git LFS pointer: fetch the model itself with «git lfs pull»"),
    ];

    // Flatbuffers have their identifier after the first four bytes.
    private static readonly (byte[] Identifier, string What)[] Flatbuffers =
    [
        ("TFL3"u8.ToArray(), "a TensorFlow Lite model: convert it to ONNX"),
        ("ORTM"u8.ToArray(), "a model in ONNX Runtime's own format: use the ONNX file that it was made from"),
    ];

    /// <summary>The sentence that goes on after the file's name, when protobuf could not read the bytes or found no model in them.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        foreach (var (start, what) in Known)
        {
            if (bytes.StartsWith(start))
            {
                return $"not an ONNX model but {what}.";
            }
        }

        foreach (var (identifier, what) in Flatbuffers)
        {
            if (bytes.Length >= 8 && bytes[4..8].SequenceEqual(identifier))
            {
                return $"not an ONNX model but {what}.";
            }
        }

        if (LooksLikeText(bytes))
        {
            return "not an ONNX model but a text file.";
        }

        return StartsLikeOnnx(bytes)
            ? $"an ONNX model that is truncated or damaged: it cannot be read to the end of its {bytes.Length:N0} bytes. Export or download it again."
            : "not an ONNX model. If it should be one, export or download it again.";
    }

    // The first field of most models is the version of the format.
    private static bool StartsLikeOnnx(ReadOnlySpan<byte> bytes) => bytes.Length > 2 && bytes[0] == 0x08 && bytes[1] <= OperatorSets.NewestIrVersion;

    private static bool LooksLikeText(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, 256)];
        return head.IndexOfAnyInRange((byte)0, (byte)8) < 0 && head.IndexOfAnyInRange((byte)14, (byte)31) < 0
            && !Encoding.UTF8.GetString(head[..Math.Max(0, head.Length - 4)]).Contains('\uFFFD');
    }
}

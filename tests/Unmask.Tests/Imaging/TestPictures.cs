using System.Buffers.Binary;
using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

/// <summary>Pictures and files made on the spot.</summary>
internal static unsafe class TestPictures
{
    /// <summary>Samples without any pattern that a filter could hide: (37x² + 101y + 53xy + 29c(x + 1) + 17y²c) mod 256.</summary>
    public static Image Irregular(int width, int height) =>
        Make(width, height, (x, y, c) => 37 * x * x + 101 * y + 53 * x * y + 29 * c * (x + 1) + 17 * y * y * c);

    /// <summary>Red grows to the right, green grows downwards, blue falls along the diagonal: a smooth picture that codecs keep well.</summary>
    public static Image Smooth(int width, int height) => Make(width, height, (x, y, c) => c switch
    {
        0 => 20 + 200 * x / width,
        1 => 30 + 180 * y / height,
        _ => 220 - 90 * x / width - 90 * y / height,
    });

    public static Image Make(int width, int height, Func<int, int, int, int> sample)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)sample(i / 3 % width, i / 3 / width, i % 3);
        return Image.FromPixels(width, height, pixels);
    }

    /// <summary>The bytes of a file that libvips makes of a picture after some operations.</summary>
    public static byte[] File(Image image, string saver, Func<VipsHandle, VipsHandle>? change = null, Func<VipsOperation, VipsOperation>? options = null) =>
        VipsCalls.Run(() =>
        {
            fixed (byte* pixels = image.Pixels)
            {
                using var lent = Encoder.Borrow(pixels, image.Width, image.Height, 3);
                using var changed = change?.Invoke(lent) ?? lent;
                using var save = new VipsOperation(saver).With("in", changed).With("keep", VipsArgument.KeepAll);
                return (options?.Invoke(save) ?? save).RunToBytes();
            }
        });

    /// <summary>One operation with one enumeration or number as argument.</summary>
    public static Func<VipsHandle, VipsHandle> Operation(string name, Func<VipsOperation, VipsOperation> arguments) => image =>
    {
        using var call = arguments(new VipsOperation(name).With("in", image));
        return call.Run();
    };

    /// <summary>A PNG file of which only the header and a token of data exist.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    public static int LargestDifference(Image a, Image b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        var largest = 0;
        for (var i = 0; i < a.Pixels.Length; i++)
            largest = Math.Max(largest, Math.Abs(a.Pixels[i] - b.Pixels[i]));
        return largest;
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngText.Checksum([.. type, .. data]));
        file.Write(number);
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Reads and writes NumPy's <c>.npy</c> files (versions 1 to 3; C order; little-endian).</summary>
public static partial class Npy
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    // NumPy's own headers are a hundred characters long.
    private const int LongestHeader = 10_000;

    // Wall time, which passes on a busy machine too: only there so that no file can hang.
    private const int TimeoutMilliseconds = 60_000;

    private static readonly (string Code, ElementType Type)[] Codes =
    [
        ("<f4", ElementType.Float32), ("<f8", ElementType.Float64), ("<f2", ElementType.Float16), ("<i8", ElementType.Int64),
        ("<i4", ElementType.Int32), ("<i2", ElementType.Int16), ("|i1", ElementType.Int8), ("|u1", ElementType.UInt8),
        ("<u2", ElementType.UInt16), ("<u4", ElementType.UInt32), ("<u8", ElementType.UInt64), ("|b1", ElementType.Bool),
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="UnmaskException">The file is no readable <c>.npy</c>; the message says why.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TensorData Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or OverflowException)
        {
            throw new UnmaskException($"{path} is not a .npy file that can be read: {problem.Message}", problem);
        }
    }

    /// <summary>Reads a file of any number type as floats.</summary>
    /// <exception cref="UnmaskException">The file is no readable <c>.npy</c> of numbers.</exception>
    public static (float[] Values, long[] Dimensions) ReadFloats(string path)
    {
        var tensor = Read(path);
        return (TensorConversion.ToFloats(tensor), [.. tensor.Dimensions]);
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Write(string path, TensorData tensor) => AtomicFile.Write(path, stream => Write(stream, tensor));

    /// <summary>Writes a tensor to a stream.</summary>
    /// <exception cref="NotSupportedException">NumPy has no such element type.</exception>
    public static void Write(Stream stream, TensorData tensor)
    {
        string code = Codes.FirstOrDefault(pair => pair.Type == tensor.Type).Code
            ?? throw new NotSupportedException($".npy has no element type {tensor.Type}.");
        string shape = string.Concat(tensor.Dimensions.Select(size => size.ToString(CultureInfo.InvariantCulture) + ", "));
        shape = tensor.Dimensions.Length > 1 ? shape[..^2] : shape.TrimEnd(' ');
        string header = $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({shape}), }}";
        // The data starts at a multiple of 64 bytes.
        int padding = 63 - ((Magic.Length + 4 + header.Length) % 64);
        byte[] text = Encoding.ASCII.GetBytes(header + new string(' ', padding) + "\n");
        stream.Write(Magic);
        stream.Write([1, 0, (byte)text.Length, (byte)(text.Length >> 8)]);
        stream.Write(text);
        stream.Write(tensor.Bytes.Span);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="FormatException">They are no readable <c>.npy</c>.</exception>
    internal static TensorData Parse(byte[] file)
    {
        if (!file.AsSpan().StartsWith(Magic) || file.Length < 10)
        {
            throw new FormatException("it does not begin with NumPy's signature.");
        }

        bool first = file[6] == 1;
        if (!first && file.Length < 12)
        {
            throw new FormatException("its header is cut off.");
        }

        long length = first ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8));
        int start = first ? 10 : 12;
        if (start + length > file.Length)
        {
            throw new FormatException("its header is cut off.");
        }

        if (length > LongestHeader)
        {
            throw new FormatException($"its header is {length:N0} bytes long, more than {LongestHeader:N0}.");
        }

        var (type, dimensions) = ParseHeader(Encoding.UTF8.GetString(file, start, (int)length));
        var data = file.AsMemory(start + (int)length);
        long count = dimensions.Aggregate(1L, (product, size) => checked(product * size));
        long expected = type.BytesFor(count);
        return data.Length >= expected
            ? TensorData.FromBytes(type, dimensions, data[..(int)expected])
            : throw new FormatException($"it holds {data.Length:N0} bytes of data where its shape [{string.Join(", ", dimensions)}] needs {expected:N0}: it is cut off.");
    }

    private static (ElementType Type, long[] Dimensions) ParseHeader(string header)
    {
        var match = Header().Match(header);
        if (!match.Success)
        {
            throw new FormatException($"its header is not understood: {header.Trim()}");
        }

        if (match.Groups["order"].Value == "True")
        {
            throw new FormatException("it is in Fortran order; save it with numpy.ascontiguousarray.");
        }

        string code = match.Groups["type"].Value.Replace('=', '<');
        var type = Codes.FirstOrDefault(pair => pair.Code == code || (code.Length == 3 && code[1..] == pair.Code[1..] && pair.Code[0] == '|')).Type;
        long[] dimensions = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture))];
        return type == ElementType.Undefined
            ? throw new FormatException($"its element type '{code}' is not supported. Supported: {string.Join(", ", Codes.Select(pair => pair.Code))}.")
            : (type, dimensions);
    }

    [GeneratedRegex(@"'descr'\s*:\s*'(?<type>[^']+)'.*'fortran_order'\s*:\s*(?<order>True|False).*'shape'\s*:\s*\((?<shape>[\d\s,]*)\)", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Header();
}

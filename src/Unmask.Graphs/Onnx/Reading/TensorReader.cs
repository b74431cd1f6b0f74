using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads tensors: raw data is taken over without a copy, typed data is packed into raw data, external data is referred to.</summary>
internal sealed class TensorReader(ModelSource source, TypeReader types)
{
    private const long MostElements = long.MaxValue / 128;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ExternalDataReader _external = new(source);

    /// <summary>A tensor.</summary>
    /// <param name="proto">As in the file.</param>
    /// <param name="name">What messages call it.</param>
    public TensorData Read(TensorProto proto, string name)
    {
        var type = types.Element(proto.DataType, name);
        long[] dimensions = [.. proto.Dims];
        long count = Count(dimensions, name);
        if (type == ElementType.Undefined)
        {
            throw source.Error($"tensor \"{name}\" does not state its element type.");
        }

        if (proto.Segment is not null)
        {
            throw source.Error($"tensor \"{name}\" is stored in segments, which Unmask does not read. Save the model again with the onnx package.");
        }

        if (type == ElementType.String)
        {
            return TensorData.FromStrings(Strings(proto, count, name), dimensions);
        }

        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            return TensorData.FromFile(type, dimensions, _external.Read(proto, type.BytesFor(count), name));
        }

        var bytes = proto.HasRawData ? proto.RawData.Memory : Pack(proto, type, name);
        return bytes.Length == type.BytesFor(count)
            ? TensorData.FromBytes(type, dimensions, bytes)
            : throw source.Error(
                $"tensor \"{name}\" is {type}[{string.Join(", ", dimensions)}] and takes {type.BytesFor(count):N0} bytes, but holds {bytes.Length:N0}. The file is damaged.");
    }

    /// <summary>The number of elements of a tensor of known dimensions.</summary>
    public long Count(ReadOnlySpan<long> dimensions, string name)
    {
        long count = 1;
        bool empty = false;
        foreach (long size in dimensions)
        {
            empty |= size == 0;
            count = size < 0 || (size > 0 && size > MostElements / count)
                ? throw source.Error($"tensor \"{name}\" has the impossible dimensions [{string.Join(", ", dimensions.ToArray())}]. The file is damaged.")
                : count * Math.Max(size, 1);
        }

        return empty ? 0 : count;
    }

    private string[] Strings(TensorProto proto, long count, string name)
    {
        if (proto.StringData.Count != count)
        {
            throw source.Error($"tensor \"{name}\" should hold {count:N0} strings, but holds {proto.StringData.Count:N0}. The file is damaged.");
        }

        var strings = new string[count];
        for (int i = 0; i < strings.Length; i++)
        {
            strings[i] = TryText(proto.StringData[i])
                ?? throw source.Error($"tensor \"{name}\" holds a string (number {i + 1}) that is not UTF-8 text. Unmask reads text only.");
        }

        return strings;
    }

    /// <summary>The bytes as text; <c>null</c> when they are not UTF-8.</summary>
    public static string? TryText(ByteString bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private ReadOnlyMemory<byte> Pack(TensorProto proto, ElementType type, string name) => type switch
    {
        ElementType.Float32 or ElementType.Complex64 => Copy(proto.FloatData),
        ElementType.Float64 or ElementType.Complex128 => Copy(proto.DoubleData),
        ElementType.Int64 => Copy(proto.Int64Data),
        ElementType.Int32 => Copy(proto.Int32Data),
        ElementType.UInt64 => Copy(proto.Uint64Data),
        ElementType.UInt32 => Convert(proto.Uint64Data, static value => (uint)value),
        ElementType.Bool => Convert(proto.Int32Data, static value => value != 0),
        _ => type.Bits() switch
        {
            16 => Convert(proto.Int32Data, static value => (ushort)value),
            <= 8 and > 0 => Convert(proto.Int32Data, static value => (byte)value), // Types narrower than a byte are packed in the file already.
            _ => throw source.Error($"tensor \"{name}\" has element type {type}, which cannot be read."),
        },
    };

    private static ReadOnlyMemory<byte> Copy<T>(RepeatedField<T> values)
        where T : unmanaged
    {
        var copy = new T[values.Count];
        values.CopyTo(copy, 0);
        return new BytesOf<T>(copy).Memory;
    }

    private static ReadOnlyMemory<byte> Convert<TFrom, TTo>(RepeatedField<TFrom> values, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var converted = new TTo[values.Count];
        for (int i = 0; i < converted.Length; i++)
        {
            converted[i] = convert(values[i]);
        }

        return new BytesOf<TTo>(converted).Memory;
    }
}

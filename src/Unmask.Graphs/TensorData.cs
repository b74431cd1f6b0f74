using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Unmask.Graphs;

/// <summary>
/// A dense tensor of any ONNX element type, C-ordered: a constant of a graph, or a value that goes in or out of a run.
/// The data is treated as immutable. It lies in managed memory, or in a memory-mapped file that is never copied.
/// </summary>
public sealed class TensorData
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ImmutableArray<string> _strings;
    private MemoryManager<byte>? _mapped;

    private TensorData(ElementType type, ImmutableArray<long> dimensions, ReadOnlyMemory<byte> bytes, ImmutableArray<string> strings, ExternalData? external)
    {
        Type = type;
        Dimensions = dimensions;
        _bytes = bytes;
        _strings = strings;
        External = external;
    }

    /// <summary>The element type.</summary>
    public ElementType Type { get; }

    /// <summary>The sizes of the axes, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Dimensions { get; }

    /// <summary>Where the data lies in a file beside the model; <c>null</c> when it is in memory.</summary>
    public ExternalData? External { get; }

    /// <summary>The number of elements.</summary>
    public long Count => CountOf(Dimensions);

    /// <summary>The number of bytes of raw data (0 for strings).</summary>
    public long ByteLength => External?.Length ?? _bytes.Length;

    /// <summary>The shape, as a value's type states it.</summary>
    public Shape Shape => Shape.Of(Dimensions.AsSpan());

    /// <summary>The little-endian raw data. Empty for strings. External data is mapped, not read.</summary>
    /// <exception cref="NotSupportedException">One tensor of external data is larger than 2 GiB: managed code cannot see it in one piece.</exception>
    public ReadOnlyMemory<byte> Bytes => External is null ? _bytes : (_mapped ??= External.Map()).Memory;

    /// <summary>The elements of a string tensor.</summary>
    public ImmutableArray<string> Strings => _strings.IsDefault ? [] : _strings;

    /// <summary>Wraps an array without copying it: the array must not be changed afterwards.</summary>
    /// <exception cref="ArgumentException">The number of elements does not fit the dimensions.</exception>
    public static TensorData Adopt<T>(T[] values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged => Adopt(values.AsMemory(), dimensions);

    /// <summary>Wraps memory without copying it: it must not be changed while the tensor is in use.</summary>
    /// <exception cref="ArgumentException">The number of elements does not fit the dimensions.</exception>
    public static TensorData Adopt<T>(Memory<T> values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged => FromBytes(ElementTypes.Of<T>(), dimensions, new BytesOf<T>(values).Memory);

    /// <summary>A tensor of the type's raw little-endian bytes, which are not copied.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the dimensions.</exception>
    public static TensorData FromBytes(ElementType type, ReadOnlySpan<long> dimensions, ReadOnlyMemory<byte> bytes)
    {
        ImmutableArray<long> sizes = [.. dimensions];
        long expected = type.BytesFor(CountOf(sizes));
        return bytes.Length == expected
            ? new(type, sizes, bytes, default, null)
            : throw new ArgumentException($"A {type} tensor of shape [{string.Join(", ", sizes)}] takes {expected} bytes, not {bytes.Length}.", nameof(bytes));
    }

    /// <summary>A tensor of strings.</summary>
    /// <exception cref="ArgumentException">The number of strings does not fit the dimensions.</exception>
    public static TensorData FromStrings(IEnumerable<string> values, params ReadOnlySpan<long> dimensions)
    {
        ImmutableArray<string> strings = [.. values];
        ImmutableArray<long> sizes = [.. dimensions];
        return strings.Length == CountOf(sizes)
            ? new(ElementType.String, sizes, default, strings, null)
            : throw new ArgumentException($"A tensor of shape [{string.Join(", ", sizes)}] does not have {strings.Length} elements.", nameof(values));
    }

    /// <summary>A tensor whose raw data lies in a file.</summary>
    public static TensorData FromFile(ElementType type, ReadOnlySpan<long> dimensions, ExternalData external) =>
        new(type, [.. dimensions], default, default, external);

    /// <summary>A scalar.</summary>
    public static TensorData Scalar<T>(T value)
        where T : unmanaged => Adopt([value], []);

    /// <summary>A vector.</summary>
    public static TensorData Vector<T>(params ReadOnlySpan<T> values)
        where T : unmanaged => Adopt(values.ToArray(), values.Length);

    /// <summary>The elements, without copying or converting.</summary>
    /// <exception cref="InvalidOperationException">The element type is not stored as <typeparamref name="T"/>.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged => ElementTypes.Of<T>() == Type
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
            : throw new InvalidOperationException($"The tensor holds {Type}, not {ElementTypes.Of<T>()}.");

    /// <summary>The same data with other dimensions of the same product.</summary>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public TensorData Reshape(params ReadOnlySpan<long> dimensions)
    {
        ImmutableArray<long> sizes = [.. dimensions];
        return CountOf(sizes) == Count
            ? new(Type, sizes, _bytes, _strings, External)
            : throw new ArgumentException($"{Count} elements do not fit the shape [{string.Join(", ", sizes)}].", nameof(dimensions));
    }

    /// <summary>For instance <c>Float32[64, 3, 7, 7]</c>.</summary>
    public override string ToString() => $"{Type}{Shape}";

    private static long CountOf(ImmutableArray<long> sizes)
    {
        long count = 1;
        foreach (long size in sizes)
        {
            count = checked(count * size);
        }

        return count;
    }
}

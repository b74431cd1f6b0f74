using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;
using static Unmask.Tests.Graphs.Protos;

namespace Unmask.Tests.Graphs;

public sealed class TensorTests
{
    public static TheoryData<ElementType> StoredTypes => [.. Enum.GetValues<ElementType>().Where(type => type.Bits() > 0)];

    [Theory]
    [MemberData(nameof(StoredTypes))]
    public void Raw_data_of_every_type_is_read_and_written_bit_for_bit(ElementType type) =>
        Prop.ForAll<byte[], byte>((seed, count) =>
        {
            byte[] bytes = new byte[type.BytesFor(count)];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = seed.Length == 0 ? (byte)i : seed[i % seed.Length];
            }

            var graph = WithConstant(Raw("w", type, [count], bytes)).Read();
            var again = OnnxReader.Read(OnnxWriter.ToBytes(graph));
            return graph.Constants["w"].Bytes.Span.SequenceEqual(bytes) && again.Constants["w"].Bytes.Span.SequenceEqual(bytes)
                && again.Constants["w"].Type == type && again.Constants["w"].Dimensions.Single() == count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Raw_data_is_not_copied_after_parsing()
    {
        var proto = Raw("w", ElementType.Float32, [2], [1, 2, 3, 4, 5, 6, 7, 8]);
        var source = new ModelSource("test", null, null);
        var tensor = new TensorReader(source, new TypeReader(source)).Read(proto, "w");
        Assert.True(proto.RawData.Memory.Span.Overlaps(tensor.Bytes.Span));
    }

    [Theory]
    [InlineData(ElementType.Int8, new[] { -1, 127 }, "FF7F")]
    [InlineData(ElementType.UInt8, new[] { 255, 1 }, "FF01")]
    [InlineData(ElementType.Bool, new[] { 0, 1 }, "0001")]
    [InlineData(ElementType.Int16, new[] { -2, 256 }, "FEFF0001")]
    [InlineData(ElementType.UInt16, new[] { 65535, 2 }, "FFFF0200")]
    [InlineData(ElementType.Int32, new[] { -1, 1 }, "FFFFFFFF01000000")]
    [InlineData(ElementType.Float16, new[] { 0x3C00, 0xBC00 }, "003C00BC")]
    [InlineData(ElementType.BFloat16, new[] { 0x3F80, 0xBF80 }, "803F80BF")]
    [InlineData(ElementType.Float8E4M3FN, new[] { 0x38, 0xB8 }, "38B8")]
    [InlineData(ElementType.Float8E4M3FNUZ, new[] { 0x38, 0xB8 }, "38B8")]
    [InlineData(ElementType.Float8E5M2, new[] { 0x38, 0xB8 }, "38B8")]
    [InlineData(ElementType.Float8E5M2FNUZ, new[] { 0x38, 0xB8 }, "38B8")]
    [InlineData(ElementType.Float8E8M0, new[] { 0x7F, 0x80 }, "7F80")]
    public void Typed_data_in_32_bit_integers_is_packed(ElementType type, int[] values, string expected)
    {
        var tensor = new TensorProto { Name = "w", DataType = (int)type };
        tensor.Dims.Add(2);
        tensor.Int32Data.AddRange(values);
        Assert.Equal(expected, Bytes(tensor));
    }

    [Theory]
    [InlineData(ElementType.Int4, 3, new[] { 0x21, 0x0F }, "210F")]
    [InlineData(ElementType.UInt4, 4, new[] { 0x21, 0x43 }, "2143")]
    [InlineData(ElementType.Float4E2M1, 2, new[] { 0x21 }, "21")]
    [InlineData(ElementType.Int2, 5, new[] { 0xE4, 0x01 }, "E401")]
    [InlineData(ElementType.UInt2, 4, new[] { 0xE4 }, "E4")]
    public void Types_narrower_than_a_byte_stay_packed(ElementType type, long count, int[] packed, string expected)
    {
        var tensor = new TensorProto { Name = "w", DataType = (int)type };
        tensor.Dims.Add(count);
        tensor.Int32Data.AddRange(packed);
        Assert.Equal(expected, Bytes(tensor));
    }

    [Fact]
    public void Typed_data_of_the_wide_types_is_read()
    {
        var doubles = new TensorProto { Name = "w", DataType = (int)ElementType.Float64, Dims = { 2 }, DoubleData = { 1.5, double.NegativeInfinity } };
        Assert.Equal([1.5, double.NegativeInfinity], WithConstant(doubles).Read().Constants["w"].AsSpan<double>().ToArray());
        var longs = new TensorProto { Name = "w", DataType = (int)ElementType.Int64, Dims = { 2 }, Int64Data = { long.MinValue, 7 } };
        Assert.Equal([long.MinValue, 7], WithConstant(longs).Read().Constants["w"].AsSpan<long>().ToArray());
        var unsigned = new TensorProto { Name = "w", DataType = (int)ElementType.UInt64, Dims = { 1 }, Uint64Data = { ulong.MaxValue } };
        Assert.Equal([ulong.MaxValue], WithConstant(unsigned).Read().Constants["w"].AsSpan<ulong>().ToArray());
        var narrow = new TensorProto { Name = "w", DataType = (int)ElementType.UInt32, Dims = { 1 }, Uint64Data = { uint.MaxValue } };
        Assert.Equal([uint.MaxValue], WithConstant(narrow).Read().Constants["w"].AsSpan<uint>().ToArray());
        var complex = new TensorProto { Name = "w", DataType = (int)ElementType.Complex64, Dims = { 1 }, FloatData = { 1, -2 } };
        Assert.Equal("0000803F000000C0", Bytes(complex));
        var wide = new TensorProto { Name = "w", DataType = (int)ElementType.Complex128, Dims = { 1 }, DoubleData = { 1, 2 } };
        Assert.Equal("000000000000F03F0000000000000040", Bytes(wide));
        Assert.Equal([2f], WithConstant(Floats("w", [], 2)).Read().Constants["w"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Strings_are_read_and_written()
    {
        var tensor = new TensorProto { Name = "w", DataType = (int)ElementType.String, Dims = { 2, 1 } };
        tensor.StringData.Add(ByteString.CopyFromUtf8("naïve"));
        tensor.StringData.Add(ByteString.Empty);
        var graph = WithConstant(tensor).Read();
        Assert.Equal(["naïve", ""], graph.Constants["w"].Strings.ToArray());
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }

    [Fact]
    public void Empty_tensors_are_read()
    {
        var graph = WithConstant(Floats("w", [0, 3])).Read();
        Assert.Equal(0, graph.Constants["w"].Count);
        GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
    }

    internal static ModelProto WithConstant(TensorProto tensor) => Model(Node("Identity", ["w"], ["y"])).Out("y").With(tensor);

    private static string Bytes(TensorProto tensor) => Convert.ToHexString(WithConstant(tensor).Read().Constants["w"].Bytes.Span);
}

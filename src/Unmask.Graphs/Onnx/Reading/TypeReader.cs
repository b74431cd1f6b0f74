using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads types of values. Denotations are not kept.</summary>
internal sealed class TypeReader(ModelSource source)
{
    // More elements than this cannot be addressed in bytes of the widest type.
    private const long MostElements = long.MaxValue / 128;

    /// <summary>A named value with its type.</summary>
    public Value Read(ValueInfoProto proto) => new(proto.Name, Read(proto.Type, proto.Name));

    /// <summary>A type; <c>null</c> when nothing is stated, or a type unknown to the specification.</summary>
    public ValueType? Read(TypeProto? proto, string name) => proto?.ValueCase switch
    {
        TypeProto.ValueOneofCase.TensorType => new ValueType.Tensor(Element(proto.TensorType.ElemType, name), Read(proto.TensorType.Shape, name)),
        TypeProto.ValueOneofCase.SparseTensorType =>
            new ValueType.SparseTensor(Element(proto.SparseTensorType.ElemType, name), Read(proto.SparseTensorType.Shape, name)),
        TypeProto.ValueOneofCase.SequenceType => new ValueType.Sequence(Read(proto.SequenceType.ElemType, name)),
        TypeProto.ValueOneofCase.MapType => new ValueType.Map(Element(proto.MapType.KeyType, name), Read(proto.MapType.ValueType, name)),
        TypeProto.ValueOneofCase.OptionalType => new ValueType.Optional(Read(proto.OptionalType.ElemType, name)),
        _ => null,
    };

    /// <summary>An element type by its number in the file.</summary>
    public ElementType Element(int number, string name) => number is >= 0 and <= (int)ElementType.Int2
        ? (ElementType)number
        : throw source.Error($"\"{name}\" has element type {number}, which is unknown. The file is damaged, or newer than Unmask.");

    private Shape? Read(TensorShapeProto? proto, string name)
    {
        if (proto is null)
        {
            return null;
        }

        var axes = new Dimension[proto.Dim.Count];
        long elements = 1;
        for (int i = 0; i < axes.Length; i++)
        {
            long size = Math.Max(proto.Dim[i].DimValue, 1); // 1 for an unknown one.
            elements = size <= MostElements / elements
                ? elements * size
                : throw source.Error($"\"{name}\" has an axis of size {size}, which is more than any memory holds. The file is damaged.");
            axes[i] = Read(proto.Dim[i]);
        }

        return new Shape(axes);
    }

    // Some exporters write -1 for an axis of unknown size.
    private static Dimension Read(TensorShapeProto.Types.Dimension proto) => proto.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when proto.DimValue >= 0 => Dimension.Of(proto.DimValue),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => Dimension.Named(proto.DimParam),
        _ => Dimension.Unknown,
    };
}

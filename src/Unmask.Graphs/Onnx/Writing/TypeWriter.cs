using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Writes types of values.</summary>
internal static class TypeWriter
{
    /// <summary>A named value.</summary>
    public static ValueInfoProto Write(Value value)
    {
        var proto = new ValueInfoProto { Name = value.Name };
        if (value.Type is not null)
        {
            proto.Type = Write(value.Type);
        }

        return proto;
    }

    /// <summary>A type.</summary>
    public static TypeProto Write(ValueType type) => type switch
    {
        ValueType.Tensor { Element: var element, Shape: var shape } => new()
        {
            TensorType = shape is null
                ? new TypeProto.Types.Tensor { ElemType = (int)element }
                : new TypeProto.Types.Tensor { ElemType = (int)element, Shape = Write(shape) },
        },
        ValueType.SparseTensor { Element: var element, Shape: var shape } => new()
        {
            SparseTensorType = shape is null
                ? new TypeProto.Types.SparseTensor { ElemType = (int)element }
                : new TypeProto.Types.SparseTensor { ElemType = (int)element, Shape = Write(shape) },
        },
        ValueType.Sequence { Item: var item } => new()
        {
            SequenceType = item is null ? new TypeProto.Types.Sequence() : new TypeProto.Types.Sequence { ElemType = Write(item) },
        },
        ValueType.Optional { Item: var item } => new()
        {
            OptionalType = item is null ? new TypeProto.Types.Optional() : new TypeProto.Types.Optional { ElemType = Write(item) },
        },
        ValueType.Map { Key: var key, Item: var item } => new()
        {
            MapType = item is null
                ? new TypeProto.Types.Map { KeyType = (int)key }
                : new TypeProto.Types.Map { KeyType = (int)key, ValueType = Write(item) },
        },
        _ => throw new System.Diagnostics.UnreachableException($"A type of the unknown kind {type.GetType().Name}."),
    };

    private static TensorShapeProto Write(Shape shape)
    {
        var proto = new TensorShapeProto();
        foreach (var axis in shape)
        {
            proto.Dim.Add(axis switch
            {
                { Size: { } size } => new TensorShapeProto.Types.Dimension { DimValue = size },
                { Symbol: { } symbol } => new TensorShapeProto.Types.Dimension { DimParam = symbol },
                _ => new TensorShapeProto.Types.Dimension(),
            });
        }

        return proto;
    }
}

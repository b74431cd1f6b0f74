using Google.Protobuf;
using Unmask.Graphs.Onnx.Schema;
using Kind = Unmask.Graphs.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Unmask.Graphs;

/// <summary>Writes the attributes of nodes.</summary>
internal static class AttributeWriter
{
    /// <summary>One attribute.</summary>
    public static AttributeProto Write(string name, NodeAttribute attribute, GraphWriter graphs)
    {
        var proto = new AttributeProto { Name = name };
        switch (attribute)
        {
            case NodeAttribute.Float { Value: var value }:
                (proto.Type, proto.F) = (Kind.Float, value);
                break;
            case NodeAttribute.Int { Value: var value }:
                (proto.Type, proto.I) = (Kind.Int, value);
                break;
            case NodeAttribute.Text { Value: var value }:
                (proto.Type, proto.S) = (Kind.String, Text(value));
                break;
            case NodeAttribute.Blob { Value: var value }:
                (proto.Type, proto.S) = (Kind.String, UnsafeByteOperations.UnsafeWrap(value));
                break;
            case NodeAttribute.Tensor { Value: var value }:
                (proto.Type, proto.T) = (Kind.Tensor, graphs.Write(value));
                break;
            case NodeAttribute.Subgraph { Value: var value }:
                (proto.Type, proto.G) = (Kind.Graph, graphs.WriteSubgraph(value));
                break;
            case NodeAttribute.Type { Value: var value }:
                (proto.Type, proto.Tp) = (Kind.TypeProto, TypeWriter.Write(value));
                break;
            case NodeAttribute.Reference { AttributeName: var referred }:
                proto.RefAttrName = referred;
                break;
            default:
                WriteList(proto, attribute, graphs);
                break;
        }

        return proto;
    }

    /// <summary>Text as the format stores it in byte strings.</summary>
    public static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static void WriteList(AttributeProto proto, NodeAttribute attribute, GraphWriter graphs)
    {
        switch (attribute)
        {
            case NodeAttribute.Floats { Values: var values }:
                proto.Type = Kind.Floats;
                proto.Floats.AddRange(values);
                break;
            case NodeAttribute.Ints { Values: var values }:
                proto.Type = Kind.Ints;
                proto.Ints.AddRange(values);
                break;
            case NodeAttribute.Texts { Values: var values }:
                proto.Type = Kind.Strings;
                proto.Strings.AddRange(values.Select(Text));
                break;
            case NodeAttribute.Tensors { Values: var values }:
                proto.Type = Kind.Tensors;
                proto.Tensors.AddRange(values.Select(graphs.Write));
                break;
            case NodeAttribute.Subgraphs { Values: var values }:
                proto.Type = Kind.Graphs;
                proto.Graphs.AddRange(values.Select(graphs.WriteSubgraph));
                break;
            case NodeAttribute.Types { Values: var values }:
                proto.Type = Kind.TypeProtos;
                proto.TypeProtos.AddRange(values.Select(TypeWriter.Write));
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"An attribute of the unknown kind {attribute.GetType().Name}.");
        }
    }
}

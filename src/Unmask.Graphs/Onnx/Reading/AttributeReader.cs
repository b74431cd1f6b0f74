using System.Collections.Immutable;
using Google.Protobuf;
using Unmask.Graphs.Onnx.Schema;
using Kind = Unmask.Graphs.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Unmask.Graphs;

/// <summary>Reads the attributes of nodes.</summary>
internal sealed class AttributeReader(ModelSource source)
{
    private static readonly ImmutableSortedDictionary<string, NodeAttribute> None =
        ImmutableSortedDictionary.Create<string, NodeAttribute>(StringComparer.Ordinal);

    private readonly TypeReader _types = new(source);

    /// <summary>Reads tensors.</summary>
    public TensorReader Tensors => field ??= new(source, _types);

    /// <summary>Reads sparse tensors.</summary>
    public SparseTensorReader SparseTensors => field ??= new(source, Tensors);

    /// <summary>Reads types.</summary>
    public TypeReader Types => _types;

    /// <summary>The attributes of a node.</summary>
    /// <param name="node">As in the file.</param>
    /// <param name="name">What messages call the node.</param>
    /// <param name="subgraph">Reads a subgraph within the scope of the graph around it.</param>
    public ImmutableSortedDictionary<string, NodeAttribute> Read(NodeProto node, string name, Func<GraphProto, Graph> subgraph)
    {
        if (node.Attribute.Count == 0)
        {
            return None;
        }

        var attributes = None.ToBuilder();
        foreach (var proto in node.Attribute)
        {
            // Constant is the one standard operator with a sparse attribute; its dense twin says the same.
            var sparse = node.OpType == "Constant" ? proto.SparseTensor : null;
            if (!attributes.TryAdd(sparse is null ? proto.Name : "value", sparse is null ? Read(proto, name, subgraph) : SparseTensors.Read(sparse, name)))
            {
                throw source.Error($"node \"{name}\" has the attribute \"{proto.Name}\" twice. The file is damaged.");
            }
        }

        return attributes.ToImmutable();
    }

    /// <summary>The value of one attribute.</summary>
    public NodeAttribute Read(AttributeProto proto, string node, Func<GraphProto, Graph> subgraph)
    {
        if (proto.RefAttrName.Length > 0)
        {
            return new NodeAttribute.Reference(proto.RefAttrName);
        }

        string name = $"{node}/{proto.Name}";
        return KindOf(proto) switch
        {
            Kind.Float => new NodeAttribute.Float(proto.F),
            Kind.Int => new NodeAttribute.Int(proto.I),
            Kind.String => TensorReader.TryText(proto.S) is { } text ? new NodeAttribute.Text(text) : new NodeAttribute.Blob(proto.S.Memory),
            Kind.Tensor => new NodeAttribute.Tensor(Tensors.Read(proto.T ?? throw Empty(name), name)),
            Kind.Graph => new NodeAttribute.Subgraph(subgraph(proto.G ?? throw Empty(name))),
            Kind.Floats => new NodeAttribute.Floats([.. proto.Floats]),
            Kind.Ints => new NodeAttribute.Ints([.. proto.Ints]),
            Kind.Strings => new NodeAttribute.Texts([.. proto.Strings.Select(bytes => Text(bytes, name))]),
            Kind.Tensors => new NodeAttribute.Tensors([.. proto.Tensors.Select(tensor => Tensors.Read(tensor, name))]),
            Kind.Graphs => new NodeAttribute.Subgraphs([.. proto.Graphs.Select(subgraph)]),
            Kind.TypeProto => new NodeAttribute.Type(_types.Read(proto.Tp, name) ?? throw Empty(name)),
            Kind.TypeProtos => new NodeAttribute.Types([.. proto.TypeProtos.Select(type => _types.Read(type, name) ?? throw Empty(name))]),
            Kind.SparseTensor or Kind.SparseTensors => throw source.Error($"attribute \"{name}\" is a sparse tensor, which only Constant may have in Unmask."),
            _ => throw source.Error($"attribute \"{name}\" is of the unknown kind {(int)proto.Type}. The file is damaged, or newer than Unmask."),
        };
    }

    // Files of the first format versions leave the kind out.
    private static Kind KindOf(AttributeProto proto) => proto switch
    {
        { Type: not Kind.Undefined } => proto.Type,
        { HasF: true } => Kind.Float,
        { HasI: true } => Kind.Int,
        { HasS: true } => Kind.String,
        { T: not null } => Kind.Tensor,
        { G: not null } => Kind.Graph,
        { Floats.Count: > 0 } => Kind.Floats,
        { Strings.Count: > 0 } => Kind.Strings,
        { Tensors.Count: > 0 } => Kind.Tensors,
        { Graphs.Count: > 0 } => Kind.Graphs,
        { Tp: not null } => Kind.TypeProto,
        { TypeProtos.Count: > 0 } => Kind.TypeProtos,
        _ => Kind.Ints,
    };

    private string Text(ByteString bytes, string name) =>
        TensorReader.TryText(bytes) ?? throw source.Error($"attribute \"{name}\" holds a string that is not UTF-8 text. Unmask reads text only.");

    private ModelFormatException Empty(string name) => source.Error($"attribute \"{name}\" has no value. The file is damaged.");
}

using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Writes graphs, nodes and tensors. Constants are written in the order of their names, so that equal graphs give equal bytes.</summary>
internal sealed class GraphWriter(TensorPlacement placement)
{
    /// <summary>A graph or subgraph.</summary>
    public GraphProto Write(Graph graph)
    {
        var proto = new GraphProto { Name = graph.Name.Length > 0 ? graph.Name : "graph" };
        proto.Input.AddRange(graph.Inputs.Select(TypeWriter.Write));
        proto.Output.AddRange(graph.Outputs.Select(TypeWriter.Write));
        proto.Node.AddRange(graph.Nodes.Select(Write));
        foreach (var (name, tensor) in graph.Constants.OrderBy(constant => constant.Key, StringComparer.Ordinal))
        {
            var written = Write(tensor);
            written.Name = name;
            proto.Initializer.Add(written);
        }

        foreach (var (name, type) in graph.InnerTypes.Where(type => IsStated(type.Value)).OrderBy(type => type.Key, StringComparer.Ordinal))
        {
            proto.ValueInfo.Add(TypeWriter.Write(new Value(name, type)));
        }

        foreach (var (name, parameters) in graph.QuantizationAnnotations.OrderBy(annotation => annotation.Key, StringComparer.Ordinal))
        {
            var annotation = new TensorAnnotation { TensorName = name };
            Entries.Write(parameters, annotation.QuantParameterTensorNames);
            proto.QuantizationAnnotation.Add(annotation);
        }

        return proto;
    }

    /// <summary>A subgraph carries its own documentation and facts; the main graph's are the model's.</summary>
    public GraphProto WriteSubgraph(Graph graph)
    {
        var proto = Write(graph);
        if (graph.Documentation.Length > 0)
        {
            proto.DocString = graph.Documentation;
        }

        Entries.Write(graph.Metadata, proto.MetadataProps);
        return proto;
    }

    /// <summary>A tensor, without a name.</summary>
    public TensorProto Write(TensorData tensor)
    {
        var proto = new TensorProto { DataType = (int)tensor.Type };
        proto.Dims.AddRange(tensor.Dimensions);
        if (tensor.Type == ElementType.String)
        {
            proto.StringData.AddRange(tensor.Strings.Select(AttributeWriter.Text));
        }
        else
        {
            placement.Place(tensor, proto);
        }

        return proto;
    }

    /// <summary>Readers of the format refuse a stated type without an element type.</summary>
    private static bool IsStated(ValueType type) => type is not ValueType.Tensor { Element: ElementType.Undefined };

    private NodeProto Write(Node node)
    {
        var proto = new NodeProto { OpType = node.OpType, Name = node.Name };
        proto.Input.AddRange(node.Inputs);
        proto.Output.AddRange(node.Outputs);
        if (node.Domain.Length > 0)
        {
            proto.Domain = node.Domain;
        }

        if (node.Overload.Length > 0)
        {
            proto.Overload = node.Overload;
        }

        if (node.Documentation.Length > 0)
        {
            proto.DocString = node.Documentation;
        }

        Entries.Write(node.Metadata, proto.MetadataProps);
        foreach (var (name, value) in node.Attributes)
        {
            proto.Attribute.Add(AttributeWriter.Write(name, value, this));
        }

        return proto;
    }
}

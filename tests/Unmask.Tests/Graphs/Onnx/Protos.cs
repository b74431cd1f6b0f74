using Google.Protobuf;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Tests.Graphs;

/// <summary>Makes ONNX files by hand, the way other tools write them, so that the reader meets more than what the writer writes.</summary>
internal static class Protos
{
    /// <summary>A model of version 8 of the format and operator set 17.</summary>
    public static ModelProto Model(params NodeProto[] nodes)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
        model.Import("", 17);
        model.Graph.Node.AddRange(nodes);
        return model;
    }

    public static void Import(this ModelProto model, string domain, long version) =>
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });

    public static ModelProto In(this ModelProto model, string name, params long[] shape)
    {
        model.Graph.Input.Add(Info(name, shape));
        return model;
    }

    public static ModelProto Out(this ModelProto model, string name, params long[] shape)
    {
        model.Graph.Output.Add(Info(name, shape));
        return model;
    }

    public static ModelProto With(this ModelProto model, params TensorProto[] initialisers)
    {
        model.Graph.Initializer.AddRange(initialisers);
        return model;
    }

    public static NodeProto Node(string opType, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = opType };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        return node;
    }

    public static NodeProto Named(this NodeProto node, string name)
    {
        node.Name = name;
        return node;
    }

    public static NodeProto Of(this NodeProto node, string domain)
    {
        node.Domain = domain;
        return node;
    }

    public static TensorProto Floats(string name, long[] dimensions, params float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)ElementType.Float32 };
        tensor.Dims.AddRange(dimensions);
        tensor.FloatData.AddRange(values);
        return tensor;
    }

    public static TensorProto Raw(string name, ElementType type, long[] dimensions, byte[] bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dimensions);
        return tensor;
    }

    public static TensorProto External(string name, long[] dimensions, params (string Key, string Value)[] entries)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)ElementType.Float32, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.AddRange(dimensions);
        tensor.ExternalData.AddRange(entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return tensor;
    }

    public static ValueInfoProto Info(string name, params long[] shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float32, Shape = dimensions } },
        };
    }

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, GraphProto value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = value };

    public static AttributeProto Attribute(string name, TensorProto value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = value };

    /// <summary>Inside a function: the caller's attribute.</summary>
    public static AttributeProto Caller(string name, string referred, AttributeProto.Types.AttributeType type) =>
        new() { Name = name, RefAttrName = referred, Type = type };

    public static GraphProto Graph(string[] outputs, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "body" };
        graph.Node.AddRange(nodes);
        graph.Output.AddRange(outputs.Select(output => new ValueInfoProto { Name = output }));
        return graph;
    }

    public static FunctionProto Function(string name, string[] inputs, string[] outputs, params NodeProto[] nodes)
    {
        var function = new FunctionProto { Domain = "test", Name = name };
        function.Input.AddRange(inputs);
        function.Output.AddRange(outputs);
        function.Node.AddRange(nodes);
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "test", Version = 1 });
        return function;
    }

    public static Graph Read(this ModelProto model, string? folder = null) => OnnxReader.Read(model.ToByteArray(), folder);

    /// <summary>What the reader says about a bad model.</summary>
    public static string Refused(this ModelProto model, string? folder = null) => Assert.Throws<ModelFormatException>(() => model.Read(folder)).Message;
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads one graph: the main one, a subgraph, or the body of a function.</summary>
/// <param name="source">What is being read.</param>
/// <param name="attributes">Reads attributes and tensors; shared by all graphs of the file.</param>
/// <param name="around">The scope of the graph around a subgraph; <c>null</c> for the main graph.</param>
internal sealed class GraphReader(ModelSource source, AttributeReader attributes, Scope? around)
{
    // The format wants a name; some files have none.
    private const string Nameless = "graph";

    private readonly Scope _scope = new(around);

    /// <summary>The graph, its nodes in topological order.</summary>
    public Graph Read(GraphProto proto)
    {
        var constants = Constants(proto);
        var inputs = Inputs(proto, constants);
        var nodes = Nodes(proto.Node);
        return new Graph
        {
            Name = proto.Name.Length > 0 ? proto.Name : Nameless,
            Documentation = proto.DocString,
            Inputs = inputs,
            Outputs = Outputs(proto),
            Nodes = nodes,
            Constants = constants,
            InnerTypes = InnerTypes(proto),
            Metadata = Entries.Read(proto.MetadataProps),
            QuantizationAnnotations = Annotations(proto),
        };
    }

    /// <summary>The nodes of a function whose inputs are already known, in topological order.</summary>
    public ImmutableArray<Node> Body(FunctionProto proto)
    {
        var nodes = Nodes(proto.Node);
        _scope.Enter(int.MaxValue);
        foreach (string output in proto.Output)
        {
            if (_scope.Read(output) is null)
            {
                throw source.Error($"its output \"{output}\" is made by no node. The file is damaged.");
            }
        }

        return nodes;
    }

    private ImmutableArray<Node> Nodes(IReadOnlyList<NodeProto> protos)
    {
        for (int i = 0; i < protos.Count; i++)
        {
            foreach (string output in protos[i].Output)
            {
                if (output.Length > 0 && !_scope.Define(output, i))
                {
                    throw source.Error($"{NodeNames.Describe(protos[i], i)} makes the value \"{output}\", which something else makes too. Names must be unique.");
                }
            }
        }

        string[] names = new NodeNames(source).For(protos);
        var nodes = new Node[protos.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            _scope.Enter(i);
            nodes[i] = Read(protos[i], names[i], i);
        }

        return TopologicalOrder.Sort(nodes, _scope, source);
    }

    /// <summary>Makes an input or constant known, and returns its name in the graph.</summary>
    public string Define(string name)
    {
        if (name.Length == 0 || !_scope.Define(name, Scope.Given))
        {
            throw source.Error(name.Length == 0
                ? "an input or constant of the graph has no name. The file is damaged."
                : $"two inputs or constants of the graph are named \"{name}\". Names must be unique.");
        }

        return _scope.NameOf(name);
    }

    private ImmutableDictionary<string, TensorData> Constants(GraphProto proto)
    {
        var constants = ImmutableDictionary.CreateBuilder<string, TensorData>();
        foreach (var tensor in proto.Initializer)
        {
            constants.Add(Define(tensor.Name), attributes.Tensors.Read(tensor, tensor.Name));
        }

        foreach (var tensor in proto.SparseInitializer)
        {
            string name = tensor.Values?.Name ?? "";
            constants.Add(Define(name), attributes.SparseTensors.Read(tensor, name));
        }

        return constants.ToImmutable();
    }

    // The first format versions list every constant among the inputs as well.
    private ImmutableArray<Value> Inputs(GraphProto proto, ImmutableDictionary<string, TensorData> constants)
    {
        var inputs = ImmutableArray.CreateBuilder<Value>();
        foreach (var input in proto.Input)
        {
            if (!constants.ContainsKey(_scope.NameOf(input.Name)))
            {
                inputs.Add(attributes.Types.Read(input) with { Name = Define(input.Name) });
            }
        }

        return inputs.ToImmutable();
    }

    private ImmutableArray<Value> Outputs(GraphProto proto)
    {
        var outputs = ImmutableArray.CreateBuilder<Value>(proto.Output.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        _scope.Enter(int.MaxValue);
        foreach (var output in proto.Output)
        {
            outputs.Add(Output(output));
            if (around is null && !names.Add(output.Name))
            {
                throw source.Error($"two outputs of the graph are named \"{output.Name}\". Names must be unique.");
            }
        }

        return outputs.Count > 0
            ? outputs.MoveToImmutable()
            : throw source.Error($"the graph \"{proto.Name}\" has no outputs. The file is truncated or damaged.");
    }

    private Value Output(ValueInfoProto proto) => _scope.Read(proto.Name) is { } name
        ? attributes.Types.Read(proto) with { Name = name }
        : throw source.Error($"the graph's output \"{proto.Name}\" is made by no node. The file is damaged.");

    private Node Read(NodeProto proto, string name, int position)
    {
        if (proto.OpType.Length == 0)
        {
            throw source.Error($"{NodeNames.Describe(proto, position)} does not state its operator. The file is damaged.");
        }

        return new Node(name, proto.OpType, ReadInputs(proto, position), Names(proto.Output))
        {
            Domain = OpsetReader.Normalise(proto.Domain),
            Overload = proto.Overload,
            Attributes = attributes.Read(proto, name, subgraph => new GraphReader(source, attributes, _scope).Read(subgraph)),
            Documentation = proto.DocString,
            Metadata = Entries.Read(proto.MetadataProps),
            Origin = new Origin(NodeNames.InFile(proto), position),
        };
    }

    private ImmutableArray<string> ReadInputs(NodeProto proto, int position)
    {
        string[] names = new string[proto.Input.Count];
        for (int i = 0; i < names.Length; i++)
        {
            string name = proto.Input[i];
            names[i] = name.Length == 0 ? "" : _scope.Read(name) ?? throw source.Error(
                $"{NodeNames.Describe(proto, position)} reads \"{name}\", which is neither an input, a constant nor any node's output.");
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(names);
    }

    private ImmutableArray<string> Names(RepeatedField<string> outputs)
    {
        string[] names = new string[outputs.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = outputs[i].Length == 0 ? "" : _scope.NameOf(outputs[i]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(names);
    }

    private ImmutableDictionary<string, ValueType> InnerTypes(GraphProto proto)
    {
        var types = ImmutableDictionary.CreateBuilder<string, ValueType>();
        foreach (var info in proto.ValueInfo)
        {
            if (_scope.Makes(info.Name) && attributes.Types.Read(info.Type, info.Name) is { } type and not ValueType.Tensor { Element: ElementType.Undefined })
            {
                types[_scope.NameOf(info.Name)] = type;
            }
        }

        foreach (var output in proto.Output)
        {
            types.Remove(_scope.NameOf(output.Name));
        }

        return types.ToImmutable();
    }

    private ImmutableDictionary<string, ImmutableSortedDictionary<string, string>> Annotations(GraphProto proto)
    {
        var annotations = ImmutableDictionary.CreateBuilder<string, ImmutableSortedDictionary<string, string>>();
        foreach (var annotation in proto.QuantizationAnnotation)
        {
            annotations[_scope.NameOf(annotation.TensorName)] = Entries.Read(annotation.QuantParameterTensorNames);
        }

        return annotations.ToImmutable();
    }
}

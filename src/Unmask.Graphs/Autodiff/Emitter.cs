using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Adds nodes to a graph and knows the types of what they make at once. Equal nodes and constants are added once, and nodes whose result is known are not added at all.
/// </summary>
internal sealed class Emitter
{
    private readonly Graph _graph;
    private readonly GraphBuilder _builder;
    private readonly GraphInference _inference;
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _extended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _emitted = new(StringComparer.Ordinal);
    private Dictionary<string, Node>? _makers;

    /// <summary>Starts from a graph, which keeps its inputs and nodes; outputs are stated in <see cref="Build"/>.</summary>
    public Emitter(Graph graph)
    {
        // What was an output becomes an inner value like any other.
        _inference = new GraphInference(graph with { Outputs = [] }, StatedTypes.Of(graph));
        _graph = _inference.Run();
        _builder = _graph.ToBuilder();
    }

    private Emitter(GraphInference inference, Graph graph)
    {
        _inference = inference;
        _graph = graph with { Nodes = [] };
        _builder = (graph with { Outputs = [] }).ToBuilder();
        _builder.DropNodes();
    }

    /// <summary>Starts from a graph without its nodes, which are given one after another: kept (<see cref="Keep"/>) or replaced (<see cref="Bind"/>).</summary>
    public static Emitter Rewriting(Graph graph)
    {
        var inference = new GraphInference(graph with { Nodes = [], Outputs = [] }, StatedTypes.Of(graph));
        return new(inference, graph);
    }

    /// <summary>The graph that it started from, with types.</summary>
    public Graph Graph => _graph;

    /// <summary>What names of new nodes begin with, for instance <c>conv1_Grad</c>.</summary>
    public string Prefix { get; set; } = "Grad";

    /// <summary>Where new nodes say that they come from; <c>null</c>: added by Unmask.</summary>
    public Origin? Origin { get; set; }

    /// <summary>A value of the graph.</summary>
    public Expression Value(string name) => new(this, name);

    public ValueType.Tensor? TypeOf(string name) => _inference.TypeOf(name) as ValueType.Tensor;

    /// <summary>A small tensor's elements as integers, where they are known before the run.</summary>
    public long[]? IntegersOf(string name) => _inference.ContentsOf(name)?.Integers;

    /// <summary>A small tensor's elements as numbers, where they are known before the run.</summary>
    public double[]? NumbersOf(string name) => _inference.ContentsOf(name)?.Numbers;

    /// <summary>Adds an input.</summary>
    public Expression Input(string name, ElementType element, Shape? shape)
    {
        string input = _builder.AddInput(name, element, shape);
        _inference.SetType(input, new ValueType.Tensor(element, shape));
        return new(this, input);
    }

    /// <summary>Adds a constant.</summary>
    public Expression Constant(TensorData data, string hint = "constant")
    {
        string? key = data.Count <= 64 ? $"{data}{Convert.ToHexString(data.Bytes.Span)}" : null;
        if (key is not null && _constants.TryGetValue(key, out string? known))
        {
            return new(this, known);
        }

        string name = _builder.Constant(data, $"{Prefix}/{hint}");
        _inference.Add(name, data);
        if (key is not null)
        {
            _constants[key] = name;
        }

        return new(this, name);
    }

    /// <summary>A vector of integers: sizes, axes, positions.</summary>
    public Expression Integers(params ReadOnlySpan<long> values) => Constant(TensorData.Vector(values), "sizes");

    /// <summary>A scalar of an element type.</summary>
    public Expression Scalar(double value, ElementType element) => element switch
    {
        ElementType.Float64 => Constant(TensorData.Scalar(value), "number"),
        ElementType.Float16 => Constant(TensorData.Scalar((Half)value), "number"),
        ElementType.Int64 => Constant(TensorData.Scalar((long)value), "number"),
        ElementType.Int32 => Constant(TensorData.Scalar((int)value), "number"),
        ElementType.BFloat16 => Constant(TensorData.Scalar((float)value), "number").Cast(ElementType.BFloat16),
        _ => Constant(TensorData.Scalar((float)value), "number"),
    };

    /// <summary>Adds a node with one output.</summary>
    public Expression Add(string opType, ReadOnlySpan<Expression> inputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        AddNode(opType, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public Expression[] AddNode(string opType, ReadOnlySpan<Expression> inputs, int outputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
    {
        var node = new Node("", opType, [.. Names(inputs)], []);
        foreach (var (attribute, value) in attributes)
        {
            node = node.With(attribute, value);
        }

        return Append(node, outputs);
    }

    /// <summary>Adds a copy of a node that reads other values, and returns what it makes.</summary>
    public Expression[] Copy(Node node, ReadOnlySpan<Expression> inputs) => [.. CopyNode(node, inputs).Outputs.Select(Value)];

    /// <summary>Adds a copy of a node that reads other values.</summary>
    public Node CopyNode(Node node, ReadOnlySpan<Expression> inputs) => AppendNode(node with { Inputs = [.. Names(inputs)] }, node.Outputs.Length);

    /// <summary>The node of the graph that makes a value; <c>null</c>: it is an input or a constant.</summary>
    public Node? MakerOf(string value) => (_makers ??= _graph.Nodes.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node)))
        .ToDictionary(StringComparer.Ordinal)).GetValueOrDefault(value);

    /// <summary>An output of a node of the graph, which is added to the node when it is not made so far.</summary>
    public Expression Output(Node node, int index)
    {
        string key = node.Outputs.First(output => output.Length > 0);
        var now = _extended.GetValueOrDefault(key) ?? node;
        if (now.Output(index).Length == 0)
        {
            var outputs = now.Outputs.ToBuilder();
            while (outputs.Count <= index)
            {
                outputs.Add("");
            }

            outputs[index] = _builder.Fresh($"{key}_out{index}");
            _extended[key] = now = now with { Outputs = outputs.ToImmutable() };
            _inference.Infer(now);
        }

        return new(this, now.Output(index));
    }

    /// <summary>Gives a value a name of its own (adds an Identity) and returns it as an output of the graph.</summary>
    public Value Named(Expression value, string name)
    {
        string free = _builder.Fresh(name);
        var node = new Node(_builder.Fresh($"{free}/Identity"), "Identity", [value.Name], [free]);
        _builder.Append(node);
        _inference.Infer(node);
        return new Value(free, _inference.TypeOf(free));
    }

    /// <summary>Adds a node of the graph that is rewritten, as it is.</summary>
    public void Keep(Node node) => _builder.Append(_inference.Infer(node));

    /// <summary>Gives a value the name that the rest of the graph knows it by.</summary>
    public void Bind(Expression value, string name)
    {
        if (name.Length > 0)
        {
            Keep(new Node(_builder.Fresh($"{Prefix}/Identity"), "Identity", [value.Name], [name]) { Origin = Origin ?? Unmask.Graphs.Origin.Added(Prefix) });
        }
    }

    /// <summary>The graph with these outputs, without what they do not need.</summary>
    public Graph Build(ImmutableArray<Value> outputs)
    {
        var built = _builder.Build();
        var nodes = built.Nodes.Select(node => node.Outputs.FirstOrDefault(output => output.Length > 0) is { } first ? _extended.GetValueOrDefault(first) ?? node : node);
        var types = _inference.InnerTypes().RemoveRange(built.Inputs.Concat(outputs).Select(value => value.Name)).RemoveRange(built.Constants.Keys);
        return PruneUnreachable.Run(built with { Nodes = [.. nodes], Outputs = outputs, InnerTypes = types });
    }

    private Expression[] Append(Node node, int outputs) => [.. AppendNode(node, outputs).Outputs.Select(Value)];

    private Node AppendNode(Node node, int outputs)
    {
        // Rules of neighbours ask for the same shapes again and again: the same node is not made twice.
        string key = $"{outputs} {GraphPrinter.Print(node)}";
        bool printsWhole = !node.Attributes.Values.Any(value => value is NodeAttribute.Tensor or NodeAttribute.Subgraph);
        if (!printsWhole || !_emitted.TryGetValue(key, out var made))
        {
            string name = _builder.Fresh($"{Prefix}/{node.OpType}");
            var names = Enumerable.Range(0, outputs).Select(i => _builder.Fresh(outputs == 1 ? $"{name}_out" : $"{name}_out{i}"));
            made = node with { Name = name, Outputs = [.. names], Origin = Origin ?? Unmask.Graphs.Origin.Added(name) };
            _builder.Append(made);
            _inference.Infer(made);
            _emitted[key] = made;
        }

        return made;
    }

    private static string[] Names(ReadOnlySpan<Expression> inputs)
    {
        var element = ElementType.Undefined;
        foreach (var input in inputs)
        {
            element = element is ElementType.Undefined or ElementType.Bool ? input.Element : element;
        }

        string[] names = new string[inputs.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = inputs[i].NameAmong(inputs, element);
        }

        return names;
    }
}

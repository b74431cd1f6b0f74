using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Makes graphs: adds nodes and constants under readable names that are unique within the graph.</summary>
public sealed class GraphBuilder
{
    private readonly Graph _start;
    private readonly List<Node> _nodes;
    private readonly List<Value> _inputs;
    private readonly List<Value> _outputs;
    private readonly HashSet<string> _taken;
    private readonly ImmutableDictionary<string, TensorData>.Builder _constants;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="opset">The version of the standard operator set.</param>
    public GraphBuilder(string name, long opset = OperatorSets.Working)
        : this(new Graph { Name = name, Opsets = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal).Add("", opset) })
    {
    }

    /// <summary>Starts from a graph.</summary>
    public GraphBuilder(Graph start)
    {
        _start = start;
        _nodes = [.. start.Nodes];
        _inputs = [.. start.Inputs];
        _outputs = [.. start.Outputs];
        _constants = start.Constants.ToBuilder();
        _taken = new(start.AllNames(), StringComparer.Ordinal);
    }

    /// <summary>A name that is not taken yet: the hint itself, or the hint with a number.</summary>
    public string Fresh(string hint)
    {
        string name = hint;
        for (int i = 1; !_taken.Add(name); i++)
        {
            name = $"{hint}_{i}";
        }

        return name;
    }

    /// <summary>Adds an input and returns its name, which is exactly the one given.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public string Input(string name, ElementType element, Shape? shape)
    {
        Take(name);
        _inputs.Add(new Value(name, element, shape));
        return name;
    }

    /// <summary>Adds an input under a name that is free, and returns that name.</summary>
    internal string AddInput(string hint, ElementType element, Shape? shape)
    {
        string name = Fresh(hint);
        _inputs.Add(new Value(name, element, shape));
        return name;
    }

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(TensorData data, string hint = "constant")
    {
        string name = Fresh(hint);
        _constants[name] = data;
        return name;
    }

    /// <summary>Adds a scalar constant and returns its name.</summary>
    public string Constant(float value, string hint = "constant") => Constant(TensorData.Scalar(value), hint);

    /// <summary>Adds a vector of integers and returns its name.</summary>
    public string Constant(ReadOnlySpan<long> values, string hint = "constant") => Constant(TensorData.Vector(values), hint);

    /// <summary>Adds a node with one output and returns the output's name.</summary>
    /// <param name="opType">The operator of the standard domain.</param>
    /// <param name="inputs">The values read.</param>
    /// <param name="name">A hint for the names of the node and its output; the operator's name when <c>null</c>.</param>
    /// <param name="attributes">The attributes.</param>
    public string Add(string opType, ReadOnlySpan<string> inputs, string? name = null, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        AddNode(opType, inputs, 1, name, attributes).Outputs[0];

    /// <summary>Adds a node with any number of outputs.</summary>
    public Node AddNode(
        string opType, ReadOnlySpan<string> inputs, int outputs, string? name = null, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
    {
        string nodeName = Fresh(name ?? opType);
        var made = ImmutableArray.CreateBuilder<string>(outputs);
        for (int i = 0; i < outputs; i++)
        {
            made.Add(Fresh(outputs == 1 ? $"{nodeName}_out" : $"{nodeName}_out{i}"));
        }

        var node = new Node(nodeName, opType, [.. inputs], made.MoveToImmutable());
        foreach (var (attribute, value) in attributes)
        {
            node = node.With(attribute, value);
        }

        _nodes.Add(node);
        return node;
    }

    /// <summary>Adds a node as it is; its names must be free.</summary>
    /// <exception cref="ArgumentException">One of its output names is taken.</exception>
    public Node AddNode(Node node)
    {
        foreach (string output in node.Outputs)
        {
            if (output.Length > 0)
            {
                Take(output);
            }
        }

        _taken.Add(node.Name);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Forgets the nodes so far, while their names stay taken: they will be given again, or replaced.</summary>
    internal void DropNodes() => _nodes.Clear();

    /// <summary>Adds a node as it is, whose names the caller has seen to: reserved by <see cref="Fresh"/>, or those of values that the graph awaits.</summary>
    internal void Append(Node node) => _nodes.Add(node);

    /// <summary>Declares a value as an output, under the value's own name.</summary>
    public void Output(string name, ElementType element, Shape? shape) => _outputs.Add(new Value(name, element, shape));

    /// <summary>Declares a value as an output under another name (adds an Identity node).</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void OutputAs(string value, string name, ElementType element, Shape? shape)
    {
        Take(name);
        _nodes.Add(new Node(Fresh($"{name}_Identity"), "Identity", [value], [name]));
        _outputs.Add(new Value(name, element, shape));
    }

    /// <summary>The graph.</summary>
    public Graph Build() => _start with
    {
        Nodes = [.. _nodes],
        Inputs = [.. _inputs],
        Outputs = [.. _outputs],
        Constants = _constants.ToImmutable(),
    };

    private void Take(string name)
    {
        if (!_taken.Add(name))
        {
            throw new ArgumentException($"The name \"{name}\" is already taken in the graph.", nameof(name));
        }
    }
}

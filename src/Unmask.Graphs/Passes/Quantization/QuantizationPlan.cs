using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Decides which values are stored as bytes and which products get integer weights.</summary>
/// <remarks>
/// A runtime fuses an operator with the pairs around it only if there is exactly one pair after each convolution (with its ReLU), sum, pooling and
/// concatenation, and one before each product. Everything else computes in floats between dequantised values.
/// </remarks>
internal sealed class QuantizationPlan
{
    private static readonly string[] PassingOn = ["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose"];
    private static readonly string[] Activations = ["Softmax", "LogSoftmax", "Sigmoid", "Cast", .. PassingOn];

    private readonly Graph _graph;
    private readonly ValueReaders _readers;
    private readonly HashSet<string> _final;
    private readonly Dictionary<string, string> _rangeOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuantizableProduct> _products = new(StringComparer.Ordinal);

    private QuantizationPlan(Graph graph)
    {
        _graph = graph;
        _readers = ValueReaders.Of(graph);
        _final = FinalValues(graph);
    }

    /// <summary>The products that get integer weights, by the name of their node.</summary>
    public IReadOnlyDictionary<string, QuantizableProduct> Products => _products;

    /// <summary>The values that become bytes.</summary>
    public IReadOnlyCollection<string> Values => _rangeOf.Keys;

    /// <summary>The value whose range decides how a value is stored: what only passes numbers on (reshaping, maximum pooling) keeps the step.</summary>
    public string RangeOf(string value) => _rangeOf[value];

    /// <summary>Makes the plan.</summary>
    public static QuantizationPlan Of(Graph graph)
    {
        var plan = new QuantizationPlan(graph);
        plan.FindProducts();
        foreach (var node in graph.Nodes)
        {
            plan.Follow(node);
        }

        foreach (var node in graph.Nodes.Reverse())
        {
            plan.Reconsider(node);
        }

        return plan;
    }

    /// <summary>The outputs, and what becomes them without further computation: numbers that stay as exact as they can.</summary>
    private static HashSet<string> FinalValues(Graph graph)
    {
        var producers = graph.Producers();
        var final = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(graph.Outputs.Select(output => output.Name));
        while (open.TryPop(out string? value))
        {
            if (final.Add(value) && producers.GetValueOrDefault(value) is { Domain: "" } node && Activations.Contains(node.OpType))
            {
                open.Push(node.Inputs[0]);
            }
        }

        return final;
    }

    private void FindProducts()
    {
        foreach (var node in _graph.Nodes)
        {
            if (QuantizableProduct.Of(_graph, node) is not { } product)
            {
                continue;
            }

            string settled = Settled(node);
            if (product.NeedsBytesOut && _final.Contains(settled))
            {
                continue;
            }

            _products.Add(node.Name, product);
            Store(node.Inputs[0]);
            if (product.NeedsBytesOut)
            {
                Store(settled);
            }
        }
    }

    /// <summary>An operator that has an integer kernel and reads bytes only gives bytes.</summary>
    private void Follow(Node node)
    {
        if (node.Domain.Length > 0 || !ReadsBytes(node))
        {
            return;
        }

        string settled = Settled(node);
        if (PassesOn(node))
        {
            if (!_final.Contains(node.Outputs[0]))
            {
                _rangeOf[node.Outputs[0]] = _rangeOf[node.Inputs[0]];
            }
        }
        else if (Combines(node) && !_final.Contains(settled))
        {
            Store(settled);
        }
    }

    /// <summary>Bytes that only floats are made of again were better never made.</summary>
    private void Reconsider(Node node)
    {
        string settled = Settled(node);
        if ((Combines(node) || PassesOn(node)) && _rangeOf.ContainsKey(settled) && !_readers.Of(settled).Any(KeepsBytes))
        {
            _rangeOf.Remove(settled);
        }
    }

    private bool KeepsBytes(Node reader) => _products.ContainsKey(reader.Name)
        || ((Combines(reader) || PassesOn(reader)) && _rangeOf.ContainsKey(Settled(reader)));

    private bool ReadsBytes(Node node)
    {
        int count = node.OpType is "Add" or "Concat" ? node.Inputs.Length : 1;
        return node.Inputs.Length >= count && node.Inputs.Take(count).All(_rangeOf.ContainsKey) && count > 0;
    }

    private static bool Combines(Node node) => node.Domain.Length == 0 && node.OpType is "Add" or "Concat" or "AveragePool" or "GlobalAveragePool";

    private static bool PassesOn(Node node) =>
        PassingOn.Contains(node.OpType) || (node.Is("MaxPool") && node.Output(1).Length == 0);

    /// <summary>The result with the ReLU or ReLU6 behind it, if nobody else reads what is between: bytes from 0 on do the cutting.</summary>
    private string Settled(Node node)
    {
        string value = node.Outputs[0];
        return _readers.Only(value) is { } next && (next.Is("Relu") || IsClipFromZero(next)) ? next.Outputs[0] : value;
    }

    private bool IsClipFromZero(Node node) => node.Is("Clip")
        && _graph.Constants.GetValueOrDefault(node.Input(1)) is { Type: ElementType.Float32, Count: 1 } low && low.AsSpan<float>()[0] == 0
        && (node.Input(2).Length == 0 || _graph.Constants.ContainsKey(node.Input(2)));

    private void Store(string value) => _rangeOf.TryAdd(value, value);
}

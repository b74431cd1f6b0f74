namespace Unmask.Graphs;

/// <summary>Writes a plan's pairs into a graph.</summary>
internal sealed class QuantizationRewrite
{
    private readonly Graph _graph;
    private readonly QuantizationPlan _plan;
    private readonly Observations _seen;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<string, string> _dequantized = new(StringComparer.Ordinal);

    public QuantizationRewrite(Graph graph, Observations seen)
    {
        _graph = graph;
        _plan = QuantizationPlan.Of(graph);
        _seen = seen;
        _builder = graph.ToBuilder();
    }

    public Graph Run()
    {
        foreach (var input in _graph.Inputs)
        {
            StoreAsBytes(input.Name);
        }

        foreach (var node in _graph.Nodes)
        {
            var reading = node with { Inputs = [.. node.Inputs.Select(input => _dequantized.GetValueOrDefault(input, input))] };
            _builder.Append(_plan.Products.TryGetValue(node.Name, out var product) ? WithBytes(node, reading, product) : reading);
            foreach (string output in node.Outputs)
            {
                StoreAsBytes(output);
            }
        }

        // The builder began with the old nodes, so that their names are taken.
        var built = _builder.Build();
        return built with { Nodes = built.Nodes[_graph.Nodes.Length..] };
    }

    private void StoreAsBytes(string value)
    {
        if (!_plan.Values.Contains(value))
        {
            return;
        }

        var (step, zero) = BytesOf(value);
        string scale = _builder.Constant(step, $"{value}_scale");
        string zeroPoint = _builder.Constant(TensorData.Scalar(zero), $"{value}_zero");
        string bytes = _builder.Add("QuantizeLinear", [value, scale, zeroPoint], $"{value}_Q");
        _dequantized[value] = _builder.Add("DequantizeLinear", [bytes, scale, zeroPoint], $"{value}_DQ");
    }

    private Node WithBytes(Node original, Node reading, QuantizableProduct product)
    {
        float inputScale = BytesOf(original.Inputs[0]).Scale;
        var bias = product.Bias is null ? [] : product.Bias.AsSpan<float>();
        var weights = Int8Weights.Of(product.Weights, product.Axis, inputScale, bias);
        string dequantized = Dequantize(weights.Values, weights.Scales, weights.Axis, TensorData.Adopt(new sbyte[weights.Scales.Length], weights.Scales.Length), $"{original.Name}_weights");
        float[] corrected = Corrected(bias, product, weights, original);
        if (corrected.Length == 0)
        {
            return reading with { Inputs = [reading.Inputs[0], dequantized] };
        }

        var (whole, steps) = weights.Bias(corrected, inputScale);
        return reading with { Inputs = [reading.Inputs[0], dequantized, Dequantize(whole, steps, 0, TensorData.Adopt(new int[steps.Length], steps.Length), $"{original.Name}_bias")] };
    }

    /// <summary>The bias less what rounding the weights adds to each channel on average.</summary>
    /// <remarks>Source: Nagel et al., «Data-Free Quantization Through Weight Equalization and Bias Correction», ICCV 2019, §4.2; the means are observed here.</remarks>
    private float[] Corrected(ReadOnlySpan<float> bias, QuantizableProduct product, Int8Weights weights, Node node)
    {
        if (node.Is("MatMul") || !_seen.Means.TryGetValue(node.Inputs[0], out var means))
        {
            return bias.ToArray();
        }

        double[] shift = product.Shift(weights.ToFloats(), means.AsSpan());
        float[] corrected = bias.IsEmpty ? new float[shift.Length] : bias.ToArray();
        for (int channel = 0; channel < corrected.Length; channel++)
        {
            corrected[channel] = (float)(corrected[channel] - shift[channel]);
        }

        return corrected;
    }

    private string Dequantize(TensorData values, float[] scales, int axis, TensorData zeros, string hint)
    {
        string scale = _builder.Constant(TensorData.Adopt(scales, scales.Length), $"{hint}_scale");
        string zero = _builder.Constant(zeros, $"{hint}_zero");
        return _builder.Add("DequantizeLinear", [_builder.Constant(values, hint), scale, zero], $"{hint}_DQ", ("axis", (long)axis));
    }

    private (float Scale, byte ZeroPoint) BytesOf(string value)
    {
        string observed = _plan.RangeOf(value);
        return _seen.Ranges.TryGetValue(observed, out var range) && range.IsFinite
            ? range.ToBytes()
            : throw new ArgumentException($"The range of \"{observed}\" is needed and must be finite.");
    }
}

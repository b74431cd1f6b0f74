using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Puts batch normalisations at inference into the weights of the layer before them: rules that look at the signs of weights need that.
/// <code>
///   x ─ Conv(W, b) ─ BatchNormalization ─ y      →      x ─ Conv(W′, b′) ─ y
///   W′ = W·γ/√(σ² + ε) for each output channel,  b′ = (b − μ)·γ/√(σ² + ε) + β
/// </code>
/// Folded behind Conv, ConvTranspose and Gemm whose result nothing else reads. All parameters must be constants of 32-bit floats.
/// </summary>
public static class FoldBatchNormalization
{
    /// <summary>Folds what can be folded; the rest stays.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Is("BatchNormalization")))
        {
            return graph;
        }

        var fold = new Folding(graph);
        var nodes = graph.Nodes.ToList();
        foreach (var node in graph.Nodes.Where(node => node.Is("BatchNormalization")))
        {
            if (fold.Into(node) is var (layer, folded))
            {
                nodes[nodes.IndexOf(layer)] = folded;
                nodes.Remove(node);
            }
        }

        return PruneUnreachable.Run(graph with { Nodes = [.. nodes], Constants = fold.Constants.ToImmutable() });
    }

    private sealed class Folding(Graph graph)
    {
        private readonly IReadOnlyDictionary<string, Node> _producers = graph.Producers();
        private readonly HashSet<string> _names = new(graph.AllNames(), StringComparer.Ordinal);
        private readonly Dictionary<string, int> _readers = graph.Nodes.SelectMany(SubgraphScopes.Reads).Concat(graph.Outputs.Select(output => output.Name))
            .GroupBy(name => name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

        public ImmutableDictionary<string, TensorData>.Builder Constants { get; } = graph.Constants.ToBuilder();

        /// <summary>The layer before a normalisation, and what stands for both; <c>null</c> when they cannot be folded.</summary>
        public (Node Layer, Node Folded)? Into(Node norm)
        {
            if (norm.Int("training_mode", 0) != 0 || _producers.GetValueOrDefault(norm.Inputs[0]) is not { Domain: "" } layer || _readers[norm.Inputs[0]] != 1
                || Read(layer.Input(1)) is not { } weights || Parameters(norm) is not var (scale, offset) || OutputAxis(layer) is not { } axis
                || Bias(layer, scale.Length) is not { } bias)
            {
                return null;
            }

            float alpha = layer.Is("Gemm") ? layer.Float("beta", 1f) : 1f;
            float[] shifted = [.. bias.Select((b, i) => (b * alpha * scale[i]) + offset[i])];
            string w = Add($"{layer.Input(1)}_folded", TensorData.Adopt(Scaled(weights, axis, layer, scale), [.. weights.Dimensions]));
            string c = Add($"{norm.Name}_bias", TensorData.Vector<float>(shifted));
            var folded = layer with { Inputs = [layer.Inputs[0], w, c], Outputs = norm.Outputs[..1] };
            return (layer, layer.Is("Gemm") ? folded.With("beta", 1f) : folded);
        }

        private static int? OutputAxis(Node layer) => layer.OpType switch
        {
            "Conv" => 0,
            "ConvTranspose" => 1,
            "Gemm" when layer.Int("transB", 0) != 0 => 0,
            "Gemm" => 1,
            _ => null,
        };

        private (float[] Scale, float[] Offset)? Parameters(Node norm)
        {
            if (Read(norm.Inputs[1]) is not { } gamma || Read(norm.Inputs[2]) is not { } beta || Read(norm.Inputs[3]) is not { } mean || Read(norm.Inputs[4]) is not { } variance)
            {
                return null;
            }

            int channels = (int)gamma.Count;
            float[] scale = new float[channels], offset = new float[channels];
            for (int i = 0; i < channels; i++)
            {
                double factor = gamma.AsSpan<float>()[i] / Math.Sqrt((double)variance.AsSpan<float>()[i] + norm.Float("epsilon", 1e-5f));
                scale[i] = (float)factor;
                offset[i] = (float)(beta.AsSpan<float>()[i] - (mean.AsSpan<float>()[i] * factor));
            }

            return (scale, offset);
        }

        private float[]? Bias(Node layer, int channels) => layer.Input(2).Length == 0 ? new float[channels]
            : Read(layer.Input(2)) is { } bias && (bias.Count == channels || bias.Count == 1) ? [.. Enumerable.Range(0, channels).Select(i => bias.AsSpan<float>()[bias.Count == 1 ? 0 : i])]
            : null;

        // For ConvTranspose, W is [in, out/groups, …]: the output channel is the group of the input channel, then the axis.
        private static float[] Scaled(TensorData weights, int axis, Node layer, float[] scale)
        {
            float[] scaled = weights.AsSpan<float>().ToArray();
            long along = weights.Dimensions[axis], inner = weights.Dimensions.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
            long perGroup = layer.OpType == "ConvTranspose" ? weights.Dimensions[0] / layer.Int("group", 1) : long.MaxValue;
            for (long i = 0; i < scaled.Length; i++)
            {
                long outer = i / (inner * along);
                scaled[i] *= scale[(i / inner % along) + (axis == 1 && perGroup != long.MaxValue ? outer / perGroup * along : 0)];
            }

            return scaled;
        }

        private TensorData? Read(string name) => Constants.GetValueOrDefault(name) is { Type: ElementType.Float32 } constant ? constant : null;

        private string Add(string hint, TensorData data)
        {
            string name = UniqueNames.Fresh(_names, hint);
            Constants[name] = data;
            return name;
        }
    }
}

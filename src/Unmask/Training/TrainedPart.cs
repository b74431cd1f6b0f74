using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Which part of an existing network is trained; the rest stays as it is.</summary>
public enum TrainedPart
{
    /// <summary>All weights.</summary>
    All,

    /// <summary>
    /// The layers behind the last place where the network can be cut into two: behind the last residual sum or spatial reduction (a pooling; a strided convolution is
    /// itself behind its cut) that leaves at least two layers with weights, and an attention where the network has any. Networks without such places are cut before their last layer but one.
    /// </summary>
    LastBlock,

    /// <summary>The last layer: see <see cref="ClassifierHead"/>.</summary>
    Head,
}

/// <summary>Finds where a network is cut into a part that stays as it is and one that is trained.</summary>
/// <param name="graph">The network, with one output.</param>
internal sealed class NetworkCut(Graph graph)
{
    private readonly HashSet<string> _computed = ComputedBy(graph);

    /// <summary>The value at which the last block begins; <c>null</c>: the network is one block.</summary>
    public string? LastBlock()
    {
        bool attends = graph.Nodes.Any(Attends);
        return Candidates(Ends).Concat(Candidates(Layers)).FirstOrDefault(value => IsCut(value, out var tail)
            && tail.Nodes.Count(IsLayer) >= 2 && (!attends || tail.Nodes.Any(Attends)));
    }

    /// <summary>Whether nothing behind a value reads anything before it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="tail">What is behind it.</param>
    public bool IsCut(string value, out Graph tail)
    {
        tail = graph;
        if (graph.Inputs.Any(input => input.Name == value) || !_computed.Contains(value))
        {
            return false;
        }

        tail = FeedValues.Run(graph, [value]);
        return tail.Inputs is [var only] && only.Name == value;
    }

    private IEnumerable<string> Candidates(Func<Node, string?> cut) => graph.Nodes.Reverse().Where(node => node.Domain.Length == 0).Select(cut).OfType<string>();

    /// <summary>Where a block ends.</summary>
    private string? Ends(Node node) => node.OpType switch
    {
        "Add" or "Sum" when node.Inputs.Count(_computed.Contains) >= 2 => node.Outputs[0],
        "MaxPool" or "AveragePool" when Strides(node) => node.Outputs[0],
        "Conv" when Strides(node) => node.Inputs[0],
        _ => null,
    };

    private string? Layers(Node node) => IsLayer(node) ? node.Inputs.FirstOrDefault(_computed.Contains) : null;

    private static bool Strides(Node node) => node.Ints("strides")?.Any(stride => stride > 1) == true;

    /// <summary>A layer that multiplies by weights.</summary>
    private bool IsLayer(Node node) => node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" && node.Inputs.Any(graph.Constants.ContainsKey);

    private bool Attends(Node node) => node.OpType is "Attention" or "MultiHeadAttention" || (node.Is("MatMul") && node.Inputs.All(_computed.Contains));

    private static HashSet<string> ComputedBy(Graph graph)
    {
        var computed = graph.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.OpType is not ("Shape" or "Size") && node.Inputs.Any(computed.Contains)))
        {
            computed.UnionWith(node.Outputs.Where(output => output.Length > 0));
        }

        return computed;
    }
}

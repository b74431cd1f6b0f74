using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// Convolutions whose weights are values of the run, as in training, in the runtime's blocked layout of channels. The runtime itself does this only for constant weights,
/// which it reorders once; here the graph reorders them, which costs far less than is gained.
/// <code>
///   Conv(x, W)             →    ReorderOutput(nchwc.Conv(ReorderInput(x), blocks of W))
///   ConvTranspose(x, W)    →    the same with the kernel turned round and its axes exchanged (stride 1)
/// </code>
/// Blocks of W: [M, C, k] → [M/B, C/B, k, B of C, B of M]. Measured on a processor with blocks of 16: 0.65 to 0.85 of the plain convolution's time.
/// </summary>
internal sealed class BlockedWeights
{
    private const string Domain = "com.microsoft.nchwc";

    // Fewer places than this do not earn back the reordering of the weights.
    private const long FewestPlaces = 512;
    private const long BatchIfUnknown = 8;

    private readonly LoweringScope _scope;
    private readonly HashSet<string> _varying;
    private readonly int _block;

    private BlockedWeights(Graph graph, HashSet<string> varying, int block) => (_scope, _varying, _block) = (new LoweringScope(graph), varying, block);

    /// <summary>Rewrites the main graph.</summary>
    /// <param name="graph">The graph, with types; where they are missing, nothing changes.</param>
    /// <param name="block">Channels of a block; 0: the runtime has no such layout, and nothing changes. <c>null</c> (default): what this processor has.</param>
    public static Graph Run(Graph graph, int? block = null)
    {
        var varying = Varying(graph);
        if (!graph.Nodes.Any(node => Convolves(node) && varying.Contains(node.Inputs[1])) || (block ??= ChannelBlock.Size) == 0)
        {
            return graph;
        }

        var pass = new BlockedWeights(graph, varying, block.Value);
        var nodes = ImmutableArray.CreateBuilder<Node>(graph.Nodes.Length);
        foreach (var node in graph.Nodes)
        {
            nodes.AddRange(pass.Lower(node) ?? [node]);
        }

        return nodes.Count == graph.Nodes.Length
            ? graph
            : PruneUnreachable.Run(graph with { Nodes = nodes.ToImmutable(), Constants = pass._scope.Constants.ToImmutable(), Opsets = graph.Opsets.SetItem(Domain, 1) });
    }

    private static bool Convolves(Node node) => node.Is("Conv") || node.Is("ConvTranspose");

    /// <summary>The values that depend on an input: the runtime cannot compute them beforehand.</summary>
    private static HashSet<string> Varying(Graph graph)
    {
        var varying = graph.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.Inputs.Any(varying.Contains) || node.Subgraphs.Any()))
        {
            varying.UnionWith(node.Outputs);
        }

        return varying;
    }

    private ImmutableArray<Node>? Lower(Node node)
    {
        bool turned = node.Is("ConvTranspose");
        if (!Convolves(node) || !_varying.Contains(node.Inputs[1]) || !_scope.IsFloat32(node.Outputs[0]) || node.Int("group", 1) != 1
            || node.Text("auto_pad", "NOTSET") != "NOTSET" || _scope.ShapeOf(node.Inputs[1])?.ToSizes() is not { Length: 4 } w
            || _scope.ShapeOf(node.Outputs[0]) is not { Rank: 4 } y || Places(y) < FewestPlaces)
        {
            return null;
        }

        var (from, to) = turned ? (w[0], w[1]) : (w[1], w[0]);
        // Fewer channels than a block (a picture's three) are read as they are.
        bool direct = from < _block && !turned;
        long[]? pads = turned ? FlippedConvolution.Pads(node, w) : [.. node.Ints("pads") ?? [0, 0, 0, 0]];
        return to % _block != 0 || (from % _block != 0 && !direct) || pads is null ? null : Convolution(node, w, pads, turned, direct);
    }

    private ImmutableArray<Node> Convolution(Node node, long[] w, long[] pads, bool turned, bool direct)
    {
        var nodes = ImmutableArray.CreateBuilder<Node>();
        string weights = turned ? TurnedBlocks(node, w, nodes) : direct ? FirstBlocks(node, w, nodes) : Blocks(node, w, nodes);
        string x = direct ? node.Inputs[0] : Step(nodes, node, "ReorderInput", [node.Inputs[0]], Domain);
        var conv = _scope.Before(node, "Conv", [x, weights, .. node.Inputs.Skip(2)]) with { Domain = Domain };
        conv = conv.With("kernel_shape", w[2..]).With("pads", pads);
        foreach (string name in (string[])["strides", "dilations"])
        {
            conv = node.Attributes.TryGetValue(name, out var value) ? conv.With(name, value) : conv;
        }

        nodes.Add(conv);
        nodes.Add(new Node(node.Name, "ReorderOutput", [conv.Outputs[0]], node.Outputs) { Domain = Domain, Origin = node.Origin }.With("channels", turned ? w[1] : w[0]));
        return nodes.ToImmutable();
    }

    // Two exchanges of neighbouring axes: the runtime has a fast path for those, and a slow one for all at once.
    private string Blocks(Node node, long[] w, ImmutableArray<Node>.Builder nodes)
    {
        long area = w[2] * w[3], outer = w[0] / _block, inner = w[1] / _block;
        string blocks = Reshaped(nodes, node, node.Inputs[1], outer, _block, inner, _block * area);
        blocks = Reshaped(nodes, node, Exchanged(nodes, node, blocks, 0, 2, 3, 1), outer * inner, _block, area, _block);
        return Reshaped(nodes, node, Exchanged(nodes, node, blocks, 0, 2, 1, 3), w);
    }

    private string FirstBlocks(Node node, long[] w, ImmutableArray<Node>.Builder nodes)
    {
        string blocks = Reshaped(nodes, node, node.Inputs[1], w[0] / _block, _block, w[1] * w[2] * w[3]);
        return Reshaped(nodes, node, Exchanged(nodes, node, blocks, 0, 2, 1), w);
    }

    // [M, C, k] → [C/B, M/B, k backwards, B of M, B of C]
    private string TurnedBlocks(Node node, long[] w, ImmutableArray<Node>.Builder nodes)
    {
        long area = w[2] * w[3], outer = w[0] / _block, inner = w[1] / _block;
        string blocks = Exchanged(nodes, node, Reshaped(nodes, node, node.Inputs[1], w[0] * inner, _block, area), 0, 2, 1);
        blocks = Exchanged(nodes, node, Reshaped(nodes, node, blocks, outer, _block, inner, area, _block), 2, 0, 3, 1, 4);
        if (area > 1)
        {
            blocks = Reshaped(nodes, node, blocks, inner * outer, area, _block * _block);
            string backwards = _scope.Integers($"{node.Name}/backwards", [.. Enumerable.Range(1, (int)area).Select(place => area - place)]);
            nodes.Add(_scope.Before(node, "Gather", [blocks, backwards]).With("axis", 1L));
            blocks = nodes[^1].Outputs[0];
        }

        return Reshaped(nodes, node, blocks, w[1], w[0], w[2], w[3]);
    }

    private string Reshaped(ImmutableArray<Node>.Builder nodes, Node node, string value, params long[] sizes) =>
        Step(nodes, node, "Reshape", [value, _scope.Integers($"{node.Name}/sizes", sizes)]);

    private string Exchanged(ImmutableArray<Node>.Builder nodes, Node node, string value, params long[] order)
    {
        nodes.Add(_scope.Before(node, "Transpose", [value]).With("perm", order));
        return nodes[^1].Outputs[0];
    }

    private string Step(ImmutableArray<Node>.Builder nodes, Node node, string opType, ImmutableArray<string> inputs, string domain = "")
    {
        nodes.Add(_scope.Before(node, opType, inputs) with { Domain = domain });
        return nodes[^1].Outputs[0];
    }

    private static long Places(Shape y) => (y[0].Size ?? BatchIfUnknown) * (y[2].Size ?? 1) * (y[3].Size ?? 1);
}

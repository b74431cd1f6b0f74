using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// A grid of free nodes, each of which spreads a soft disc; where discs overlap, the mask is their smooth maximum: extremal perturbation's masks, which cannot be rougher than a disc.
/// </summary>
/// <remarks>
/// <para>m(u) = Σᵢ vᵢ·e^(20 vᵢ) ÷ Σᵢ e^(20 vᵢ), vᵢ = k(|u − uᵢ| ÷ σ)·θᵢ over the (2R + 1)² nodes about u, k(z) = exp(−2·max(0, z − ½)²). Nodes stand <c>step</c> pixels apart, so the pixels
/// of one phase (the same place between nodes) share their weights: the graph works phase by phase, on blocks that stay in the processor's cache.</para>
/// <para>The discs cover a canvas that is wider than the picture, on which areas are measured; what the model sees is cut out of its middle.</para>
/// <para>Source: Fong, Patrick, Vedaldi, «Understanding deep networks via extremal perturbations and smooth masks», ICCV 2019, §3.2 and appendix.</para>
/// </remarks>
public sealed class SmoothMaxMap : MaskMap
{
    private const string Discs = "mask_discs";

    /// <summary>How decidedly the smooth maximum follows the largest value.</summary>
    internal const double Coldness = 20;

    private readonly InputLayout _layout;
    private readonly double _sigma;

    /// <summary>Masks for an input of two spatial axes.</summary>
    /// <param name="layout">The input, which must have two spatial axes.</param>
    /// <param name="step">Pixels between nodes, at least 1.</param>
    /// <param name="sigma">σ in pixels, above 0; the canvas reaches as far beyond the picture. The number of weights grows with the square of σ ÷ step.</param>
    public SmoothMaxMap(InputLayout layout, int step, double sigma)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        var (height, width) = layout.Spatial;
        (_layout, _sigma) = (layout, sigma);
        (Down, Across) = (new(height, step, sigma), new(width, step, sigma));
    }

    /// <summary>The geometry of the vertical axis.</summary>
    internal DiscAxis Down { get; }

    /// <summary>The geometry of the horizontal axis.</summary>
    internal DiscAxis Across { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [MaskFeed.Of(Discs, Down.Nodes, Across.Nodes)];

    /// <inheritdoc/>
    public override string Key => FormattableString.Invariant($"discs {Down.Step} {_sigma} on {_layout}");

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return ExpandAll(graph).Mask;
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers) => mask.Cells.Span.CopyTo(buffers[0].Span);

    internal override ExpandedMask ExpandAll(GraphBuilder graph)
    {
        string neighbours = Neighbours(graph);
        string[] phases = [.. Enumerable.Range(0, Down.Step * Down.Step).Select(phase => Phase(graph, neighbours, phase / Down.Step, phase % Down.Step))];
        string maxima = graph.Add("Mul", [graph.Add("Concat", phases, "mask/phases", ("axis", 1L)), graph.Constant((float)(1 / Coldness))], "mask/maxima");
        string blocks = graph.Add("Reshape", [maxima, graph.Constant([-1L, phases.Length, Down.Middle, Across.Middle], "mask/blocks")], "mask/by_phase");
        // The pixels of a phase are every step-th: phases become the places between nodes.
        string all = graph.Add("DepthToSpace", [blocks], "mask/all", ("blocksize", (long)Down.Step), ("mode", "DCR"));
        string canvas = Cut(graph, all, "mask/canvas", (0, Down.Canvas), (0, Across.Canvas));
        string mask = Cut(graph, canvas, "mask/cut", (Down.Margin, Down.Size), (Across.Margin, Across.Size));
        return _layout.Order == AxisOrder.ChannelsLast
            ? new(graph.Add("Reshape", [mask, graph.Constant([-1, Down.Size, Across.Size, 1])], "mask/channels_last"), canvas)
            : new(mask, canvas);
    }

    /// <summary>θ at the nodes about each node of the canvas: [N, (2R + 1)², places].</summary>
    private string Neighbours(GraphBuilder graph)
    {
        int window = (2 * Down.Radius) + 1, taps = window * window;
        float[] taken = new float[taps * taps];
        for (int tap = 0; tap < taps; tap++)
        {
            taken[(tap * taps) + tap] = 1;
        }

        string kernel = graph.Constant(TensorData.Adopt(taken, taps, 1, window, window), "mask/neighbour_of");
        string grid = graph.Add("Reshape", [Discs, graph.Constant([-1L, 1, Down.Nodes, Across.Nodes])], "mask/nodes");
        long[] pads = [Down.Padding, Across.Padding, Down.Padding, Across.Padding];
        string around = graph.Add("Conv", [grid, kernel], "mask/neighbours", ("kernel_shape", new long[] { window, window }), ("pads", pads));
        return graph.Add("Reshape", [around, graph.Constant([-1L, taps, Down.Middle * Across.Middle])], "mask/neighbour_places");
    }

    /// <summary>20 times the smooth maximum at the pixels of one phase: [N, 1, places].</summary>
    private string Phase(GraphBuilder graph, string neighbours, int down, int across)
    {
        string axis = graph.Constant([1L], "mask/taps");
        string cold = graph.Add("Mul", [neighbours, graph.Constant(Weights(down, across), "mask/discs_at")], "mask/cold");
        string powers = graph.Add("Exp", [cold], "mask/powers");
        string sum = graph.Add("ReduceSum", [graph.Add("Mul", [cold, powers], "mask/weighted"), axis], "mask/weighted_sum", ("keepdims", 1L));
        return graph.Add("Div", [sum, graph.Add("ReduceSum", [powers, axis], "mask/sum", ("keepdims", 1L))], "mask/smooth_maximum");
    }

    /// <summary>20·k of each neighbour for a pixel of a phase: [1, (2R + 1)², 1].</summary>
    private TensorData Weights(int down, int across)
    {
        int window = (2 * Down.Radius) + 1;
        float[] weights = new float[window * window];
        for (int tap = 0; tap < weights.Length; tap++)
        {
            double y = Down.Distance(down, (tap / window) - Down.Radius), x = Across.Distance(across, (tap % window) - Across.Radius);
            double beyond = Math.Max(0, (Math.Sqrt((y * y) + (x * x)) / _sigma) - 0.5);
            weights[tap] = (float)(Coldness * Math.Exp(-2 * beyond * beyond));
        }

        return TensorData.Adopt(weights, 1, weights.Length, 1);
    }

    private static string Cut(GraphBuilder graph, string value, string name, (int Start, int Size) down, (int Start, int Size) across)
    {
        long[] starts = [down.Start, across.Start], ends = [down.Start + down.Size, across.Start + across.Size];
        return graph.Add("Slice", [value, graph.Constant(starts), graph.Constant(ends), graph.Constant([2L, 3L])], name);
    }
}

/// <summary>
/// Nodes along one axis of <see cref="SmoothMaxMap"/>.
/// <code>
///   canvas   |--------|=========== picture ===========|--------|      margin = σ
///   nodes    ·  ·  ·  o  o  o  o  o  o  o  o  o  o  o  o  ·  ·  ·      o free, · 0 (padding)
/// </code>
/// </summary>
internal sealed class DiscAxis
{
    /// <summary>Lays nodes along an axis.</summary>
    /// <param name="size">Pixels of the picture.</param>
    /// <param name="step">Pixels between nodes.</param>
    /// <param name="sigma">σ in pixels.</param>
    public DiscAxis(int size, int step, double sigma)
    {
        (Size, Step) = (size, step);
        Nodes = (size + step - 1) / step;
        Margin = (int)Math.Round(sigma, MidpointRounding.ToEven);
        Radius = 1 + (int)Math.Ceiling(sigma / step);
        Padding = 1 + (int)Math.Ceiling(2 * sigma / step);
        // Where σ is no multiple of the step, a canvas of this size may end before the picture does.
        while (Canvas < Margin + size)
        {
            Padding++;
        }
    }

    /// <summary>Pixels of the picture.</summary>
    public int Size { get; }

    /// <summary>Pixels between nodes.</summary>
    public int Step { get; }

    /// <summary>Free nodes.</summary>
    public int Nodes { get; }

    /// <summary>Nodes of value 0 before the first and behind the last.</summary>
    public int Padding { get; }

    /// <summary>Nodes to each side of a pixel's own (the last that is not behind it) that are looked at.</summary>
    public int Radius { get; }

    /// <summary>Nodes that are some pixel's own.</summary>
    public int Middle => Nodes + (2 * Padding) - (2 * Radius);

    /// <summary>Pixels of the canvas: from the first such node to the last.</summary>
    public int Canvas => (Step * Middle) - Step + 1;

    /// <summary>Pixels of the canvas before the picture begins.</summary>
    public int Margin { get; }

    /// <summary>Pixels from a pixel to a node.</summary>
    /// <param name="phase">Which of the pixels of a node, from 0.</param>
    /// <param name="node">The node, counted from the pixel's own.</param>
    public int Distance(int phase, int node) => phase - (Step * node);
}

using System.Globalization;

namespace Unmask;

/// <summary>How rough a mask is: the mean of |difference of neighbours|^β, down and across added.</summary>
/// <param name="Power">β, at least 1.</param>
/// <param name="On">What is measured. Default the cells.</param>
/// <remarks>Source: Fong and Vedaldi, ICCV 2017, eq. 4, with means instead of sums.</remarks>
public sealed record TotalVariationTerm(double Power, MeasuredOn On = MeasuredOn.Parameters) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "total-variation";

    /// <inheritdoc/>
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"total variation {Power} {On}");

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var tensor = graph.Of(On);
        var (down, across) = tensor.Places(Name);
        return graph.Graph.Add("Add", [Along(down), Along(across)], "variation/sum");

        string Along(int axis) => graph.MeanOf(graph.AbsolutePower(graph.Differences(tensor, axis), Power), tensor.Sizes.Length);
    }
}

/// <summary>
/// Total variation that forgives the mask's edges where the picture has edges: the mean of exp(−|Δx|² ÷ σ)·|Δm|^β over the expanded mask, where |Δx|² is the mean over channels.
/// </summary>
/// <param name="Power">β, at least 1.</param>
/// <param name="Sigma">σ, in squared units of the model's input, above 0.</param>
/// <remarks>Source: Khorram, Lawson, Li, «iGOS++: integrated gradient optimized saliency by bilateral perturbations», CHIL 2021, eq. 11.</remarks>
public sealed record BilateralTotalVariationTerm(double Power, double Sigma) : ObjectiveTerm
{
    private const string EdgesDown = "unmask_edges_down";
    private const string EdgesAcross = "unmask_edges_across";

    /// <inheritdoc/>
    public override string Name => "bilateral-total-variation";

    /// <inheritdoc/>
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"bilateral total variation {Power}");

    /// <inheritdoc/>
    public override IReadOnlyList<TermFeed> Feeds(MaskTensor masks, MaskTensor canvas)
    {
        ArgumentNullException.ThrowIfNull(masks);
        var (down, across) = masks.Places(Name);
        int height = masks.Sizes[down - 1], width = masks.Sizes[across - 1];
        return
        [
            new(EdgesDown, [height - 1, width], [height - 1, width], (site, _) => Edges(site, 1, 0)),
            new(EdgesAcross, [height, width - 1], [height, width - 1], (site, _) => Edges(site, 0, 1)),
        ];
    }

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var (builder, tensor) = (graph.Graph, graph.Masks);
        var (down, across) = tensor.Places(Name);
        return builder.Add("Add", [Along(down, EdgesDown, -1, 0), Along(across, EdgesAcross, 0, -1)], "variation/sum");

        string Along(int axis, string edges, int lessDown, int lessAcross)
        {
            string rough = graph.AbsolutePower(graph.Differences(tensor, axis), Power);
            // Channels have one weight: any axis that is not of the picture has size 1 in the mask.
            string flat = builder.Add("Reshape", [rough, builder.Constant([-1L, tensor.Sizes[down - 1] + lessDown, tensor.Sizes[across - 1] + lessAcross])], "variation/flat");
            return graph.MeanOf(builder.Add("Mul", [flat, edges], "variation/forgiven"), 2);
        }
    }

    private float[] Edges(MaskSite site, int down, int across)
    {
        var layout = site.Layout;
        var (height, width) = layout.Spatial;
        float[] weights = new float[(height - down) * (width - across)];
        for (int place = 0; place < weights.Length; place++)
        {
            int y = place / (width - across), x = place % (width - across);
            double sum = 0;
            for (int channel = 0; channel < layout.Channels; channel++)
            {
                double step = site.Input.Values[layout.IndexOf(channel, y + down, x + across)] - site.Input.Values[layout.IndexOf(channel, y, x)];
                sum += step * step;
            }

            weights[place] = (float)Math.Exp(-sum / layout.Channels / Sigma);
        }

        return weights;
    }
}

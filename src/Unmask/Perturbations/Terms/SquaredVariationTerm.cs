using System.Globalization;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// How rough a mask is, by sums: Σ (difference of neighbours)², down and across, plus a price of Σ m² over its border, where masks like to hide. Sums grow with the mask's size; the same edge
/// in a mask of twice the side counts the same where it is blurred twice as wide.
/// </summary>
/// <param name="Border">What the four outermost rows and columns are multiplied by (corners count twice), 0 or more.</param>
/// <param name="On">What is measured. Default the masks.</param>
/// <remarks>Source: the released code of Dabkowski and Gal, «Real time image saliency for black box classifiers», NIPS 2017, with a border of 0.3; without, its eq. 3.</remarks>
public sealed record SquaredVariationTerm(double Border = 0, MeasuredOn On = MeasuredOn.Masks) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "squared-variation";

    /// <inheritdoc/>
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"squared variation {Border} {On}");

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var tensor = graph.Of(On);
        var (down, across) = tensor.Places(Name);
        string sum = graph.Graph.Add("Add", [Along(down), Along(across)], "variation/sum");
        return Border == 0 ? sum : graph.Graph.Add("Add", [sum, OfBorder(graph, tensor, down, across)], "variation/with_border");

        string Along(int axis) => graph.SumOf(graph.AbsolutePower(graph.Differences(tensor, axis), 2), tensor.Sizes.Length);
    }

    private string OfBorder(ObjectiveGraph graph, MaskTensor tensor, int down, int across)
    {
        int height = tensor.Sizes[down - 1], width = tensor.Sizes[across - 1];
        float[] weights = new float[height * width];
        for (int place = 0; place < weights.Length; place++)
        {
            var (row, column) = (place / width, place % width);
            // A single row is top and bottom at once.
            int lines = (row == 0 ? 1 : 0) + (row == height - 1 ? 1 : 0) + (column == 0 ? 1 : 0) + (column == width - 1 ? 1 : 0);
            weights[place] = (float)(Border * lines);
        }

        long[] sizes = [.. Enumerable.Range(1, tensor.Sizes.Length).Select(axis => axis == down ? height : axis == across ? width : 1L)];
        string border = graph.Graph.Constant(TensorData.Adopt(weights, [1, .. sizes]), "variation/border");
        return graph.SumOf(graph.Graph.Add("Mul", [graph.AbsolutePower(tensor.Name, 2), border], "variation/of_border"), tensor.Sizes.Length);
    }
}

/// <summary>The mean of (m + ε)^p: below a power of 1 small numbers cost nearly as much as large ones, so that a mask is either there or not.</summary>
/// <param name="Power">p, above 0.</param>
/// <param name="Offset">ε, above 0 where the power is below 1, so that the slope at 0 is finite.</param>
/// <param name="On">What is measured. Default the masks.</param>
/// <remarks>Source: the released code of Dabkowski and Gal, NIPS 2017, with the power 0.3 and ε = 5·10⁻⁴.</remarks>
public sealed record AreaPowerTerm(double Power, double Offset, MeasuredOn On = MeasuredOn.Masks) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "area-power";

    /// <inheritdoc/>
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"area power {Power} {Offset} {On}");

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var tensor = graph.Of(On);
        string shifted = graph.Graph.Add("Add", [tensor.Name, graph.Graph.Constant((float)Offset)], "area_power/shifted");
        return graph.MeanOf(graph.Graph.Add("Pow", [shifted, graph.Graph.Constant((float)Power)], "area_power/power"), tensor.Sizes.Length);
    }
}

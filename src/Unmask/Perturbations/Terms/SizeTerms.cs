using System.Globalization;
using Unmask.Graphs;

namespace Unmask;

/// <summary>The mean of |m − c|: how much of a mask is not c.</summary>
/// <param name="Toward">c: 1 for masks that shall keep, 0 for masks that shall hide.</param>
/// <param name="On">What is measured. Default the cells.</param>
public sealed record L1Term(float Toward, MeasuredOn On = MeasuredOn.Parameters) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "l1";

    /// <inheritdoc/>
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"l1 {Toward} {On}");

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var tensor = graph.Of(On);
        string apart = Toward == 0 ? tensor.Name : graph.Graph.Add("Sub", [tensor.Name, graph.Graph.Constant(Toward)], "l1/apart");
        return graph.MeanOf(graph.AbsolutePower(apart, 1), tensor.Sizes.Length);
    }
}

/// <summary>
/// The sum of m over cells, or of 1 − m, for masks within 0 and 1: each cell has the same price, however many there are. Unlike |m| it has a slope at its end too, so that a cell which is not
/// worth its price comes to rest there.
/// </summary>
/// <param name="OfReplaced">Whether what is replaced is counted instead of what is kept.</param>
public sealed record CountTerm(bool OfReplaced) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "count";

    /// <inheritdoc/>
    public override string Key => OfReplaced ? "count of replaced" : "count of kept";

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string cells = OfReplaced ? graph.Graph.Add("Sub", [graph.Graph.Constant(1f), graph.Parameters.Name], "count/replaced") : graph.Parameters.Name;
        return graph.SumOf(cells, graph.Parameters.Sizes.Length);
    }
}

/// <summary>The sum of β·|m − c| + (m − c)²: small, and mostly exactly c. Over cells the sum, not the mean.</summary>
/// <param name="Beta">β, 0 or more. A solver that shrinks (<see cref="MaskSolver.Fista"/>) takes the first part on itself; then 0.</param>
/// <param name="Toward">c.</param>
/// <param name="On">What is measured. Default the cells.</param>
/// <remarks>Source: Zou and Hastie, «Regularization and variable selection via the elastic net», JRSS B 2005; as an objective of explanations: Dhurandhar et al., NeurIPS 2018, eq. 1.</remarks>
public sealed record ElasticNetTerm(double Beta, float Toward = 0, MeasuredOn On = MeasuredOn.Parameters) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "elastic-net";

    /// <inheritdoc/>
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"elastic net {Beta} {Toward} {On}");

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var (builder, tensor) = (graph.Graph, graph.Of(On));
        string apart = Toward == 0 ? tensor.Name : builder.Add("Sub", [tensor.Name, builder.Constant(Toward)], "net/apart");
        string each = builder.Add("Mul", [apart, apart], "net/square");
        if (Beta > 0)
        {
            each = builder.Add("Add", [each, builder.Add("Mul", [builder.Add("Abs", [apart], "net/absolute"), builder.Constant((float)Beta)], "net/weighted")], "net/both");
        }

        return graph.SumOf(each, tensor.Sizes.Length);
    }
}

/// <summary>The mean of ½ − |m − ½|: 0 for a mask of zeros and ones, ½ where all is undecided.</summary>
/// <param name="On">What is measured. Default the cells.</param>
public sealed record BinaryTerm(MeasuredOn On = MeasuredOn.Parameters) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "binary";

    /// <inheritdoc/>
    public override string Key => $"binary {On}";

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var (builder, tensor) = (graph.Graph, graph.Of(On));
        string decided = builder.Add("Abs", [builder.Add("Sub", [tensor.Name, builder.Constant(0.5f)], "binary/apart")], "binary/decided");
        return graph.MeanOf(builder.Add("Sub", [builder.Constant(0.5f), decided], "binary/undecided"), tensor.Sizes.Length);
    }
}

/// <summary>The mean of the mask over a frame at the picture's border, where masks like to hide.</summary>
/// <param name="Width">The frame's width in cells (pixels), at least 1.</param>
/// <param name="On">What is measured. Default the masks.</param>
public sealed record BorderTerm(int Width = 1, MeasuredOn On = MeasuredOn.Masks) : ObjectiveTerm
{
    /// <inheritdoc/>
    public override string Name => "border";

    /// <inheritdoc/>
    public override string Key => $"border {Width} {On}";

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var tensor = graph.Of(On);
        var (down, across) = tensor.Places(Name);
        int height = tensor.Sizes[down - 1], width = tensor.Sizes[across - 1];
        float[] frame = new float[height * width];
        for (int place = 0; place < frame.Length; place++)
        {
            int nearest = Math.Min(Math.Min(place / width, height - 1 - (place / width)), Math.Min(place % width, width - 1 - (place % width)));
            frame[place] = nearest < Width ? 1 : 0;
        }

        float share = frame.Length / frame.Sum();
        long[] sizes = [.. Enumerable.Range(1, tensor.Sizes.Length).Select(axis => axis == down ? height : axis == across ? width : 1L)];
        string weights = graph.Graph.Constant(TensorData.Adopt(Array.ConvertAll(frame, value => value * share), [1, .. sizes]), "border/frame");
        return graph.MeanOf(graph.Graph.Add("Mul", [tensor.Name, weights], "border/mask"), tensor.Sizes.Length);
    }
}

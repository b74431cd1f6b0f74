using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// How far a mask is from a hard mask of a given area: the mean of (sorted mask − r)², where r has zeros, then as many ones as the area asks. One problem for each area.
/// </summary>
/// <param name="Areas">Areas as fractions of the canvas, each above 0 and below 1.</param>
/// <remarks>
/// <para>Since r is 0 or 1, Σ (s − r)² = Σ m² + Σ over the k largest of (1 − 2m): only the k largest must be found, and the derivative is that of sorting.</para>
/// <para>Source: Fong, Patrick, Vedaldi, ICCV 2019, eq. 4.</para>
/// </remarks>
public sealed record AreaTerm(ImmutableArray<double> Areas) : ObjectiveTerm
{
    private const string Largest = "unmask_area";

    /// <summary>
    /// The part of the whole input's score that a mask must keep (of sides that remove: take away), above 0 and at most 1, to count as reaching it: results mark the smallest area
    /// that does. Default <c>null</c>: none is marked.
    /// </summary>
    public double? Fraction
    {
        get;
        init
        {
            if (value is { } part)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(part, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(part, 1, nameof(value));
            }

            field = value;
        }
    }

    /// <inheritdoc/>
    public override string Name => "area";

    /// <inheritdoc/>
    public override int Variants => Areas.Length;

    /// <inheritdoc/>
    public override string Key => "area";

    /// <inheritdoc/>
    public override string VariantName(int variant) => $"area {SettingText.Of(Areas[variant % Areas.Length])}";

    /// <summary>The number of ones of an area: what ⌊count·(1 − area)⌋ zeros leave.</summary>
    public static int Ones(double area, int count) => count - (int)(count * (1 - area));

    /// <inheritdoc/>
    public override IReadOnlyList<TermFeed> Feeds(MaskTensor masks, MaskTensor canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        int count = canvas.Count, most = Areas.Max(area => Ones(area, count));
        return [new(Largest, [null], [most], (_, variant) =>
        {
            float[] ranks = new float[most];
            ranks.AsSpan(0, Ones(Areas[variant % Areas.Length], count)).Fill(1);
            return ranks;
        })];
    }

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var builder = graph.Graph;
        int count = graph.Canvas.Count;
        string flat = builder.Add("Reshape", [graph.Canvas.Name, builder.Constant([-1L, count])], "area/flat");
        string most = builder.Add("Shape", [Largest], "area/most", ("start", 1L), ("end", 2L));
        string largest = builder.AddNode("TopK", [flat, most], 2, "area/largest", ("axis", 1L), ("largest", 1L), ("sorted", 1L)).Outputs[0];
        string gains = builder.Add("Sub", [builder.Constant(1f), builder.Add("Mul", [largest, builder.Constant(2f)], "area/twice")], "area/gains");
        string axis = builder.Constant([1L]);
        string ones = builder.Add("ReduceSum", [builder.Add("Mul", [gains, Largest], "area/counted"), axis], "area/ones", ("keepdims", 0L));
        string squares = builder.Add("ReduceSum", [builder.Add("Mul", [flat, flat], "area/squares"), axis], "area/all", ("keepdims", 0L));
        return builder.Add("Mul", [builder.Add("Add", [squares, ones], "area/sum"), builder.Constant(1f / count)], "area/mean");
    }

    /// <inheritdoc/>
    public bool Equals(AreaTerm? other) => other is not null && base.Equals(other) && Fraction == other.Fraction && Areas.AsSpan().SequenceEqual(other.Areas.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Areas.Length, Fraction);
}

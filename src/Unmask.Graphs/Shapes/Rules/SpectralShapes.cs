namespace Unmask.Graphs;

/// <summary>Fourier transforms. The last axis holds the real and the imaginary part.</summary>
internal static class SpectralShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Transform, "DFT")
        .Add(ShortTime, "STFT");

    private static void Transform(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { Rank: >= 2 } x)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        // Since opset 20 the axis is an input.
        long? axis = node.Has(2) ? node.ContentsOf(2)?.Single.Integer : node.Node.Int("axis", node.Opset is > 0 and < 20 ? 1 : -2);
        if (axis is not { } known)
        {
            node.Set(0, node.ElementOf(0), new(new Dimension[x.Rank]));
            return;
        }

        bool oneSided = node.Node.Int("onesided", 0) != 0;
        bool inverse = node.Node.Int("inverse", 0) != 0;
        int along = node.Axis(known, x.Rank);
        var length = node.Has(1) ? node.ContentsOf(1)?.Single.Whole : node.Symbols.SizeOf(x[along]);
        bool uncertain = oneSided && inverse;
        var y = x.With(along, uncertain ? Dimension.Unknown : node.Symbols.AxisOf(oneSided ? Half(length) : length));
        node.Set(0, node.ElementOf(0), y.With(x.Rank - 1, uncertain ? Dimension.Unknown : 2));
    }

    private static SizeExpression? Half(SizeExpression? length) => length is null ? null : length.FloorDivide(2) + 1;

    private static void ShortTime(ShapeContext node)
    {
        var signal = node.Symbols.SizeOf(node.AxisOf(0, 1));
        var step = node.ContentsOf(1)?.Single.Integer;
        var frame = node.Has(3) ? node.ContentsOf(3)?.Single.Whole : node.Symbols.SizeOf(node.AxisOf(2, 0));
        var frames = signal is not null && frame is not null && step is { } hop and > 0 ? (signal - frame).FloorDivide(hop) + 1 : null;
        var bins = node.Node.Int("onesided", 1) != 0 ? Half(frame) : frame;
        node.Set(0, node.ElementOf(0), new(node.AxisOf(0, 0), node.Symbols.AxisOf(frames), node.Symbols.AxisOf(bins), 2));
    }
}

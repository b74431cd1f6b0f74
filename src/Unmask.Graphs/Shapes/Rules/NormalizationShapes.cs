namespace Unmask.Graphs;

/// <summary>Normalisations that have parameters or several outputs; those of one tensor are elementwise as far as shapes go.</summary>
internal static class NormalizationShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Batch, "BatchNormalization")
        .Add(Channelwise, "InstanceNormalization")
        .Add(ElementwiseShapes.SameAsInput, "GroupNormalization RMSNormalization")
        .Add(Layer, "LayerNormalization");

    private static void Batch(ShapeContext node)
    {
        CheckChannels(node, 4);
        node.Set(0, node.TypeOf(0));
        for (int i = 1; i < node.Node.Outputs.Length; i++)
        {
            node.Set(i, node.ElementOf(3), new(node.Same(node.AxisOf(3, 0), node.AxisOf(0, 1), "the channels")));
        }
    }

    private static void Channelwise(ShapeContext node)
    {
        CheckChannels(node, 2);
        node.Set(0, node.TypeOf(0));
    }

    private static void CheckChannels(ShapeContext node, int parameters)
    {
        var channels = node.ShapeOf(0) is { Rank: 1 } ? Dimension.Of(1) : node.AxisOf(0, 1);
        for (int i = 1; i <= parameters; i++)
        {
            node.Same(channels, node.AxisOf(i, 0), $"the number of channels and the length of parameter {i}");
        }
    }

    private static void Layer(ShapeContext node)
    {
        node.Set(0, node.TypeOf(0));
        Shape? statistics = null;
        if (node.ShapeOf(0) is { } x)
        {
            int axis = node.Axis(node.Node.Int("axis", -1), x.Rank);
            Broadcasting.Of(node, new(x.Axes[axis..]), node.ShapeOf(1));
            statistics = new([.. x.Select((size, i) => i < axis ? size : 1)]);
        }

        var element = (ElementType)node.Node.Int("stash_type", 1);
        node.Set(1, element, statistics);
        node.Set(2, element, statistics);
    }
}

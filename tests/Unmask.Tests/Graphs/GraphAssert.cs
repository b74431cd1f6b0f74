using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

/// <summary>Compares graphs: everything that is printed, everything that is not, and the bytes of every constant.</summary>
internal static class GraphAssert
{
    public static void Same(Graph expected, Graph actual)
    {
        Assert.Equal(GraphPrinter.Print(expected), GraphPrinter.Print(actual));
        Assert.Equal(expected.IrVersion, actual.IrVersion);
        Assert.Equal(expected.Producer, actual.Producer);
        Assert.Equal(expected.Documentation, actual.Documentation);
        Assert.Equal(expected.ModelDomain, actual.ModelDomain);
        Assert.Equal(expected.ModelVersion, actual.ModelVersion);
        SameContents(expected, actual);
    }

    private static void SameContents(Graph expected, Graph actual)
    {
        Assert.Equal(expected.Constants.Count, actual.Constants.Count);
        foreach (var (name, tensor) in expected.Constants)
        {
            Same(name, tensor, actual.Constants[name]);
        }

        foreach (var (one, other) in expected.Nodes.Zip(actual.Nodes))
        {
            Assert.Equal(one.Documentation, other.Documentation);
            Assert.Equal([.. one.Metadata], other.Metadata.ToArray());
            foreach (var (name, attribute) in one.Attributes)
            {
                Same($"{one.Name}/{name}", attribute, other.Attributes[name]);
            }
        }
    }

    private static void Same(string name, NodeAttribute expected, NodeAttribute actual)
    {
        switch (expected, actual)
        {
            case (NodeAttribute.Tensor one, NodeAttribute.Tensor other):
                Same(name, one.Value, other.Value);
                break;
            case (NodeAttribute.Subgraph one, NodeAttribute.Subgraph other):
                SameContents(one.Value, other.Value);
                break;
            case (NodeAttribute.Floats one, NodeAttribute.Floats other):
                Assert.Equal([.. one.Values], other.Values.ToArray());
                break;
        }
    }

    private static void Same(string name, TensorData expected, TensorData actual)
    {
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal([.. expected.Dimensions], actual.Dimensions.ToArray());
        Assert.True(expected.Bytes.Span.SequenceEqual(actual.Bytes.Span), $"the bytes of {name} differ");
        Assert.Equal([.. expected.Strings], actual.Strings.ToArray());
    }
}

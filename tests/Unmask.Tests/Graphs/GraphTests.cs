using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void A_builder_gives_unique_names()
    {
        var builder = new GraphBuilder("test");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2));
        string first = builder.Add("Relu", [x]);
        string second = builder.Add("Relu", [first]);
        Assert.Equal(["Relu", "Relu_1"], builder.Build().Nodes.Select(node => node.Name));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Adopted_memory_is_seen_as_bytes_without_a_copy()
    {
        float[] values = [1, 2, 3];
        var tensor = TensorData.Adopt(values, 3);
        values[1] = 5;
        Assert.Equal([1f, 5f, 3f], tensor.AsSpan<float>().ToArray());
        Assert.Equal(12, tensor.Bytes.Length);
        Assert.Throws<InvalidOperationException>(() => tensor.AsSpan<int>().ToArray());
    }
}

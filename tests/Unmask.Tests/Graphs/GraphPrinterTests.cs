using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class GraphPrinterTests
{
    [Fact]
    public void A_graph_is_shown_one_node_a_line()
    {
        var builder = new GraphBuilder("shown");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        string shape = builder.Constant([0L, -1L], "shape");
        string bias = builder.Constant(TensorData.Vector(0.1f, 2, 3, 4, 5, 6, 7, 8, 9), "a bias");
        var split = builder.AddNode("Split", [x], 2, "split", ("num_outputs", 2), ("note", "a\tb"));
        string flat = builder.Add("Reshape", [split.Outputs[0], shape], "flat");
        builder.AddNode(new Node("clip", "Clip", [flat, "", bias], ["y"]) { Domain = "com.test" });
        builder.Output("y", ElementType.Float32, null);
        var graph = builder.Build();
        graph = graph with { Opsets = graph.Opsets.Add("com.test", 1), Metadata = graph.Metadata.Add("who", "me") };
        Assert.Equal(
            """
            graph "shown" opset 20 com.test 1
              metadata "who" = "me"
              input x: Float32[N, 3]
              constant "a bias": Float32[9] (0.1, 2, 3, 4, 5, 6, 7, 8, …)
              constant shape: Int64[2] (0, -1)
              [split] split_out0, split_out1 = Split(x) {note="a\tb", num_outputs=2}
              [flat] flat_out = Reshape(split_out0, shape)
              [clip] y: Float32[…] = com.test.Clip(flat_out, "", "a bias")
              output y: Float32[…]

            """,
            GraphPrinter.Print(graph));
    }

    [Theory]
    [InlineData(ElementType.Float16, "003C00C0", "Float16[2] (1, -2)")]
    [InlineData(ElementType.BFloat16, "803F00C0", "BFloat16[2] (1, -2)")]
    [InlineData(ElementType.Int8, "FF01", "Int8[2] (-1, 1)")]
    [InlineData(ElementType.UInt8, "FF01", "UInt8[2] (255, 1)")]
    [InlineData(ElementType.Bool, "0001", "Bool[2] (false, true)")]
    [InlineData(ElementType.Int4, "E1", "Int4[2] (0x1, 0xE)")]
    [InlineData(ElementType.UInt2, "0E", "UInt2[2] (0x2, 0x3)")]
    [InlineData(ElementType.Float8E5M2, "3CC0", "Float8E5M2[2] (0x3C, 0xC0)")]
    [InlineData(ElementType.Int16, "FEFF0100", "Int16[2] (-2, 1)")]
    [InlineData(ElementType.UInt16, "FEFF0100", "UInt16[2] (65534, 1)")]
    [InlineData(ElementType.UInt32, "FEFFFFFF01000000", "UInt32[2] (4294967294, 1)")]
    public void Values_of_every_type_are_shown(ElementType type, string bytes, string expected) =>
        Assert.Equal(expected, TensorText.Show(TensorData.FromBytes(type, [2], Convert.FromHexString(bytes))));
}

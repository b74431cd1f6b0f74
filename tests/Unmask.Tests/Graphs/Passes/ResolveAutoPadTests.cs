using Unmask.Graphs;
using Unmask.Tests.Autodiff;

namespace Unmask.Tests.Graphs.Passes;

public sealed class ResolveAutoPadTests
{
    [Fact]
    public void Padding_that_was_named_and_padding_in_numbers_are_the_same()
    {
        int resolved = 0;
        foreach (string mode in new[] { "SAME_UPPER", "SAME_LOWER", "VALID" })
        {
            foreach (long stride in new[] { 1L, 2, 3 })
            {
                foreach (string opType in new[] { "Conv", "ConvTranspose", "AveragePool" })
                {
                    var builder = new GraphBuilder("padded");
                    string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4, 9, 8));
                    string[] inputs = opType == "AveragePool" ? [x] : [x, SmallNets.Weights(builder, "w", 1, 4, 4, 3, 4)];
                    string y = builder.Add(opType, inputs, "node", ("kernel_shape", (long[])[3, 4]), ("strides", (long[])[stride, 2]), ("auto_pad", mode));
                    builder.Output(y, ElementType.Float32, null);
                    var graph = builder.Build();
                    var written = ResolveAutoPad.Run(graph);
                    Assert.False(written.Nodes[0].Attributes.ContainsKey("auto_pad"));
                    Equivalence.AssertSame(graph, written, 1e-6);
                    resolved++;
                }
            }
        }

        Assert.Equal(27, resolved);
    }

    [Fact]
    public void An_output_shape_becomes_padding()
    {
        var builder = new GraphBuilder("stated");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2, 4, 5));
        string y = builder.Add("ConvTranspose", [x, SmallNets.Weights(builder, "w", 1, 2, 3, 3, 3)], "node", ("strides", (long[])[2, 2]), ("output_shape", (long[])[8, 10]));
        builder.Output(y, ElementType.Float32, null);
        Equivalence.AssertSame(builder.Build(), ResolveAutoPad.Run(builder.Build()), 1e-6);
    }

    [Fact]
    public void What_depends_on_an_unknown_size_stays()
    {
        var builder = new GraphBuilder("unknown");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2, Dimension.Named("H"), Dimension.Named("W")));
        string y = builder.Add("Conv", [x, SmallNets.Weights(builder, "w", 1, 3, 2, 3, 3)], "node", ("strides", (long[])[2, 2]), ("auto_pad", "SAME_UPPER"));
        builder.Output(y, ElementType.Float32, null);
        Assert.Equal("SAME_UPPER", ResolveAutoPad.Run(builder.Build()).Nodes[0].Text("auto_pad", ""));
    }
}

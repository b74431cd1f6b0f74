using Unmask.Tests.Support;
using Unmask.WhiteBox;

namespace Unmask.Tests.WhiteBox;

/// <summary>Attention flow: the maximum flow is the smallest cut.</summary>
public sealed class AttentionFlowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_flow_is_the_smallest_of_all_cuts(ulong seed)
    {
        const int tokens = 3, blocks = 3;
        var random = Rng.At(seed, 0);
        TokenMatrix[] blocksFromBehind = [.. Enumerable.Range(0, blocks).Select(_ => Filled(tokens, () => random.NextInt32(3) == 0 ? 0 : random.NextDouble()))];
        double[] sources = [random.NextDouble(), seed % 2 == 0 ? 0 : random.NextDouble(), random.NextDouble()];
        for (int sink = 0; sink < tokens; sink++)
        {
            double smallest = Enumerable.Range(0, 1 << ((blocks + 1) * tokens)).Where(cut => (cut >> ((blocks * tokens) + sink) & 1) == 0).Min(cut => WidthOf(cut, blocksFromBehind, sources));
            Assert.Equal(smallest, new LayeredFlow(blocksFromBehind).To(sink, sources), 1e-9);
        }
    }

    [Fact]
    public void Of_one_block_it_is_the_row_and_of_two_what_the_narrower_edges_carry()
    {
        var behind = Filled(2, [0.7, 0.3, 0.1, 0.9]);
        Assert.Equal(0.3, new LayeredFlow([behind]).To(1, [1, 0]), 1e-12);
        // From token 0 over itself at most 0.2, over the other at most 0.3.
        Assert.Equal(0.2 + 0.3, new LayeredFlow([behind, Filled(2, [0.8, 0.2, 0.4, 0.6])]).To(1, [1, 0]), 1e-12);
        Assert.Equal(0.7 + 0.3, new LayeredFlow([behind, Filled(2, [0.8, 0.2, 0.4, 0.6])]).To(0, [1, 0]), 1e-12);
    }

    [Fact]
    public void It_runs_over_half_the_attention_and_half_the_residual_connection()
    {
        var net = new TinyTransformer(Form.MatMul, "first");
        using var model = net.Load();
        var attention = net.Evaluate().Attention;
        TokenMatrix[] blocks = [.. Enumerable.Range(0, TinyTransformer.Blocks).Reverse().Select(block => Filled(TinyTransformer.Tokens, [.. Enumerable.Range(0, TinyTransformer.Tokens * TinyTransformer.Tokens)
            .Select(at => (Query: at / TinyTransformer.Tokens, Key: at % TinyTransformer.Tokens))
            .Select(at => 0.5 * (Enumerable.Range(0, TinyTransformer.Heads).Average(head => attention[block, head, at.Query, at.Key]) + (at.Query == at.Key ? 1 : 0)))]))];
        float[] expected = [.. Enumerable.Range(0, TinyTransformer.Tokens).Select(token => (float)new LayeredFlow(blocks).To(token, [1, 0, 0, 0, 0]))];
        var found = new AttentionFlow(model).Explain(TinyTransformer.Input(model), Target.Class(0));
        Near.Equal(expected, found.ToArray(), 1e-5, "flow");
        Assert.All(found.ToArray().Zip(new AttentionRollout(model).Explain(TinyTransformer.Input(model), Target.Class(0)).ToArray()), pair => Assert.True(pair.First >= pair.Second - 1e-5));
    }

    private static TokenMatrix Filled(int size, Func<double> value) => Filled(size, [.. Enumerable.Range(0, size * size).Select(_ => value())]);

    private static TokenMatrix Filled(int size, double[] values)
    {
        var matrix = new TokenMatrix(size, size);
        for (int i = 0; i < values.Length; i++)
        {
            matrix[i / size, i % size] = values[i];
        }

        return matrix;
    }

    /// <summary>What all edges carry that lead out of the source's side, of which a bit says which nodes are on it.</summary>
    private static double WidthOf(int cut, TokenMatrix[] blocks, double[] sources)
    {
        int tokens = sources.Length;
        bool Inside(int level, int token) => (cut >> ((level * tokens) + token) & 1) == 1;
        double width = 0;
        for (int token = 0; token < tokens; token++)
        {
            width += Inside(0, token) ? 0 : sources[token];
            for (int level = 0; level < blocks.Length && tokens > 0; level++)
            {
                for (int other = 0; other < tokens; other++)
                {
                    width += Inside(level, token) && !Inside(level + 1, other) ? blocks[level][token, other] : 0;
                }
            }
        }

        return width;
    }
}

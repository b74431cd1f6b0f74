using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>What AttnLRP and CP-LRP promise of attention, normalisation and curved activations, on one transformer block without biases.</summary>
public sealed class AttentionRuleTests
{
    private const int Tokens = 5;
    private const int Width = 8;

    private static TensorData X { get; } = SmallNets.Values(3, 1, Tokens, Width);

    private static TensorData Seed { get; } = TensorData.Adopt(new[] { 0f, 1 }, 1, 2);

    [Fact]
    public void Cp_lrp_conserves_the_score_at_every_cut()
    {
        var graph = Block();
        double score = Score(graph);
        foreach (string cut in (string[])["x", "norm", "v", "mixed", "residual", "gelu"])
        {
            Assert.Equal(score, cut is "v" or "mixed" or "norm" or "gelu" ? SumOfAll(graph, Composites.CpLrp, cut) : Sum(graph, Composites.CpLrp, cut), 1e-4 * Math.Max(1, Math.Abs(score)));
        }
    }

    [Fact]
    public void Attention_weights_are_constants_for_cp_lrp_and_half_of_the_product_for_attn_lrp()
    {
        var graph = Block();
        double mixed = Sum(graph, Composites.AttnLrp, "mixed");
        Assert.Equal(mixed / 2, Sum(graph, Composites.AttnLrp, "v", "weights"), 1e-5);
        Assert.Equal(mixed / 2, Sum(graph, Composites.AttnLrp, "weights", "v"), 1e-5);
        Assert.Equal(Sum(graph, Composites.AttnLrp, "q", "k", "v"), Sum(graph, Composites.AttnLrp, "k", "q", "v"), 1e-5);
        Assert.Equal(Sum(graph, Composites.CpLrp, "mixed"), Sum(graph, Composites.CpLrp, "v", "weights"), 1e-5);
        Assert.Equal(0, Sum(graph, Composites.CpLrp, "weights", "v"), 1e-7);
    }

    [Fact]
    public void Softmax_passes_the_derivative_for_attn_lrp()
    {
        // R_x = x ⊙ (R − y ΣR): Achtibat et al. 2024, eq. 13.
        var graph = Block();
        float[] scores = Values(graph, "scores"), weights = Values(graph, "weights"), above = Of(graph, Composites.AttnLrp, "weights", "v"), below = Of(graph, Composites.AttnLrp, "scores", "v");
        for (int row = 0; row < Tokens; row++)
        {
            double sum = Enumerable.Range(0, Tokens).Sum(i => (double)above[(row * Tokens) + i]);
            for (int i = row * Tokens; i < (row + 1) * Tokens; i++)
            {
                Assert.Equal(scores[i] * (above[i] - (weights[i] * sum)), below[i], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData("cp-lrp")]
    [InlineData("attn-lrp")]
    [InlineData("lrp-0")]
    public void Written_out_or_as_one_operator_gives_the_same_map(string rules)
    {
        float[] one = RelevanceRun.Of(Block(), RuleSet.Parse(rules), X, Seed, "x");
        float[] other = RelevanceRun.Of(Block(writtenOut: true), RuleSet.Parse(rules), X, Seed, "x");
        Near.Equal(one, other, 1e-4 * one.Max(MathF.Abs), rules);
    }

    private static double Sum(Graph graph, Composite composite, string cut, params string[] others) => Of(graph, composite, cut, others).Sum(value => (double)value);

    // What runs beside the cut holds the rest: the residual branches.
    private static double SumOfAll(Graph graph, Composite composite, string cut) => cut == "gelu"
        ? Sum(graph, composite, "gelu", "residual") + Skip(graph, composite, "residual", "gelu")
        : Sum(graph, composite, cut, "x") + Skip(graph, composite, "x", cut);

    // The relevance of a value that does not pass the cut: all of it, less what the cut hands on to it.
    private static double Skip(Graph graph, Composite composite, string value, string cut) => Sum(graph, composite, value) - Sum(graph, composite, cut, value);

    private static float[] Of(Graph graph, Composite composite, string cut, params string[] others)
    {
        string[] cuts = [cut, .. others];
        var program = Gradient.Build(graph, "y", cuts, new() { Rules = Composites.Complete(composite), Expose = [.. cuts.Where(name => name != "x")] });
        return RelevanceRun.Of(program, new Dictionary<string, TensorData> { ["x"] = X }, Seed, cut);
    }

    private static double Score(Graph graph) => Derivative.Run(Gradient.Build(graph, "y", ["x"]), new Dictionary<string, TensorData> { ["x"] = X }, Seed)[0].AsSpan<float>()[1];

    private static float[] Values(Graph graph, string name)
    {
        using var session = Unmask.Runtime.Session.FromGraph(ExposeValues.Run(graph with { Outputs = [] }, [name]));
        return session.Run(new Dictionary<string, TensorData> { ["x"] = X })[0].AsSpan<float>().ToArray();
    }

    /// <summary>x + attention(norm(x)), then + gelu(…), mean over tokens, a classifier.</summary>
    private static Graph Block(bool writtenOut = false)
    {
        var b = new GraphBuilder("block");
        string x = b.Input("x", ElementType.Float32, Shape.Of(1, Tokens, Width));
        string norm = Named(b, "norm", Norm(b, x, writtenOut));
        string q = Named(b, "q", Dense(b, norm, 2)), k = Named(b, "k", Dense(b, norm, 3)), v = Named(b, "v", Dense(b, norm, 4));
        string product = b.Add("MatMul", [q, b.Add("Transpose", [k], null, ("perm", (long[])[0, 2, 1]))]);
        string scores = Named(b, "scores", b.Add("Div", [product, b.Constant(1.7f)]));
        string weights = Named(b, "weights", b.Add("Softmax", [scores], null, ("axis", -1L)));
        string mixed = Named(b, "mixed", b.Add("MatMul", [weights, v]));
        string residual = Named(b, "residual", b.Add("Add", [x, Dense(b, mixed, 5)]));
        string hidden = Named(b, "gelu", Gelu(b, Dense(b, residual, 6), writtenOut));
        string sum = b.Add("Add", [residual, Dense(b, hidden, 7)]);
        string pooled = b.Add("ReduceMean", [sum, b.Constant([1L])], null, ("keepdims", 0L));
        b.OutputAs(b.Add("MatMul", [pooled, SmallNets.Weights(b, "head", 8, Width, 2)]), "y", ElementType.Float32, Shape.Of(1, 2));
        return b.Build();
    }

    private static string Named(GraphBuilder b, string name, string value) => b.AddNode(new Node($"{name}_node", "Identity", [value], [name])).Outputs[0];

    private static string Dense(GraphBuilder b, string x, ulong seed) => b.Add("MatMul", [x, SmallNets.Weights(b, $"w{seed}", seed, Width, Width)]);

    private static string Norm(GraphBuilder b, string x, bool writtenOut)
    {
        string gamma = SmallNets.Weights(b, "gamma", 1, Width);
        if (!writtenOut)
        {
            return b.Add("LayerNormalization", [x, gamma], null, ("axis", -1L), ("epsilon", 1e-5f));
        }

        string axes = b.Constant([-1L]);
        string centred = b.Add("Sub", [x, b.Add("ReduceMean", [x, axes])]);
        string variance = b.Add("ReduceMean", [b.Add("Pow", [centred, b.Constant(2f)]), axes]);
        string sigma = b.Add("Sqrt", [b.Add("Add", [variance, b.Constant(1e-5f)])]);
        return b.Add("Mul", [b.Add("Div", [centred, sigma]), gamma]);
    }

    private static string Gelu(GraphBuilder b, string x, bool writtenOut) => !writtenOut ? b.Add("Gelu", [x])
        : b.Add("Mul", [b.Add("Mul", [x, b.Add("Add", [b.Add("Erf", [b.Add("Div", [x, b.Constant(1.4142135f)])]), b.Constant(1f)])]), b.Constant(0.5f)]);
}

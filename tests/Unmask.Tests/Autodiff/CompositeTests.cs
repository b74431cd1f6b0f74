using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>What holds for rule sets on whole networks: identities, conservation at every cut, selectors, texts and refusals.</summary>
public sealed class CompositeTests
{
    /// <summary>Two convolutions without biases, each with tanh behind it, the mean, and a dense layer of two classes.</summary>
    private static Graph Narrow()
    {
        var builder = new GraphBuilder("narrow");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 2, 4, 4));
        string one = builder.Add("Tanh", [builder.Add("Conv", [x, SmallNets.Weights(builder, "w1", 3, 3, 2, 1, 1)])]);
        string two = builder.Add("Tanh", [builder.Add("Conv", [one, SmallNets.Weights(builder, "w2", 4, 3, 3, 1, 1)])]);
        builder.AddNode(new Node("pool", "Flatten", [builder.Add("GlobalAveragePool", [two])], ["pooled"]));
        builder.OutputAs(builder.Add("MatMul", ["pooled", SmallNets.Weights(builder, "head", 5, 3, 2)]), "y", ElementType.Float32, Shape.Of(1, 2));
        return builder.Build();
    }

    private static readonly string[] Cuts = ["x", "act1_out", "add_out", "act2_out", "pool_out", "act3_out", "gap_out"];

    private static TensorData Seed { get; } = TensorData.Adopt(new[] { 0f, 1, 0, 0 }, 1, 4);

    private static TensorData X { get; } = SmallNets.Values(5, 1, 3, 9, 9);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lrp_0_is_gradient_times_input_on_rectifier_networks_with_biases(bool maxPool)
    {
        var graph = SmallNets.ConvNet("Relu", maxPool);
        float[] expected = RelevanceRun.Of(graph, RuleSet.Gradient, X, Seed, "x");
        Near.Equal(expected, RelevanceRun.Of(graph, RuleSet.Relevance, X, Seed, "x"), 1e-5 * expected.Max(MathF.Abs), "lrp-0");
        Near.Equal(expected, RelevanceRun.Of(graph, RelevanceRun.Everywhere("epsilon(0)"), X, Seed, "x"), 1e-5 * expected.Max(MathF.Abs), "epsilon(0)");
    }

    [Theory]
    [InlineData("epsilon(0)")]
    [InlineData("epsilon(1e-6)")]
    [InlineData("gamma(0.25)")]
    [InlineData("zplus")]
    public void Relevance_is_conserved_at_every_cut_without_biases(string rule)
    {
        var graph = WithoutBiases(SmallNets.ConvNet("Relu", channels: 24));
        double score = RelevanceRun.Of(graph, RuleSet.Gradient, X, Seed, "gap_out").Sum();
        var rules = RelevanceRun.Everywhere(rule);
        foreach (string cut in Cuts)
        {
            Assert.Equal(score, RelevanceRun.Of(graph, rules, X, Seed, cut).Sum(), 2e-3 * Math.Max(1, Math.Abs(score)));
        }
    }

    // Under tanh, whose values have either sign, few channels leave many units without a contribution of one sign.
    [Theory]
    [InlineData("zplus(no-bias)", false)]
    [InlineData("zplus(no-bias,dead=epsilon)", true)]
    [InlineData("alphabeta(2,1,no-bias)", false)]
    [InlineData("alphabeta(2,1,no-bias,dead=epsilon)", true)]
    public void Units_without_contributions_of_one_sign_lose_relevance_unless_they_follow_epsilon(string rule, bool conserves)
    {
        var graph = Narrow();
        TensorData x = SmallNets.Values(5, 1, 2, 4, 4), seed = TensorData.Adopt(new[] { 1f, 0 }, 1, 2);
        double score = RelevanceRun.Of(graph, RuleSet.Gradient, x, seed, "pooled").Sum();
        double found = RelevanceRun.Of(graph, Composite.Parse($"Conv:{rule};dense:epsilon(0);activation:pass").Over(RuleSet.Relevance), x, seed, "x").Sum();
        Assert.True(conserves ? Math.Abs(found - score) < 1e-3 * Math.Abs(score) : Math.Abs(found - score) > 0.05 * Math.Abs(score), $"{rule}: {found} of {score}");
    }

    [Fact]
    public void Sums_of_what_is_not_positive_are_shared_in_proportion_where_dead_units_follow_epsilon()
    {
        var builder = new GraphBuilder("sum");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 3)), other = builder.Input("other", ElementType.Float32, Shape.Of(1, 3));
        builder.OutputAs(builder.Add("Add", [x, other]), "y", ElementType.Float32, Shape.Of(1, 3));
        var feeds = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new[] { -1f, 2, -3 }, 1, 3), ["other"] = TensorData.Adopt(new[] { -2f, -4, 6 }, 1, 3) };
        float[] Shares(string rule) => RelevanceRun.Of(Gradient.Build(builder.Build(), "y", ["x", "other"], new() { Rules = RelevanceRun.Everywhere(rule) }), feeds, TensorData.Adopt(new[] { 1f, 1, 1 }, 1, 3), "x");
        Near.Equal([0, -2, 0], Shares("excitation"), 1e-6, "lost");
        Near.Equal([-1, -2, 0], Shares("excitation(dead=epsilon)"), 1e-6, "shared");
    }

    [Fact]
    public void Dead_units_are_part_of_a_rules_text()
    {
        foreach (string text in (string[])["zplus(dead=epsilon)", "zplus(no-bias,dead=epsilon)", "alphabeta(2,1,dead=epsilon)", "alphabeta(2,1,no-bias,dead=epsilon)", "excitation(dead=epsilon)"])
        {
            Assert.Equal(text, NodeRule.Parse(text).Name);
        }

        Assert.Equal("conv:zplus(dead=epsilon);dense:epsilon(1e-06)", Composites.EpsilonPlus.WithDeadUnits(DeadUnits.Epsilon).Text);
        Assert.Equal("epsilon-plus", Composites.EpsilonPlus.WithDeadUnits(DeadUnits.Epsilon).Name);
        Assert.Contains("zplus, alphabeta and excitation", Assert.Throws<ArgumentException>(() => NodeRule.Parse("gamma(0.25,dead=epsilon)")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alpha_beta_conserves_where_units_have_contributions_of_both_signs()
    {
        var graph = WhiteBox.SmallNets.Pooled(biases: false);
        TensorData x = SmallNets.Values(5, 1, 3, 16, 16), seed = TensorData.Adopt(new[] { 0f, 1, 0 }, 1, 3);
        double score = RelevanceRun.Of(graph, RuleSet.Gradient, x, seed, "maps_out").Sum();
        foreach (string cut in (string[])["x", "first_relu_out", "maps_out"])
        {
            Assert.Equal(score, RelevanceRun.Of(graph, Composite.Parse("conv:alphabeta(2,1)").Over(RuleSet.Relevance), x, seed, cut).Sum(), 5e-3 * Math.Abs(score));
        }
    }

    [Theory]
    [InlineData("flat")]
    [InlineData("wsquare")]
    [InlineData("zbox(-1,1)")]
    public void The_first_layer_conserves_what_arrives(string rule)
    {
        var graph = WithoutBiases(SmallNets.ConvNet("Relu"));
        var rules = Composite.Parse($"first:{rule};linear:epsilon(0)").Over(RuleSet.Relevance);
        Assert.Equal(RelevanceRun.Of(graph, rules, X, Seed, "act1_out").Sum(), RelevanceRun.Of(graph, rules, X, Seed, "x").Sum(), 1e-4);
    }

    [Fact]
    public void Excitation_shares_are_probabilities_and_the_contrast_adds_up_to_zero()
    {
        var graph = WithoutBiases(SmallNets.ConvNet("Relu", channels: 24));
        foreach (string cut in Cuts[1..])
        {
            float[] shares = RelevanceRun.Of(graph, Composites.Complete(Composites.Excitation), X, Seed, cut);
            Assert.All(shares, share => Assert.True(share >= 0));
            Assert.Equal(1, shares.Sum(), 1e-4);
            float[] contrast = RelevanceRun.Of(graph, Composites.Complete(Composites.ContrastiveExcitation), X, Seed, cut);
            Assert.Equal(0, contrast.Sum(), 1e-4);
            Assert.Contains(contrast, value => value < -1e-4);
        }
    }

    [Theory]
    [InlineData("epsilon-plus")]
    [InlineData("epsilon-alpha2-beta1-flat")]
    [InlineData("epsilon-gamma-box")]
    [InlineData("deep-taylor-unbounded")]
    public void Batch_normalisation_may_be_folded_or_not(string composite)
    {
        var graph = SmallNets.ConvNet("Relu");
        var rules = Composites.Complete(Composite.Parse(composite).WithBounds([-1], [1]));
        float[] expected = RelevanceRun.Of(FoldBatchNormalization.Run(graph), rules, X, Seed, "x");
        Near.Equal(expected, RelevanceRun.Of(graph, rules, X, Seed, "x"), 1e-4 * expected.Max(MathF.Abs), composite);
    }

    [Fact]
    public void Deconvnet_does_not_look_at_the_picture_without_pooling_by_maxima()
    {
        var graph = SmallNets.ConvNet("Relu", maxPool: false);
        var program = Gradient.Build(graph, "y", ["x"], new() { Rules = Composites.Complete(Composites.Deconvnet) });
        var one = Derivative.Run(program, new Dictionary<string, TensorData> { ["x"] = X }, Seed)[1];
        var other = Derivative.Run(program, new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(99, 1, 3, 9, 9) }, Seed)[1];
        Near.Equal(one.AsSpan<float>(), other.AsSpan<float>(), 0, "deconvnet");
        Assert.Contains(one.AsSpan<float>().ToArray(), value => value != 0);
    }

    [Fact]
    public void A_sharp_soft_rectifier_is_the_rectifier()
    {
        var graph = SmallNets.ConvNet("Relu", maxPool: false);
        float[] expected = RelevanceRun.Of(graph, RuleSet.Gradient, X, Seed, "x");
        float[] sharp = RelevanceRun.Of(graph, Composite.Parse("Relu:smooth(1e5)").Over(RuleSet.Gradient), X, Seed, "x");
        float[] soft = RelevanceRun.Of(graph, Composite.Parse("Relu:smooth(3)").Over(RuleSet.Gradient), X, Seed, "x");
        Near.Equal(expected, sharp, 1e-4 * expected.Max(MathF.Abs), "β = 1e5");
        Assert.True(soft.Zip(expected, (a, b) => Math.Abs(a - b)).Max() > 1e-3);
    }

    [Fact]
    public void The_program_says_which_rule_covered_what()
    {
        var program = Gradient.Build(SmallNets.ConvNet("Relu"), "y", ["x"], new() { Rules = Composites.Complete(Composites.EpsilonPlusFlat) });
        string RuleOf(string node) => program.Coverage.Single(row => row.Node == node).Rule;
        Assert.Equal("flat", RuleOf("conv1"));
        Assert.Equal("merged", RuleOf("bn1"));
        Assert.Equal(("zplus", "zplus", "epsilon(1e-06)"), (RuleOf("conv2"), RuleOf("conv3"), RuleOf("fc")));
        Assert.Equal("gradient", RuleOf("act1"));
    }

    [Theory]
    [InlineData("depth(0,1):stop;linear:zplus", "conv2", "stop")]
    [InlineData("last:gamma(0.25);linear:zplus", "fc", "gamma(0.25)")]
    [InlineData("name(conv?)&!name(conv3):gamma(1);all:zplus", "conv3", "zplus")]
    [InlineData("name(conv):flat;all:zplus", "conv3", "zplus")]
    [InlineData("name(co*3):alphabeta(2,1);all:zplus", "conv3", "alphabeta(2,1)")]
    [InlineData("Gemm:epsilon(0.1);Conv:zplus(no-bias)", "fc", "epsilon(0.1)")]
    [InlineData("first:wsquare;all:zplus", "conv1", "wsquare")]
    public void The_first_row_that_fits_wins(string text, string node, string rule)
    {
        var composite = Composite.Parse(text);
        Assert.Equal(composite.Text, Composite.Parse(composite.Text).Text);
        var program = Gradient.Build(SmallNets.ConvNet("Relu"), "y", ["x"], new() { Rules = composite.Over(RuleSet.Relevance), ZerosWithoutPath = true });
        Assert.Equal(rule, program.Coverage.Single(row => row.Node == node).Rule);
    }

    [Fact]
    public void Named_composites_can_be_read_and_written()
    {
        Assert.All(Composites.All, composite =>
        {
            Assert.Same(composite, Composite.Parse(composite.Name));
            Assert.Equal(composite.Text, Composite.Parse(composite.Text).Text);
        });
        Assert.Equal(Composites.All.Length, Composites.All.Select(composite => composite.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("epsilon-pluss", "epsilon-plus")]
    [InlineData("Conv:zplas", "zplus")]
    [InlineData("Conv:alphabeta(2,2)", "must be 1")]
    [InlineData("frist:zplus", "first")]
    [InlineData("Conv:epsilon(x)", "no number")]
    public void A_text_that_is_not_understood_is_refused_with_what_there_is(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Composite.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_operator_without_a_rule_is_an_error_unless_it_may_be_the_derivative()
    {
        var builder = new GraphBuilder("log");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 3));
        builder.OutputAs(builder.Add("Gemm", [builder.Add("Log", [x], "log"), SmallNets.Weights(builder, "w", 1, 3, 2)], "fc"), "y", ElementType.Float32, Shape.Of(1, 2));
        var graph = builder.Build();
        var error = Assert.Throws<UnsupportedOperatorException>(() => Gradient.Build(graph, "y", ["x"], new() { Rules = RuleSet.Relevance }));
        Assert.Contains("Log", error.Message, StringComparison.Ordinal);
        var program = Gradient.Build(graph, "y", ["x"], new() { Rules = RuleSet.Relevance.OrGradient() });
        Assert.Equal("gradient (fallback)", program.Coverage.Single(row => row.Operator == "Log").Rule);
        Assert.Equal(["Log"], RuleSet.Relevance.Missing(graph).Keys);
    }

    [Fact]
    public void Relevance_without_multiplier_cannot_pass_a_function()
    {
        var rules = Composite.Parse("Gemm:flat").Over(RuleSet.Relevance);
        var error = Assert.Throws<UnsupportedOperatorException>(() => Gradient.Build(SmallNets.Mlp("Relu"), "y", ["x"], new() { Rules = rules }));
        Assert.Contains("first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Relevance_without_multiplier_passes_what_prepares_the_input()
    {
        // x ─ Transpose ─ Sub ─ Div ─ Gemm: preprocessing inside the model; flat then gives every element the same.
        var builder = new GraphBuilder("prepared");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(4, 1));
        string prepared = builder.Add("Div", [builder.Add("Sub", [builder.Add("Transpose", [x]), builder.Constant(0.5f)]), builder.Constant(0.25f)]);
        builder.OutputAs(builder.Add("Gemm", [prepared, SmallNets.Weights(builder, "w", 1, 4, 1)], "fc"), "y", ElementType.Float32, Shape.Of(1, 1));
        var graph = builder.Build();
        var at = SmallNets.Values(3, 4, 1);
        var one = TensorData.Adopt(new[] { 1f }, 1, 1);
        float[] found = RelevanceRun.Of(graph, Composite.Parse("first:flat").Over(RuleSet.Relevance), at, one, "x");
        float score = Derivative.Run(Gradient.Build(graph, "y", ["x"]), new Dictionary<string, TensorData> { ["x"] = at }, one)[0].AsSpan<float>()[0];
        Near.Equal([score / 4, score / 4, score / 4, score / 4], found, 1e-5, "flat");
    }

    internal static Graph WithoutBiases(Graph graph) => graph with
    {
        Constants = graph.Constants.ToImmutableDictionary(
            pair => pair.Key,
            pair => pair.Key is "b1" or "b3" or "b4" or "beta" or "mean" ? TensorData.Adopt(new float[pair.Value.Count], [.. pair.Value.Dimensions]) : pair.Value),
    };
}

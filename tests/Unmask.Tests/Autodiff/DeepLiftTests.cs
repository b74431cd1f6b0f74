using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>That DeepLIFT hands on every difference, operator by operator, and the relations that it has to other methods.</summary>
public sealed class DeepLiftTests
{
    // With these in the cases: a variance or slope that depends on the input, a product of many, ranks.
    private static readonly string[] Refusing = ["BatchNormalization", "PRelu", "ReduceProd", "TopK"];

    [Fact]
    [Trait("Category", "Slow")]
    public void Every_operator_hands_on_the_whole_difference_or_refuses()
    {
        var refused = new SortedSet<string>(StringComparer.Ordinal);
        var incomplete = new List<string>();
        int complete = 0;
        foreach (var test in OperatorCases.All.Where(test => test.Operator != "GridSample"))
        {
            try
            {
                double residual = Residual(test);
                complete++;
                if (!(residual < 1e-4))
                {
                    incomplete.Add($"{test}: {residual:g3}");
                }
            }
            catch (UnsupportedOperatorException problem)
            {
                Assert.Contains("DeepLIFT rule", problem.Message, StringComparison.Ordinal);
                refused.Add(test.Operator);
            }
        }

        Assert.True(incomplete.Count == 0, string.Join('\n', incomplete));
        Assert.Equal(Refusing, refused);
        Assert.True(complete > 150, $"only {complete}");
    }

    [Fact]
    public void A_selection_whose_condition_changes_hands_on_the_whole_difference()
    {
        // relu(x) + 2·relu(−x), written as a selection.
        var builder = new GraphBuilder("where");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 4));
        string condition = builder.Add("Greater", [x, builder.Constant(TensorData.Scalar(0f), "zero")]);
        builder.OutputAs(builder.Add("Where", [condition, x, builder.Add("Mul", [x, builder.Constant(TensorData.Scalar(-2f), "two")])]), "y", ElementType.Float32, Shape.Of(1, 4));
        float[] m = Multipliers(builder.Build(), [3, -1, 2, -4], [-1, 2, 1, -3], [1, 1, 1, 1]);
        // Δy/Δx: (3 − 2)/4, (2 − 2)/−3, 1, −2.
        Near.Equal([0.25f, 0, 1, -2], m, 1e-6, "multipliers");
    }

    [Fact]
    public void Overlapping_windows_hand_on_the_whole_difference()
    {
        var test = new OperatorCase("MaxPool", [1, 2, 9, 9]).With(("kernel_shape", new NodeAttribute.Ints([3, 3])), ("strides", new NodeAttribute.Ints([1, 1])));
        Assert.True(Residual(test) < 1e-6);
        // The derivative's rule alone (all to the maximum of x) would miss most of it.
        var plain = new RuleTable().Choose("MaxPool", b => RuleSet.Gradient.For(b.Node, 20)!.Flow(b)).Over(RuleSet.DeepLift());
        Assert.True(Residual(test, plain) > 0.01);
    }

    [Theory]
    [InlineData(DeepLiftRule.Rescale, 3f, 0f)]
    [InlineData(DeepLiftRule.RevealCancel, 1.5f, 1.5f)]
    [InlineData(DeepLiftRule.Genomics, 1.5f, 1.5f)]
    public void The_minimum_of_two_numbers_shows_what_reveal_cancel_is_for(DeepLiftRule rule, float first, float second)
    {
        // min(x₁, x₂) = x₁ − relu(x₁ − x₂) at (3, 5) from (0, 0): the paper's §3.4.2; (1.5, 1.5) is also the exact Shapley value.
        var builder = new GraphBuilder("min");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 2));
        string h = builder.Add("Relu", [builder.Add("MatMul", [x, builder.Constant(TensorData.Adopt(new[] { 1f, -1f }, 2, 1), "w")])]);
        string one = builder.Add("MatMul", [x, builder.Constant(TensorData.Adopt(new[] { 1f, 0f }, 2, 1), "first")]);
        builder.OutputAs(builder.Add("Sub", [one, h]), "y", ElementType.Float32, Shape.Of(1, 1));
        float[] m = Multipliers(builder.Build(), [3, 5], [0, 0], [1], RuleSet.DeepLift(rule));
        Near.Equal([first, second], [3 * m[0], 5 * m[1]], 1e-6, "contributions");
    }

    [Fact]
    public void With_one_hidden_layer_and_one_input_both_rules_are_the_same()
    {
        var builder = new GraphBuilder("scalar");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 1));
        string h = builder.Add("Relu", [builder.Add("Gemm", [x, SmallNets.Weights(builder, "w", 1, 1, 9), SmallNets.Weights(builder, "b", 2, 9)])]);
        builder.OutputAs(builder.Add("MatMul", [h, SmallNets.Weights(builder, "v", 3, 9, 1)]), "y", ElementType.Float32, Shape.Of(1, 1));
        float[] rescale = Multipliers(builder.Build(), [1.3f], [-0.8f], [1]), reveal = Multipliers(builder.Build(), [1.3f], [-0.8f], [1], RuleSet.DeepLift(DeepLiftRule.RevealCancel));
        Assert.NotEqual(0, rescale[0]);
        Near.Equal(rescale, reveal, 1e-6, "multiplier");
    }

    [Theory]
    [InlineData(DeepLiftRule.Rescale)]
    [InlineData(DeepLiftRule.RevealCancel)]
    [InlineData(DeepLiftRule.Genomics)]
    public void Convolutions_batch_normalisation_and_residuals_add_up(DeepLiftRule rule)
    {
        foreach (string activation in new[] { "Relu", "Tanh", "Softplus", "HardSwish" })
        {
            var graph = SmallNets.ConvNet(activation);
            TensorData x = SmallNets.Values(5, 2, 3, 9, 9), reference = SmallNets.Values(6, 2, 3, 9, 9);
            Assert.True(Residual(graph, "y", new() { ["x"] = x }, new() { ["x"] = reference }, RuleSet.DeepLift(rule)) < 1e-5, activation);
        }

        Assert.NotEqual(
            Multipliers(SmallNets.ConvNet("Relu"), SmallNets.Values(5, 1, 3, 9, 9), SmallNets.Values(6, 1, 3, 9, 9), [1, 0, 0, 0], RuleSet.DeepLift(DeepLiftRule.RevealCancel)),
            Multipliers(SmallNets.ConvNet("Relu"), SmallNets.Values(5, 1, 3, 9, 9), SmallNets.Values(6, 1, 3, 9, 9), [1, 0, 0, 0], RuleSet.DeepLift(DeepLiftRule.Genomics)));
    }

    [Fact]
    public void Softmax_does_not_mind_by_how_much_all_scores_differ()
    {
        var builder = new GraphBuilder("softmax");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 3));
        builder.OutputAs(builder.Add("Softmax", [x]), "y", ElementType.Float32, Shape.Of(1, 3));
        var graph = builder.Build();
        // All scores 10 larger: the softmax is the same there, and so is its derivative. With one shift for both sides, the contributions would be e¹⁰/20 times as large.
        float[] start = [0.3f, -1, 0.8f], raised = [10.3f, 9, 10.8f], seed = [1, 0, 0];
        var gradient = Derivative.Run(Gradient.Build(graph, "y", ["x"]), new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(start, 1, 3) }, TensorData.Adopt(seed, 1, 3))[1];
        Near.Equal(gradient.AsSpan<float>(), Multipliers(graph, raised, start, seed), 1e-5, "multipliers");
        // 100 apart, one shift would make one of the sums 0.
        float[] far = [100, 99, 97], near = [0, 1, 0.5f];
        float[] m = Multipliers(graph, far, near, seed);
        Assert.Equal(Softmax(far) - Softmax(near), m.Select((value, i) => (double)value * (far[i] - near[i])).Sum(), 1e-4);

        static double Softmax(float[] scores) => 1 / scores.Sum(score => Math.Exp(score - scores[0]));
    }

    [Fact]
    public void Rules_that_compare_ask_for_a_reference() =>
        Assert.Contains("References", Assert.Throws<ArgumentException>(() => Gradient.Build(SmallNets.Mlp("Relu"), "y", ["x"], new() { Rules = RuleSet.DeepLift() })).Message, StringComparison.Ordinal);

    [Fact]
    public void Contributions_of_any_layer_that_all_paths_pass_add_up()
    {
        var graph = SmallNets.ConvNet("Relu");
        TensorData x = SmallNets.Values(5, 1, 3, 9, 9), reference = SmallNets.Values(6, 1, 3, 9, 9), seed = TensorData.Adopt(new[] { 0f, 1, 0, 0 }, 1, 4);
        string[] cuts = ["x", "conv1_out", "add_out", "pool_out", "gap_out"];
        var program = Gradient.Build(graph, "y", cuts, new() { Rules = RuleSet.DeepLift(), References = ["x"], Expose = [.. cuts[1..]] });
        Assert.Equal(["x_Reference"], program.References.ToArray());
        using var session = Unmask.Runtime.Session.FromGraph(program.Graph);
        string[] wanted = [program.Target, program.TargetReference!, .. cuts[1..], .. program.Multipliers, .. program.CutReferences];
        var results = session.Run(new Dictionary<string, TensorData> { ["x"] = x, ["x_Reference"] = reference, [program.Seed] = seed }, wanted);
        double difference = results[0].AsSpan<float>()[1] - results[1].AsSpan<float>()[1];
        for (int cut = 0; cut < cuts.Length; cut++)
        {
            float[] value = (cut == 0 ? x : results[1 + cut]).AsSpan<float>().ToArray(), m = results[6 + cut].AsSpan<float>().ToArray(), there = results[11 + cut].AsSpan<float>().ToArray();
            Assert.Equal(difference, value.Select((v, i) => ((double)v - there[i]) * m[i]).Sum(), 1e-5);
        }
    }

    private static float[] Multipliers(Graph graph, float[] x, float[] reference, float[] seed, RuleSet? rules = null) =>
        Multipliers(graph, TensorData.Adopt(x, 1, x.Length), TensorData.Adopt(reference, 1, x.Length), seed, rules);

    private static float[] Multipliers(Graph graph, TensorData x, TensorData reference, float[] seed, RuleSet? rules = null)
    {
        var program = Gradient.Build(graph, "y", ["x"], new() { Rules = rules ?? RuleSet.DeepLift(), References = ["x"] });
        return Derivative.Run(program, new Dictionary<string, TensorData> { ["x"] = x, ["x_Reference"] = reference }, TensorData.Adopt(seed, 1, seed.Length))[1].AsSpan<float>().ToArray();
    }

    /// <summary>The inputs of the case, compared with the same values the other way round and a little nearer to one end, so that sums differ too.</summary>
    private static double Residual(OperatorCase test, RuleSet? rules = null)
    {
        var inputs = test.Inputs();
        var references = inputs.ToDictionary(input => input.Key, input =>
        {
            float[] values = input.Value.AsSpan<float>().ToArray();
            Array.Reverse(values);
            return TensorData.Adopt([.. values.Select(value => (float)(test.Domain.From + (0.9 * (value - test.Domain.From))))], [.. input.Value.Dimensions]);
        });
        var graph = test.Graph(Sizes.Batch);
        return Residual(graph, graph.Outputs[0].Name, inputs, references, rules ?? RuleSet.DeepLift());
    }

    /// <summary>|Σ (x − x̄) ⊙ m − ⟨v, Δy⟩| as a part of the largest sum of the two's terms.</summary>
    internal static double Residual(Graph graph, string target, Dictionary<string, TensorData> inputs, Dictionary<string, TensorData> references, RuleSet rules, bool oneElement = false)
    {
        var program = Gradient.Build(graph, target, [.. inputs.Keys], new() { Rules = rules, References = [.. inputs.Keys], ZerosWithoutPath = true });
        Verifier.ThrowIfInvalid(program.Graph);
        using var session = Unmask.Runtime.Session.FromGraph(program.Graph);
        var feeds = inputs.Concat(references.Select(pair => KeyValuePair.Create($"{pair.Key}_Reference", pair.Value))).ToDictionary();
        var seed = Derivative.Random(Forward(graph, target, inputs), 3);
        seed = oneElement ? TensorData.Adopt([.. Enumerable.Range(0, (int)seed.Count).Select(i => i == seed.Count / 3 ? 1f : 0)], [.. seed.Dimensions]) : seed;
        feeds[program.Seed] = seed;
        var results = session.Run(feeds.Where(feed => session.Inputs.Any(input => input.Name == feed.Key)).ToDictionary(), [program.Target, program.TargetReference!, .. program.Multipliers]);
        double expected = 0, size = 1e-6, found = 0;
        for (int i = 0; i < results[0].Count; i++)
        {
            double term = seed.AsSpan<float>()[i] * ((double)results[0].AsSpan<float>()[i] - results[1].AsSpan<float>()[i]);
            (expected, size) = (expected + term, size + Math.Abs(term));
        }

        foreach (var (name, i) in inputs.Keys.Select((name, i) => (name, i)))
        {
            float[] x = inputs[name].AsSpan<float>().ToArray(), there = references[name].AsSpan<float>().ToArray(), m = results[2 + i].AsSpan<float>().ToArray();
            found += x.Select((value, k) => ((double)value - there[k]) * m[k]).Sum();
        }

        return Math.Abs(found - expected) / size;
    }

    private static TensorData Forward(Graph graph, string target, Dictionary<string, TensorData> inputs)
    {
        using var session = Unmask.Runtime.Session.FromGraph(ExposeValues.Run(graph with { Outputs = [] }, [target]), new Unmask.Runtime.SessionOptions { Lower = false });
        return session.Run(inputs.Where(input => session.Inputs.Any(there => there.Name == input.Key)).ToDictionary(), [target])[0];
    }
}

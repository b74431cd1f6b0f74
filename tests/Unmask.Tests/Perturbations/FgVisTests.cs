using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Autodiff;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>FG-Vis where the answer is known, and its filter by hand.</summary>
public sealed class FgVisTests
{
    private const float Price = 0.3f;

    // A linear score pays w·(x − r) for each number: it is worth its price or not.
    [Theory]
    [InlineData(FgVisGame.Preservation)]
    [InlineData(FgVisGame.Deletion)]
    [InlineData(FgVisGame.Generation)]
    [InlineData(FgVisGame.Repression)]
    public void On_a_linear_model_a_number_counts_exactly_if_it_is_worth_its_price(FgVisGame game)
    {
        float[] w = LinearModels.Values(48, 3), x = LinearModels.Values(48, 4);
        using var model = LinearModels.Load([w, new float[48]], [0, 0], 3, 4, 4);
        var recipe = FgVis.Recipe(new() { Game = game, Size = Price, Score = Score.Logit, Infill = Infill.Constant(0.1f), Rate = 0.5 }) with { Search = null };
        float[] found = new OptimizedPerturbation(model, "own", recipe).Explain(Item(model, x, 3, 4, 4), Target.Class(0)).ToArray();
        int clear = 0;
        for (int i = 0; i < found.Length; i++)
        {
            float worth = w[i] * (x[i] - 0.1f);
            if (Math.Abs(worth - Price) > 0.02)
            {
                Assert.Equal(worth > Price ? 1f : 0f, found[i]);
                clear++;
            }
        }

        Assert.InRange(clear, 40, 48);
        Assert.Contains(1f, found);
    }

    // The fewest numbers whose sum reaches a goal: the greatest first, the last in part.
    [Theory]
    [InlineData(FgVisGame.Preservation)]
    [InlineData(FgVisGame.Deletion)]
    public void The_search_comes_near_the_smallest_mask_that_meets_the_goal(FgVisGame game)
    {
        float[] w = LinearModels.Values(48, 3), x = [.. LinearModels.Values(48, 4).Select((value, i) => Math.Abs(value) * Math.Sign(w[i]))];
        using var model = LinearModels.Load([w, new float[48]], [0, 0], 3, 4, 4);
        var options = new FgVisOptions { Game = game, Size = 0.02, Rounds = 8, Goal = 0.6, Score = Score.Logit };
        var explanation = new FgVis(model, options).Explain(Item(model, x, 3, 4, 4), Target.Class(0));
        double goal = 0.6 * explanation.ScoreValue, reached = 0, fewest = 0;
        foreach (double worth in w.Zip(x, (a, b) => (double)a * b).OrderDescending())
        {
            double part = Math.Clamp((goal - reached) / worth, 0, 1);
            (reached, fewest) = (reached + (part * worth), fewest + part);
        }

        var mask = explanation.Diagnostics.Optimized[0];
        double size = explanation.ToArray().Sum(value => (double)value), score = mask.Scores[0];
        Assert.True(game == FgVisGame.Preservation ? score >= goal - 1e-4 : score <= explanation.ScoreValue - goal + 1e-4, $"{score} of {explanation.ScoreValue}");
        Assert.InRange(size, fewest - 1e-3, 1.15 * fewest);
        Assert.Equal(8, mask.Trials.Length);
        Assert.True(mask.Succeeded && mask.Trials.Any(trial => !trial.Succeeded));
        Assert.Equal(mask.Perturbed.ToArray(), x.Zip(mask.Mask, (value, keep) => value * keep).ToArray());
    }

    [Fact]
    public void A_goal_that_cannot_be_met_is_said()
    {
        using var model = LinearModels.Load([[.. Enumerable.Repeat(1f, 16)], new float[16]], [5, 0], 1, 4, 4);
        var options = new FgVisOptions { Game = FgVisGame.Deletion, Goal = 0.9, Score = Score.Logit, Rounds = 2, Steps = 5 };
        var explanation = new FgVis(model, options).Explain(Item(model, [.. Enumerable.Repeat(1f, 16)], 1, 4, 4), Target.Class(0));
        Assert.False(explanation.Diagnostics.Optimized[0].Succeeded);
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("No mask met the goal", StringComparison.Ordinal));
    }

    // Σ_units w2·φ′(h)·w1 over units with min(0, φ(h̄)) ≤ φ(h) ≤ max(0, φ(h̄)); gates are not bounded.
    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Tanh")]
    [InlineData("Sigmoid")]
    public void The_filter_passes_units_that_say_no_more_than_at_the_reference(string activation)
    {
        const int Hidden = 24;
        var graph = Autodiff.SmallNets.Mlp(activation, Hidden);
        float[] w1 = graph.Constants["w1"].AsSpan<float>().ToArray(), b1 = graph.Constants["b1"].AsSpan<float>().ToArray(), w2 = graph.Constants["w2"].AsSpan<float>().ToArray();
        float[] x = LinearModels.Values(3, 5), there = LinearModels.Values(3, 6), expected = new float[3];
        int blocked = 0;
        for (int unit = 0; unit < Hidden; unit++)
        {
            var (y, slope) = Function(activation, At(x, unit));
            var (bound, _) = Function(activation, At(there, unit));
            bool passes = activation == "Sigmoid" || (y <= Math.Max(0, bound) && y >= Math.Min(0, bound));
            blocked += passes || slope == 0 ? 0 : 1;
            for (int i = 0; i < 3 && passes; i++)
            {
                expected[i] += (float)(w2[unit * 2] * slope * w1[(i * Hidden) + unit]);
            }
        }

        var program = Gradient.Build(graph, "y", ["x"], new() { Rules = RuleSet.Parse("fg-vis"), References = ["x"] });
        var feeds = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(x, 1, 3), ["x_Reference"] = TensorData.Adopt(there, 1, 3) };
        Near.Equal(expected, Derivative.Run(program, feeds, TensorData.Adopt(new[] { 1f, 0 }, 1, 2))[1].AsSpan<float>(), 1e-5, activation);
        Assert.Equal(activation == "Sigmoid", blocked == 0);
        Assert.Contains(program.Coverage, node => node.Operator == activation && node.Rule == (activation == "Sigmoid" ? "gradient" : "bounded"));

        float At(float[] input, int unit) => b1[unit] + Enumerable.Range(0, 3).Sum(i => input[i] * w1[(i * Hidden) + unit]);
    }

    // ReLU6: beyond 6 nothing flows, below the reference everything does.
    [Fact]
    public void Relu6_is_bounded_and_other_clips_are_not()
    {
        foreach (float low in (float[])[0, -1])
        {
            var builder = new GraphBuilder("clip");
            string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
            builder.OutputAs(builder.Add("Clip", [builder.Add("Mul", [x, builder.Constant(1f)]), builder.Constant(low), builder.Constant(6f)]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
            var program = Gradient.Build(builder.Build(), "y", ["x"], new() { Rules = RuleSet.Parse("fg-vis"), References = ["x"] });
            var feeds = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new[] { 2f, 2, 7, 2 }, 1, 4), ["x_Reference"] = TensorData.Adopt(new[] { 3f, 1, 8, 2 }, 1, 4) };
            float[] passed = Derivative.Run(program, feeds, TensorData.Adopt(new[] { 1f, 1, 1, 1 }, 1, 4))[1].AsSpan<float>().ToArray();
            Assert.Equal(low == 0 ? [1, 0, 0, 1] : [1, 1, 0, 1], passed);
        }
    }

    // y = max(0, x₁ − x₂): hiding x₂ would raise it from ½ to 1. The gradient passes at the bound itself, so that it is passed by one step and no more.
    [Fact]
    public void A_unit_goes_one_step_beyond_its_bound_at_most()
    {
        var builder = new GraphBuilder("difference");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        string unit = builder.Add("Relu", [builder.Add("MatMul", [x, builder.Constant(TensorData.Adopt(new[] { 1f, 0, -1, 0 }, 2, 2))])]);
        builder.OutputAs(unit, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        using var model = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits });
        Assert.Equal(1, Score(false), 1e-5);
        Assert.Equal(0.5 + (0.1 * 0.5 * 0.5), Score(true), 1e-5);

        double Score(bool defence)
        {
            var recipe = FgVis.Recipe(new() { Size = 0, Score = Unmask.Score.Logit, Defence = defence }) with { Search = null };
            return new OptimizedPerturbation(model, "own", recipe).Explain(Item(model, [1f, 0.5f], 2), Target.Class(0)).Diagnostics.Optimized[0].Scores[0];
        }
    }

    // What a mask may do to a network that nobody trained: without the defence it drives units beyond what the input made them say.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_defence_keeps_hidden_units_within_what_the_input_says(bool maxPool)
    {
        using var model = Model.FromGraph(Autodiff.SmallNets.ConvNet("Relu", maxPool), new() { OutputKind = OutputKind.Logits });
        var input = Item(model, LinearModels.Values(243, 21), 3, 9, 9);
        double with = Excess(true), without = Excess(false);
        Assert.True(without > 0.5, $"{without} beyond the input's without the defence");
        Assert.True(with <= without / 2, $"{with} with the defence, {without} without");

        double Excess(bool defence)
        {
            var recipe = FgVis.Recipe(new() { Size = 0, Score = Score.Logit, Defence = defence, Steps = 300, Rate = 0.02 }) with { Search = null };
            var mask = new OptimizedPerturbation(model, "own", recipe).Explain(input, Target.Class(1)).Diagnostics.Optimized[0];
            Assert.True(mask.ScoreHistory[^1] > mask.ScoreHistory[0]);
            return Exceeding(model, input, mask);
        }
    }

    private static double Exceeding(Model model, ModelInput input, OptimizedMask mask)
    {
        string[] units = [.. model.Graph!.Nodes.Where(node => node.OpType == "Relu").Select(node => node.Outputs[0])];
        var changed = new ModelInput([.. mask.Perturbed], input.Layout, input.Preprocessing);
        var now = model.ValuesOf([.. units], changed, default);
        var whole = model.ValuesOf([.. units], input, default);
        return now.Zip(whole, (a, b) => a.Values.Zip(b.Values, (one, other) => Math.Max(0, (double)one - other)).Sum()).Sum();
    }

    private static (double Y, double Slope) Function(string activation, double h) => activation switch
    {
        "Relu" => (Math.Max(0, h), h > 0 ? 1 : 0),
        "LeakyRelu" => (h > 0 ? h : 0.01 * h, h > 0 ? 1 : 0.01),
        "Tanh" => (Math.Tanh(h), 1 - (Math.Tanh(h) * Math.Tanh(h))),
        _ => (1 / (1 + Math.Exp(-h)), Math.Exp(-h) / Math.Pow(1 + Math.Exp(-h), 2)),
    };

    private static ModelInput Item(Model model, float[] x, params long[] sizes) => model.Prepare(TensorData.Adopt(x, [1, .. sizes]))[0];
}

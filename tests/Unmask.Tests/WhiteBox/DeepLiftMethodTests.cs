using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Exact properties of the methods that compare with references.</summary>
public sealed class DeepLiftMethodTests
{
    private static readonly Target First = Target.Class(0);

    [Fact]
    public void On_a_linear_model_deep_lift_is_integrated_gradients_from_any_baseline()
    {
        float[] w = LinearModels.Values(192, 3);
        using var model = LinearModels.Load([w, LinearModels.Values(192, 4)], [1, 2], 3, 8, 8);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(192, 5), 1, 3, 8, 8))[0];
        foreach (var baseline in new[] { Infill.Zero, Infill.Constant(0.4f), Infill.Given(LinearModels.Values(192, 6), "other") })
        {
            float[] there = baseline.For(input), expected = [.. w.Select((weight, i) => weight * (input.Values[i] - there[i]))];
            foreach (var (name, rule) in DeepLiftRuleNames.All)
            {
                Near.Equal(expected, new DeepLift(model, new() { Baselines = [baseline], Rule = rule }).Explain(input, First).ToArray(), 1e-6, name);
            }

            Near.Equal(expected, new IntegratedGradients(model, new() { Baselines = [baseline], Steps = 3 }).Explain(input, First).ToArray(), 1e-6, "integrated gradients");
        }
    }

    [Fact]
    public void Deep_lift_adds_up_at_the_input_and_at_layers_and_says_so()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        foreach (var layer in new[] { Cut.Input, Cut.LastSpatial, Cut.Layer("first_out") })
        {
            var explanation = new DeepLift(model, new() { Layer = layer, Baselines = [Infill.Constant(0.3f)] }).Explain(input, First);
            double sum = explanation.ToArray().Sum(value => (double)value), difference = explanation.Diagnostics.ExplainedDifference!.Value;
            Assert.Equal(difference, sum, Math.Abs(difference) * 1e-4);
            Assert.Equal(sum - difference, explanation.Diagnostics.CompletenessGap!.Value, 5);
            double there = model.Evaluate(model.Prepare(TensorData.Adopt([.. Enumerable.Repeat(0.3f, 3 * SmallNets.Side * SmallNets.Side)], 1, 3, SmallNets.Side, SmallNets.Side))[0], Score.Logit)[0];
            Assert.Equal(explanation.ScoreValue - there, difference, 4);
        }
    }

    [Fact]
    public void Deep_shap_is_the_mean_over_references_whatever_the_batches()
    {
        Infill[] baselines = [Infill.Zero, Infill.Constant(1), Infill.Constant(-0.5f), Infill.Given(LinearModels.Values(3 * SmallNets.Side * SmallNets.Side, 9), "other"), Infill.Blur(2)];
        Target[] targets = [First, Target.Class(2)];
        using var model = SmallNets.Load(biases: true, new() { Throughput = new() { Threads = 2, BatchSize = 3 } });
        var input = SmallNets.Input(model);
        var found = new DeepShap(model, new() { Baselines = [.. baselines] }).Explain(input, targets);
        for (int target = 0; target < targets.Length; target++)
        {
            float[] mean = new float[3 * SmallNets.Side * SmallNets.Side];
            foreach (var baseline in baselines)
            {
                float[] one = new DeepLift(model, new() { Baselines = [baseline] }).Explain(input, targets[target]).ToArray();
                mean = [.. mean.Zip(one, (sum, value) => sum + (value / baselines.Length))];
            }

            Near.Equal(mean, found[target].ToArray(), 1e-6, "mean");
            Assert.True(Math.Abs(found[target].Diagnostics.CompletenessGap!.Value) < 1e-4);
        }
    }

    [Fact]
    public void Without_biases_deep_lift_from_zero_is_input_x_gradient()
    {
        using var model = SmallNets.Load(biases: false);
        var input = SmallNets.Input(model);
        Near.Equal(new InputXGradient(model).Explain(input, First).ToArray(), new DeepLift(model).Explain(input, First).ToArray(), 1e-6, "rectifiers are homogeneous");
    }

    [Fact]
    public void Behind_a_linear_head_lift_cams_weights_are_shapley_values_of_feature_maps()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var target = Target.Class(2);
        float[] maps = new LayerActivation(model).Explain(input, target).ToArray();
        int places = SmallNets.Side * SmallNets.Side;
        // The head is linear in the mean of each map: w_k is its weight times that mean.
        double[] weights = [.. Enumerable.Range(0, SmallNets.Channels).Select(k => SmallNets.HeadWeights[(2 * SmallNets.Channels) + k] * maps.Skip(k * places).Take(places).Average(value => (double)value))];
        float[] expected = [.. Enumerable.Range(0, places).Select(place => (float)Enumerable.Range(0, SmallNets.Channels).Sum(k => weights[k] * maps[(k * places) + place]))];
        var explanation = new LiftCam(model).Explain(input, target);
        Assert.Equal("maps_out", explanation.Layer!.Name);
        Near.Equal(expected, explanation.ToArray(), 1e-5, "LIFT-CAM");
        Assert.Null(explanation.Diagnostics.CompletenessGap);
    }

    [Fact]
    public void Token_ids_are_compared_by_their_embedding()
    {
        var builder = new GraphBuilder("text");
        string ids = builder.Input("ids", ElementType.Int64, new Shape(Dimension.Named("N"), 4));
        string table = builder.Constant(TensorData.Adopt(LinearModels.Values(6 * 3, 4), 6, 3), "table");
        string pooled = builder.Add("ReduceMean", [builder.Add("Tanh", [builder.Add("Gather", [table, ids], "embedding")]), builder.Constant([1L])], null, ("keepdims", 0L));
        string head = builder.Constant(TensorData.Adopt(LinearModels.Values(6, 5), 3, 2), "head");
        builder.OutputAs(builder.Add("MatMul", [pooled, head]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        using var model = Model.FromGraph(builder.Build(), new() { OutputKind = Unmask.Probing.OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(new[] { 1L, 5, 3, 2 }, 1, 4))[0];
        var explanation = new DeepLift(model).Explain(input, First);
        Assert.Equal("embedding_out", explanation.Layer!.Name);
        double there = model.Evaluate(model.Prepare(TensorData.Adopt(new long[4], 1, 4))[0], Score.Logit)[0];
        Assert.Equal(explanation.ScoreValue - there, explanation.ToArray().Sum(value => (double)value), 5);
    }

    [Fact]
    public void What_has_no_rule_is_refused_by_name()
    {
        var builder = new GraphBuilder("product");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        builder.OutputAs(builder.Add("ReduceProd", [x, builder.Constant([1L])], "product"), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 1));
        using var model = Model.FromGraph(builder.Build());
        var input = model.Prepare(TensorData.Adopt(new[] { 1f, 2, 3, 4 }, 1, 4))[0];
        var problem = Assert.Throws<UnsupportedOperatorException>(() => new DeepLift(model).Explain(input));
        Assert.Contains("No DeepLIFT rule for ReduceProd", problem.Message, StringComparison.Ordinal);
        Assert.Contains("ReduceProd", Catalogue.Find(DeepLift.Id).Obstacle(model)!, StringComparison.Ordinal);
        Assert.Null(Catalogue.Find(InputGradient.Id).Obstacle(model));
    }
}

using System.Text.Json;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>DeepLIFT and DeepSHAP against Captum's maps, within the tolerance that is stored with them.</summary>
[Trait("Category", "Slow")]
public sealed class DeepLiftReferenceTests
{
    /// <summary>
    /// Where max pooling follows a ReLU, Captum's rule for it is lost, and the pool sends its derivative (its README's oddity 0): not complete, unless the reference is constant.
    /// Its numbers are reached by that one row; ours are those of the rule as Captum and SHAP state it.
    /// </summary>
    private static readonly RuleSet Captums = new RuleTable().Choose("MaxPool", b => RuleSet.Gradient.For(b.Node, b.Emitter.Graph.Opset)!.Flow(b)).Over(RuleSet.DeepLift());

    // Captum has no rule for instance and group normalisation either: its own residuals are 0.4 to 4 there.
    private static IEnumerable<JsonElement> Of(string method) => ReferenceMaps.Of("grad", method).Where(test => test.GetProperty("model").GetString() != "norm_net");

    [SharedFact]
    public void Deep_lift_agrees_with_captum()
    {
        var cases = Of("DeepLift").ToList();
        var pooled = cases.Where(IsPooled).ToList();
        Assert.Equal(8, pooled.Count);
        Assert.Equal(8, ReferenceMaps.Compare(pooled, (model, test) => Captum(model, [ReferenceMaps.Baseline(test)], Cut.Input)));
        int compared = ReferenceMaps.Compare(cases.Except(pooled), (model, test) => new DeepLift(model, new() { Baselines = [ReferenceMaps.Baseline(test)] }));
        Assert.True(compared >= 22, $"only {compared} cases");
    }

    [SharedFact]
    public void Max_pooling_agrees_with_the_rule_that_is_complete() =>
        Assert.Equal(4, ReferenceMaps.Compare(Of("DeepLift_crossmax"), (model, test) => new DeepLift(model, new() { Baselines = [ReferenceMaps.Baseline(test)] })));

    [SharedFact]
    public void Deep_shap_agrees_with_captum()
    {
        var cases = Of("DeepLiftShap").ToList();
        int compared = ReferenceMaps.Compare(cases.Where(test => !IsPooled(test)), (model, test) => new DeepShap(model, new() { BaselinesFile = File(test) }))
            + ReferenceMaps.Compare(cases.Where(IsPooled), (model, test) => Captum(model, [.. WhiteBoxSettings.Items(File(test))], Cut.Input));
        Assert.True(compared >= 9, $"only {compared} cases");
    }

    [SharedFact]
    public void Layers_agree_with_captum()
    {
        var cases = Of("LayerDeepLift").Where(ReferenceMaps.HasLayer).ToList();
        int compared = ReferenceMaps.Compare(cases.Where(test => !IsPooled(test)), (model, test) => new DeepLift(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)) }))
            + ReferenceMaps.Compare(cases.Where(IsPooled), (model, test) => Captum(model, [Infill.Zero], Cut.Layer(ReferenceMaps.Layer(test))));
        Assert.True(compared >= 10, $"only {compared} cases");
    }

    [SharedFact]
    public void Normalisations_that_captum_has_no_rule_for_add_up()
    {
        foreach (var test in ReferenceMaps.Of("grad", "DeepLift").Where(test => test.GetProperty("model").GetString() == "norm_net"))
        {
            using var model = ReferenceMaps.Load(test);
            var inputs = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)));
            for (int item = 0; item < inputs.Count; item++)
            {
                double theirs = test.GetProperty("scalars").GetProperty("delta")[item].GetDouble();
                var explanation = new DeepLift(model, new() { Baselines = [ReferenceMaps.Baseline(test)] }).Explain(inputs[item], Target.Class(ReferenceMaps.TargetOf(test, item)));
                Assert.True(Math.Abs(theirs) > 0.3);
                Assert.True(Math.Abs(explanation.Diagnostics.CompletenessGap!.Value) < 1e-4 * Math.Abs(explanation.Diagnostics.ExplainedDifference!.Value));
            }
        }
    }

    [SharedFact]
    public void Text_networks_add_up_at_their_embeddings()
    {
        // A convolution over words, an LSTM and a GRU, taken apart step by step.
        foreach (string name in new[] { "text_cnn", "lstm_text", "gru_text" })
        {
            var test = ReferenceMaps.Of("grad", "EmbeddingGradient").First(test => test.GetProperty("model").GetString() == name);
            using var model = ReferenceMaps.Load(test);
            foreach (var input in model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!))))
            {
                foreach (var (_, rule) in DeepLiftRuleNames.All)
                {
                    var explanation = new DeepLift(model, new() { Rule = rule }).Explain(input);
                    Assert.NotNull(explanation.Layer);
                    double difference = explanation.Diagnostics.ExplainedDifference!.Value;
                    Assert.True(Math.Abs(explanation.Diagnostics.CompletenessGap!.Value) < 1e-4 * Math.Abs(difference), $"{name} {rule}: {explanation.Diagnostics.CompletenessGap} of {difference}");
                }
            }
        }
    }

    // At a layer that a pool reads, Captum's rule for the pool is not lost.
    private static bool IsPooled(JsonElement test) =>
        test.GetProperty("model").GetString() is "cnn_relu" or "cnn_vgg" && test.GetProperty("id").GetString() != "cnn_vgg/LayerDeepLift/relu3";

    private static string File(JsonElement test) => ReferenceCases.Input(ReferenceMaps.Text(test, "baselines")!);

    private static MultiplierProbe Captum(Model model, Infill[] baselines, Cut cut) =>
        new(model, "captum", new(Captums, Estimator.FromReferences(baselines), cut, Aggregator.Contribution));
}

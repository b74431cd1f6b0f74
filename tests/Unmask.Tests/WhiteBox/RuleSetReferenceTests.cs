using System.Text.Json;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Other rule sets than the derivative against captum's, zennit's and TorchRay's maps, within the tolerance that is stored with them.</summary>
[Trait("Category", "Slow")]
public sealed class RuleSetReferenceTests
{
    [SharedFact]
    public void Guided_backprop_agrees_with_captum() =>
        Assert.Equal(19, ReferenceMaps.Compare(ReferenceMaps.Of("grad", "GuidedBackprop"), (model, _) => new GuidedBackprop(model)));

    [SharedFact]
    public void Deconvnet_agrees_with_captum() =>
        Assert.Equal(18, ReferenceMaps.Compare(ReferenceMaps.Of("grad", "Deconvolution"), (model, _) => new Deconvnet(model)));

    [SharedFact]
    public void Pictures_show_torchrays_guided_backprop_and_deconvnet()
    {
        Func<Explanation, float[]> map = explanation => [.. explanation.ToMap().Cast<float>()];
        Assert.Equal(6, ReferenceMaps.Compare(ReferenceMaps.Of("grad", "TorchRay_guided_backprop"), (model, _) => new GuidedBackprop(model), read: map));
        Assert.Equal(6, ReferenceMaps.Compare(ReferenceMaps.Of("grad", "TorchRay_deconvnet"), (model, _) => new Deconvnet(model), read: map));
    }

    [SharedFact]
    public void Lrp_agrees_with_zennit() =>
        Assert.Equal(118, ReferenceMaps.Compare(ReferenceMaps.Of("lrp", "LRP"), (model, test) => new Lrp(model, new() { Composite = Zennit(test) })));

    [SharedFact]
    public void Epsilon_agrees_with_captum_where_no_pool_is_stabilised()
    {
        // captum's ε also divides at pools (README, oddity 3); with 1e-9 that is nothing.
        var cases = ReferenceMaps.Of("lrp", "LRP_captum").Where(test => !Id(test).EndsWith("gamma_eps", StringComparison.Ordinal) && !Id(test).EndsWith("a1b0", StringComparison.Ordinal)
            && (Id(test).EndsWith("default", StringComparison.Ordinal) || !Id(test).StartsWith("cnn", StringComparison.Ordinal)));
        Assert.Equal(6, ReferenceMaps.Compare(cases, (model, test) => new Lrp(model, new() { Composite = Composite.Parse(Id(test).EndsWith("default", StringComparison.Ordinal) ? "linear:epsilon(1e-9)" : "linear:epsilon(0.25)") })));
    }

    [SharedFact]
    public void Zennits_excitation_backprop_is_z_plus_seeded_with_a_share()
    {
        var rules = new Composite(new CompositeRow(NodeSelector.Linear, NodeRule.ZPlus)) { SeedIsRelevance = true }.Over(RuleSet.Relevance);
        Assert.Equal(7, ReferenceMaps.Compare(ReferenceMaps.Of("lrp", "ExcitationBackprop").Where(test => Id(test).EndsWith("zennit", StringComparison.Ordinal)), (model, _) =>
            new MultiplierProbe(model, "ebp", new(rules, Estimator.Point, Cut.Input, Aggregator.Contribution))));
    }

    [SharedFact]
    public void Excitation_backprop_agrees_with_torchray_at_rectified_layers()
    {
        // At the input TorchRay divides by denominators of either sign (README, oddity 9); ours gives nothing to negative values.
        var cases = ReferenceMaps.Of("lrp", "ExcitationBackprop").Where(test => Id(test).Contains("/torchray_", StringComparison.Ordinal) && !Id(test).EndsWith("_input", StringComparison.Ordinal));
        Assert.Equal(6, ReferenceMaps.Compare(cases, (model, test) => new ExcitationBackprop(model, new() { Layer = Cut.Layer(ReferenceMaps.Layer(test)) }), read: ByPlace));
    }

    [SharedFact]
    public void Contrastive_excitation_backprop_agrees_with_torchray()
    {
        // In densenet_like TorchRay contrasts one branch of the last Concat only; ours contrasts at the classifier, all branches alike.
        Assert.Equal(3, ReferenceMaps.Compare(
            ReferenceMaps.Of("lrp", "ContrastiveExcitationBackprop").Where(test => !Id(test).StartsWith("densenet", StringComparison.Ordinal)),
            (model, test) => new ExcitationBackprop(model, new()
            {
                Contrastive = true,
                Layer = Cut.Layer(ReferenceMaps.LayerOf(test.GetProperty("model").GetString()!, ReferenceMaps.Text(test, "saliency_layer")!)),
            }),
            change: value => Math.Max(value, 0),
            read: ByPlace));
    }

    private static string Id(JsonElement test) => test.GetProperty("id").GetString()!;

    // zennit also keeps sums and means away from 0 by 1e-6. It passes all relevance of functions that are not 0 at 0; ours treats that value as a bias.
    private static Composite Zennit(JsonElement test) => Composite.Parse("Add:epsilon(1e-6);AveragePool:epsilon(1e-6);GlobalAveragePool:epsilon(1e-6);activation&!Relu:pass;" + ReferenceMaps.Text(test, "composite") switch
    {
        "EpsilonPlus" => Composites.EpsilonPlus.Text,
        "EpsilonPlusFlat" => Composites.EpsilonPlusFlat.Text,
        "EpsilonAlpha2Beta1" => Composites.EpsilonAlpha2Beta1.Text,
        "EpsilonAlpha2Beta1Flat" => Composites.EpsilonAlpha2Beta1Flat.Text,
        "EpsilonGammaBox" => Composites.EpsilonGammaBox.WithBounds([-2], [2]).Text,
        "EpsilonPlus_zerobias" => "conv:zplus(no-bias);dense:epsilon(1e-6,no-bias)",
        "Epsilon_1e-6" => "linear:epsilon(1e-6)",
        "Epsilon_0.25" => "linear:epsilon(0.25)",
        "Gamma_0.5_all" => "linear:gamma(0.5)",
        "WSquare_first_Epsilon" => "first:wsquare;linear:epsilon(1e-6)",
        "ZPlus_all" => "linear:zplus",
        var other => throw new InvalidOperationException(other),
    });

    private static float[] ByPlace(Explanation explanation)
    {
        int channels = (int)explanation.Attributions.Lengths[0];
        float[] values = explanation.ToArray(), map = new float[values.Length / channels];
        for (int i = 0; i < values.Length; i++)
        {
            map[i % map.Length] += values[i];
        }

        return map;
    }
}

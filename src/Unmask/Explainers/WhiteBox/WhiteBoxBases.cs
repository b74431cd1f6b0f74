using Unmask.Graphs;

namespace Unmask;

/// <summary>The methods that others may wrap, by id and settings.</summary>
internal static class WhiteBoxBases
{
    private static readonly (string Id, Func<string, WhiteBoxRecipe> Make)[] All =
    [
        (InputGradient.Id, settings => InputGradient.Recipe(InputGradientSettings.Table.Parse(new(), settings, InputGradient.Id))),
        (InputXGradient.Id, settings => InputXGradient.Recipe(InputXGradientSettings.Table.Parse(new(), settings, InputXGradient.Id))),
        (IntegratedGradients.Id, settings => IntegratedGradients.Recipe(IntegratedGradientsSettings.Table.Parse(new(), settings, IntegratedGradients.Id))),
        (ExpectedGradients.Id, settings => ExpectedGradients.Recipe(ExpectedGradientsSettings.Table.Parse(new(), settings, ExpectedGradients.Id))),
        (BlurIntegratedGradients.Id, settings => BlurIntegratedGradients.Recipe(BlurIntegratedGradientsSettings.Table.Parse(new(), settings, BlurIntegratedGradients.Id))),
        (GuidedIntegratedGradients.Id, settings => GuidedIntegratedGradients.Recipe(GuidedIntegratedGradientsSettings.Table.Parse(new(), settings, GuidedIntegratedGradients.Id))),
        (DeepLift.Id, settings => DeepLift.Recipe(DeepLiftSettings.Table.Parse(new(), settings, DeepLift.Id))),
        (DeepShap.Id, settings => DeepShap.Recipe(DeepShapSettings.Table.Parse(new(), settings, DeepShap.Id))),
        (LiftCam.Id, settings => LiftCam.Recipe(LiftCamSettings.Table.Parse(new(), settings, LiftCam.Id))),
        (RelevanceCam.Id, settings => RelevanceCam.Recipe(RelevanceCamSettings.Table.Parse(new(), settings, RelevanceCam.Id))),
        .. CamFormula.All.Select<CamFormula, (string, Func<string, WhiteBoxRecipe>)>(formula => (formula.Id, settings => formula.Recipe(GradCamSettings.Table.Parse(new(), settings, formula.Id)))),
        (GradCamPlusPlus.Id, settings => GradCamPlusPlus.Recipe(GradCamPlusPlusSettings.Table.Parse(new(), settings, GradCamPlusPlus.Id))),
        (FullGrad.Id, settings => FullGrad.Recipe(FullGradSettings.Table.Parse(new(), settings, FullGrad.Id))),
        (BiasAttribution.Id, settings => BiasAttribution.Recipe(BiasAttributionSettings.Table.Parse(new(), settings, BiasAttribution.Id))),
        (NormGrad.Id, settings => NormGrad.Recipe(NormGradSettings.Table.Parse(new(), settings, NormGrad.Id))),
        (AttentionGradCam.Id, settings => AttentionGradCam.Recipe(AttentionGradCamSettings.Table.Parse(new(), settings, AttentionGradCam.Id))),
        (TransformerAttribution.Id, settings => TransformerAttribution.Recipe(TransformerAttributionSettings.Table.Parse(new(), settings, TransformerAttribution.Id))),
        (GenericAttention.Id, settings => GenericAttention.Recipe(GenericAttentionSettings.Table.Parse(new(), settings, GenericAttention.Id))),
        (GuidedBackprop.Id, settings => GuidedBackprop.Recipe(RectifierSettings.Of(new GuidedBackpropOptions()).Parse(new(), settings, GuidedBackprop.Id))),
        (GuidedGradCam.Id, settings => GuidedGradCam.Recipe(GuidedGradCamSettings.Table.Parse(new(), settings, GuidedGradCam.Id))),
        (Deconvnet.Id, settings => Deconvnet.Recipe(RectifierSettings.Of(new DeconvnetOptions()).Parse(new(), settings, Deconvnet.Id))),
        (SmoothReluGradient.Id, settings => SmoothReluGradient.Recipe(SmoothReluSettings.Table.Parse(new(), settings, SmoothReluGradient.Id))),
        (Lrp.Id, settings => Lrp.Recipe(LrpSettings.Table.Parse(new(), settings, Lrp.Id))),
        (Lrp.AttentionId, settings => Lrp.Recipe(LrpSettings.Attention.Parse(LrpSettings.Attention.Defaults, settings, Lrp.AttentionId))),
        (Lrp.ConservativeId, settings => Lrp.Recipe(LrpSettings.Conservative.Parse(LrpSettings.Conservative.Defaults, settings, Lrp.ConservativeId))),
        (LayerConductance.Id, settings => LayerConductance.Recipe(LayerConductanceSettings.Table.Parse(new(), settings, LayerConductance.Id))),
        (InternalInfluence.Id, settings => InternalInfluence.Recipe(InternalInfluenceSettings.Table.Parse(new(), settings, InternalInfluence.Id))),
    ];

    /// <summary>Their ids.</summary>
    public static string Known => $"{string.Join(", ", All.Select(method => method.Id))}; settings follow a colon, as in integrated-gradients:steps=20.";

    /// <summary>Reads an id, or an id with settings.</summary>
    /// <exception cref="ArgumentException">There is no such method among them.</exception>
    /// <exception cref="UnmaskException">A setting is unknown or out of range.</exception>
    public static WhiteBoxRecipe Parse(string text)
    {
        var (id, settings) = text.Split(':', 2) is [var before, var after] ? (before, after) : (text, "");
        foreach (var method in All)
        {
            if (method.Id == id)
            {
                return method.Make(settings);
            }
        }

        throw new ArgumentException($"\"{id}\" is no method that can be wrapped. {(Suggestions.Nearest(id, All.Select(method => method.Id)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")}There are: {Known}", nameof(text));
    }
}

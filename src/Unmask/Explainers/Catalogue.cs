using System.Collections.Immutable;

namespace Unmask;

/// <summary>Every method, in one list: the command line, the reports and the generic tests read it. What is said of a method stands in its own file.</summary>
public static class Catalogue
{
    /// <summary>All methods.</summary>
    public static ImmutableArray<MethodInfo> All { get; } =
    [
        Rise.Info,
        Occlusion.Info,
        Lime.Info,
        RegionalMultiScale.Info,
        InputGradient.Info,
        InputXGradient.Info,
        SmoothGrad.Info,
        SmoothGrad.SquaredInfo,
        SmoothGrad.VarianceInfo,
        IntegratedGradients.Info,
        ExpectedGradients.Info,
        BlurIntegratedGradients.Info,
        GuidedIntegratedGradients.Info,
        Xrai.Info,
        DeepLift.Info,
        DeepShap.Info,
        GuidedBackprop.Info,
        GuidedGradCam.Info,
        Deconvnet.Info,
        VisualFeedback.Info,
        Gad.Info,
        SmoothReluGradient.Info,
        Lrp.Info,
        Lrp.AttentionInfo,
        Lrp.ConservativeInfo,
        DeepTaylor.Info,
        ExcitationBackprop.Info,
        .. GradCam.Infos,
        GradCamPlusPlus.Info,
        SmoothGradCamPlusPlus.Info,
        Cam.Info,
        ScoreCam.Info,
        LiftCam.Info,
        RelevanceCam.Info,
        NormGrad.Info,
        FullGrad.Info,
        BiasAttribution.Info,
        AttentionWeights.Info,
        AttentionRollout.Info,
        AttentionFlow.Info,
        AttentionGradCam.Info,
        TransformerAttribution.Info,
        GenericAttention.Info,
        LayerActivation.Info,
        LayerConductance.Info,
        InternalInfluence.Info,
        MeaningfulPerturbation.Info,
        ExtremalPerturbation.Info,
        IGos.Info,
        IGosPlusPlus.Info,
        FgVis.Info,
        ContrastiveExplanation.Info,
        Fido.Info,
        TrainedMasker.Info,
        RandomMap.Info,
        CenterMap.Info,
        CenterBox.Info,
        EdgeMap.Info,
    ];

    /// <summary>The method of an id.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MethodInfo Find(string id) => All.FirstOrDefault(method => method.Id == id)
        ?? throw new UnmaskException($"There is no method \"{id}\". "
            + (Graphs.Suggestions.Nearest(id, All.Select(method => method.Id)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(method => method.Id))}.");
}

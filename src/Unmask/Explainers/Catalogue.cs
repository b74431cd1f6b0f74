using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>A method, as the command line and the reports know it.</summary>
/// <param name="Id">For <c>--method</c>.</param>
/// <param name="Name">The field's name.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Cost">In forward and backward passes.</param>
/// <param name="Needs">What it asks of the model.</param>
/// <param name="Source">The paper.</param>
/// <param name="Settings">What can be set.</param>
/// <param name="Create">Makes the explainer from a model and settings, applied in order.</param>
public sealed record MethodInfo(
    string Id,
    string Name,
    string Summary,
    string Cost,
    string Needs,
    string Source,
    IReadOnlyList<Setting> Settings,
    Func<Model, IReadOnlyList<KeyValuePair<string, string>>, IExplainer> Create)
{
    /// <summary>Why the method cannot explain a model; <c>null</c> when it can. Default: it can explain any.</summary>
    public Func<Model, string?> Obstacle { get; init; } = _ => null;

    /// <summary>Whether the method only looks like one: noise, the centre, edges. Every table of a metric shows them beside the real ones. Default <c>false</c>.</summary>
    public bool IsReference { get; init; }

    /// <summary>Whether a setting of the name exists.</summary>
    public bool Has(string setting) => Settings.Any(candidate => candidate.Name == setting);
}

/// <summary>Every method, in one list: the command line, the reports and the generic tests read it.</summary>
public static class Catalogue
{
    /// <summary>All methods.</summary>
    public static ImmutableArray<MethodInfo> All { get; } =
    [
        new(Rise.Id, "RISE", "Hides random parts many times; what matters is what was kept when the score was high.", "at most 512 forward passes (preset paper: 4,000)", "scores only; a picture",
            "Petsiuk, Das, Saenko, BMVC 2018", RiseSettings.Table.Settings, (model, settings) => new Rise(model, Applied(RiseSettings.Table, RiseOptions.Fast, settings, Rise.Id))) { Obstacle = UnlessPicture },
        new(Occlusion.Id, "Sliding-window occlusion", "Slides a window over the input and looks how far the score falls.", "one forward pass a window position", "scores only; any input",
            "Zeiler, Fergus, ECCV 2014", OcclusionSettings.Table.Settings, (model, settings) => new Occlusion(model, Applied(OcclusionSettings.Table, new(), settings, Occlusion.Id))),
        new(Lime.Id, "LIME", "Hides random sets of segments and fits the score by a linear function of which are kept.", "1,000 forward passes", "scores only; any input",
            "Ribeiro, Singh, Guestrin, KDD 2016", LimeSettings.Table.Settings, (model, settings) => new Lime(model, Applied(LimeSettings.Table, LimeOptions.Code, settings, Lime.Id))),
        new(InputGradient.Id, "Gradient (saliency)", "How much the score changes where an element changes a little.", "1 forward + 1 backward pass a target", "the graph; float inputs, or a layer",
            "Simonyan, Vedaldi, Zisserman, ICLR workshop 2014", InputGradientSettings.Table.Settings, (model, settings) => new InputGradient(model, Applied(InputGradientSettings.Table, new(), settings, InputGradient.Id))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(InputXGradient.Id, "Input × gradient", "The linear part of the score, element by element.", "1 forward + 1 backward pass a target", "the graph; float inputs, or a layer",
            "Shrikumar et al., 2016", InputXGradientSettings.Table.Settings, (model, settings) => new InputXGradient(model, Applied(InputXGradientSettings.Table, new(), settings, InputXGradient.Id))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(SmoothGrad.Id, "SmoothGrad", "The mean of another method's maps at noisy copies of the input.", "25 forward + 25 backward passes a target", "the graph; float inputs",
            "Smilkov et al., 2017", SmoothGradSettings.Table.Settings, (model, settings) => new SmoothGrad(model, Applied(SmoothGradSettings.Table, new(), settings, SmoothGrad.Id))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(SmoothGrad.SquaredId, "SmoothGrad squared", "The mean of squares of another method's maps at noisy copies of the input.", "25 forward + 25 backward passes a target", "the graph; float inputs",
            "Hooker et al., NeurIPS 2019", SmoothGradSettings.Squared.Settings, (model, settings) => new SmoothGrad(model, Applied(SmoothGradSettings.Squared, new() { Average = NoiseAverage.Squared }, settings, SmoothGrad.SquaredId))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(SmoothGrad.VarianceId, "VarGrad", "The variance of another method's maps at noisy copies of the input.", "25 forward + 25 backward passes a target", "the graph; float inputs",
            "Adebayo et al., NeurIPS 2018", SmoothGradSettings.Variance.Settings, (model, settings) => new SmoothGrad(model, Applied(SmoothGradSettings.Variance, new() { Average = NoiseAverage.Variance }, settings, SmoothGrad.VarianceId))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(IntegratedGradients.Id, "Integrated gradients", "Gradients added up from a baseline to the input; they sum to the difference of the scores.", "52 forward + 52 backward passes a target", "the graph; float inputs, or a layer",
            "Sundararajan, Taly, Yan, ICML 2017", IntegratedGradientsSettings.Table.Settings, (model, settings) => new IntegratedGradients(model, Applied(IntegratedGradientsSettings.Table, new(), settings, IntegratedGradients.Id))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(ExpectedGradients.Id, "Expected gradients", "Integrated gradients averaged over random baselines (GradientSHAP with noise).", "204 forward + 204 backward passes a target", "the graph; float inputs",
            "Erion et al., Nature MI 2021", ExpectedGradientsSettings.Table.Settings, (model, settings) => new ExpectedGradients(model, Applied(ExpectedGradientsSettings.Table, new(), settings, ExpectedGradients.Id))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(BlurIntegratedGradients.Id, "Blur IG", "Integrated gradients from the fully blurred picture to the sharp one.", "52 forward + 52 backward passes a target", "the graph; a picture",
            "Xu, Venugopalan, Sundararajan, CVPR 2020", BlurIntegratedGradientsSettings.Table.Settings, (model, settings) => new BlurIntegratedGradients(model, Applied(BlurIntegratedGradientsSettings.Table, new(), settings, BlurIntegratedGradients.Id))) { Obstacle = WhiteBoxObstacle.OfPixels },
        new(GuidedIntegratedGradients.Id, "Guided IG", "Integrated gradients on a path that moves first where the gradient is smallest.", "201 forward + 201 backward passes a target, one after another", "the graph; float inputs",
            "Kapishnikov et al., CVPR 2021", GuidedIntegratedGradientsSettings.Table.Settings, (model, settings) => new GuidedIntegratedGradients(model, Applied(GuidedIntegratedGradientsSettings.Table, new(), settings, GuidedIntegratedGradients.Id))) { Obstacle = WhiteBoxObstacle.OfInput },
        new(Xrai.Id, "XRAI", "Integrated gradients gathered over regions, ranked by their mean.", "203 forward + 203 backward passes a target", "the graph; a picture",
            "Kapishnikov et al., ICCV 2019", XraiSettings.Table.Settings, (model, settings) => new Xrai(model, Applied(XraiSettings.Table, new(), settings, Xrai.Id))) { Obstacle = WhiteBoxObstacle.OfPixels },
        new(GradCam.Id, "Grad-CAM", "Feature maps of a layer, weighted by the mean gradient of the score.", "1 forward + 1 backward pass to the layer, a target", "the graph; a picture; feature maps or tokens",
            "Selvaraju et al., ICCV 2017", GradCamSettings.Table.Settings, (model, settings) => new GradCam(model, Applied(GradCamSettings.Table, new(), settings, GradCam.Id))) { Obstacle = WhiteBoxObstacle.OfMaps },
        new(LayerActivation.Id, "Activation", "What a layer holds, whatever the target.", "1 forward + 1 backward pass a target", "the graph; a layer",
            "building block", LayerActivationSettings.Table.Settings, (model, settings) => new LayerActivation(model, Applied(LayerActivationSettings.Table, new(), settings, LayerActivation.Id))) { Obstacle = WhiteBoxObstacle.OfMaps },
        new(LayerConductance.Id, "Layer conductance", "Integrated gradients split by the units of a layer.", "52 forward + 52 backward passes a target", "the graph; a layer",
            "Dhamdhere, Sundararajan, Yan, ICLR 2019", LayerConductanceSettings.Table.Settings, (model, settings) => new LayerConductance(model, Applied(LayerConductanceSettings.Table, new(), settings, LayerConductance.Id))) { Obstacle = WhiteBoxObstacle.OfMaps },
        new(InternalInfluence.Id, "Internal influence", "The mean gradient with respect to a layer along a path.", "52 forward + 52 backward passes a target", "the graph; a layer",
            "Leino et al., ITC 2018", InternalInfluenceSettings.Table.Settings, (model, settings) => new InternalInfluence(model, Applied(InternalInfluenceSettings.Table, new(), settings, InternalInfluence.Id))) { Obstacle = WhiteBoxObstacle.OfMaps },
        new(RandomMap.Id, "Random map", "Noise: what any metric must tell from a real map.", "none", "any input",
            "reference row", RandomMapSettings.Table.Settings, (model, settings) => new RandomMap(model, Applied(RandomMapSettings.Table, new(), settings, RandomMap.Id))) { IsReference = true },
        new(CenterMap.Id, "Centre", "A bell in the middle of the picture, where photographers put things.", "none", "a picture",
            "reference row", CenterMapSettings.Table.Settings, (model, settings) => new CenterMap(model, Applied(CenterMapSettings.Table, new(), settings, CenterMap.Id))) { IsReference = true, Obstacle = UnlessPicture },
        new(EdgeMap.Id, "Edges", "The picture's edges (Sobel), whatever the model.", "none", "a picture",
            "reference row", EdgeMapSettings.Table.Settings, (model, settings) => new EdgeMap(model, Applied(EdgeMapSettings.Table, new(), settings, EdgeMap.Id))) { IsReference = true, Obstacle = UnlessPicture },
    ];

    /// <summary>The method of an id.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MethodInfo Find(string id) => All.FirstOrDefault(method => method.Id == id)
        ?? throw new UnmaskException($"There is no method \"{id}\". "
            + (Graphs.Suggestions.Nearest(id, All.Select(method => method.Id)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(method => method.Id))}.");

    private static string? UnlessPicture(Model model) => model.IsPicture ? null : $"needs a picture; the model's input is {model.Inputs[0]}";

    private static TOptions Applied<TOptions>(SettingTable<TOptions> table, TOptions options, IReadOnlyList<KeyValuePair<string, string>> settings, string method)
        where TOptions : notnull
    {
        foreach (var (name, value) in settings)
        {
            options = table.Apply(options, name, value, method);
        }

        return options;
    }
}

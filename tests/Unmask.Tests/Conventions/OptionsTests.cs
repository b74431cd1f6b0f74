using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Unmask.Metrics;

namespace Unmask.Tests.Conventions;

/// <summary>Every option is a documented property of a record, and can be set from the command line.</summary>
public sealed partial class OptionsTests
{
    public static TheoryData<Type, string> Methods => new()
    {
        { typeof(RiseOptions), Rise.Id },
        { typeof(OcclusionOptions), Occlusion.Id },
        { typeof(LimeOptions), Lime.Id },
        { typeof(RegionalMultiScaleOptions), RegionalMultiScale.Id },
        { typeof(InputGradientOptions), InputGradient.Id },
        { typeof(InputXGradientOptions), InputXGradient.Id },
        { typeof(SmoothGradOptions), SmoothGrad.Id },
        { typeof(IntegratedGradientsOptions), IntegratedGradients.Id },
        { typeof(ExpectedGradientsOptions), ExpectedGradients.Id },
        { typeof(BlurIntegratedGradientsOptions), BlurIntegratedGradients.Id },
        { typeof(GuidedIntegratedGradientsOptions), GuidedIntegratedGradients.Id },
        { typeof(XraiOptions), Xrai.Id },
        { typeof(DeepLiftOptions), DeepLift.Id },
        { typeof(DeepShapOptions), DeepShap.Id },
        { typeof(GradCamOptions), GradCam.Id },
        { typeof(GradCamPlusPlusOptions), GradCamPlusPlus.Id },
        { typeof(SmoothGradCamPlusPlusOptions), SmoothGradCamPlusPlus.Id },
        { typeof(CamOptions), Cam.Id },
        { typeof(ScoreCamOptions), ScoreCam.Id },
        { typeof(NormGradOptions), NormGrad.Id },
        { typeof(FullGradOptions), FullGrad.Id },
        { typeof(BiasAttributionOptions), BiasAttribution.Id },
        { typeof(LiftCamOptions), LiftCam.Id },
        { typeof(RelevanceCamOptions), RelevanceCam.Id },
        { typeof(GuidedBackpropOptions), GuidedBackprop.Id },
        { typeof(GuidedGradCamOptions), GuidedGradCam.Id },
        { typeof(DeconvnetOptions), Deconvnet.Id },
        { typeof(SmoothReluOptions), SmoothReluGradient.Id },
        { typeof(VisualFeedbackOptions), VisualFeedback.Id },
        { typeof(GadOptions), Unmask.Gad.Id },
        { typeof(LrpOptions), Lrp.Id },
        { typeof(DeepTaylorOptions), DeepTaylor.Id },
        { typeof(ExcitationBackpropOptions), ExcitationBackprop.Id },
        { typeof(AttentionWeightsOptions), AttentionWeights.Id },
        { typeof(AttentionRolloutOptions), AttentionRollout.Id },
        { typeof(AttentionFlowOptions), AttentionFlow.Id },
        { typeof(AttentionGradCamOptions), AttentionGradCam.Id },
        { typeof(TransformerAttributionOptions), TransformerAttribution.Id },
        { typeof(GenericAttentionOptions), GenericAttention.Id },
        { typeof(LayerActivationOptions), LayerActivation.Id },
        { typeof(LayerConductanceOptions), LayerConductance.Id },
        { typeof(InternalInfluenceOptions), InternalInfluence.Id },
        { typeof(MeaningfulPerturbationOptions), MeaningfulPerturbation.Id },
        { typeof(ExtremalPerturbationOptions), ExtremalPerturbation.Id },
        { typeof(IGosOptions), IGos.Id },
        { typeof(IGosPlusPlusOptions), IGosPlusPlus.Id },
        { typeof(FgVisOptions), FgVis.Id },
        { typeof(ContrastiveExplanationOptions), ContrastiveExplanation.Id },
        { typeof(FidoOptions), Fido.Id },
        { typeof(TrainedMaskerOptions), TrainedMasker.Id },
        { typeof(RandomMapOptions), RandomMap.Id },
        { typeof(CenterMapOptions), CenterMap.Id },
        { typeof(CenterBoxOptions), CenterBox.Id },
        { typeof(EdgeMapOptions), EdgeMap.Id },
        { typeof(CurveOptions), Deletion.MetricId },
        { typeof(PointingGameOptions), PointingGame.MetricId },
        { typeof(RegionOptions), LocalizationError.MetricId },
        { typeof(MaskF1Options), MaskF1.MetricId },
        { typeof(ThresholdOptions), MaxBoxAccuracy.MetricId },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_option_can_be_set_by_its_name_in_kebab_case(Type options, string method)
    {
        string[] properties = [.. Properties(options).Select(property => Kebab(property.Name)).Order(StringComparer.Ordinal)];
        Assert.Equal(properties, SettingsOf(method).Select(setting => setting.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_option_states_its_default(Type options, string method)
    {
        _ = method;
        var documentation = XDocument.Load(Path.ChangeExtension(options.Assembly.Location, ".xml"));
        foreach (var property in Properties(options))
        {
            string name = $"P:{property.DeclaringType!.FullName}.{property.Name}";
            string text = documentation.Descendants("member").Single(member => (string?)member.Attribute("name") == name).Value;
            Assert.Contains("efault", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_options_record_belongs_to_a_method() =>
        Assert.Equal(
            typeof(Model).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.Name.EndsWith("Options", StringComparison.Ordinal) && type != typeof(ModelOptions) && type != typeof(EvaluationOptions)).Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))),
            Methods.Select(row => (Type)row[0]).Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))));

    [Fact]
    public void Every_explainer_and_metric_states_its_five_facts()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(Model).Assembly.Location, ".xml"));
        foreach (var explainer in typeof(Model).Assembly.GetExportedTypes().Where(type => type is { IsInterface: false, IsAbstract: false } && (typeof(IExplainer).IsAssignableFrom(type) || typeof(IMetric).IsAssignableFrom(type))))
        {
            string text = documentation.Descendants("member").Single(member => (string?)member.Attribute("name") == $"T:{explainer.FullName}").Value;
            Assert.All(["Formula:", "Result:", "Cost:", "Misleads when:", "Source:"], fact => Assert.Contains(fact, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_method_has_a_page()
    {
        string pages = Path.Combine(Support.Shared.Repository(), "docs", "methods");
        Assert.All(Catalogue.All, method => Assert.True(File.Exists(Path.Combine(pages, $"{method.Id}.md")), $"docs/methods/{method.Id}.md is missing"));
    }

    [Fact]
    public void Every_metric_has_a_page_and_makes_itself()
    {
        string pages = Path.Combine(Support.Shared.Repository(), "docs", "metrics");
        Assert.All(MetricCatalogue.All, metric => Assert.True(File.Exists(Path.Combine(pages, $"{metric.Id}.md")), $"docs/metrics/{metric.Id}.md is missing"));
        Assert.All(MetricCatalogue.All, metric => Assert.Equal((metric.Id, metric.Better, metric.NeedsTruth), (metric.Create([]).Id, metric.Create([]).Better, metric.Create([]).NeedsTruth)));
    }

    private static IReadOnlyList<Setting> SettingsOf(string id) =>
        Catalogue.All.FirstOrDefault(method => method.Id == id)?.Settings ?? MetricCatalogue.Find(id).Settings;

    private static IEnumerable<PropertyInfo> Properties(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null);

    private static string Kebab(string name) => Upper().Replace(name, "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Upper();
}
